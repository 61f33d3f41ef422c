// The Asio side of a Loop. For http/ and db/ only: Asio is heavy to compile.

#pragma once

#include <boost/asio/io_context.hpp>

#include "base/loop.h"

namespace polyclinic {

inline boost::asio::io_context& ioContext(Loop& loop) { return *static_cast<boost::asio::io_context*>(loop.native()); }

}  // namespace polyclinic
