// How a resource's text lies in its bytea column: one zstd frame, with the dictionary that the frame names.

#pragma once

#include <string>
#include <string_view>

namespace polyclinic::store {

/// Any thread.
std::string compressContent(std::string_view json);
/// Throws Failure(internal) when the bytes are no frame of ours: the disk or a stranger changed them.
std::string decompressContent(std::string_view frame);

}  // namespace polyclinic::store
