// The pages of resources/help, as the program's own pages look: English, the same for everybody, drawn once.

#pragma once

#include "api/route.h"

namespace polyclinic::api {

/// The table of contents.
Answer helpIndex(Services&, const http::Request&, const PathParameters&);
/// A page by its name, or a picture of one; 404 where there is none.
Answer helpPage(Services&, const http::Request&, const PathParameters&);

}  // namespace polyclinic::api
