// The strict look at the raw bytes of a request head, before the parser sees them.
//
// Whatever two programs on a request's way could read differently is refused: that is what request smuggling
// lives on.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "http/server.h"

namespace polyclinic::http {

/// Why a request cannot be taken: the status of the answer and a sentence without anything of the request.
struct Fault {
    int status;
    std::string_view reason;
};

struct HeadScan {
    std::size_t bytes = 0;  // length of the head with its empty line; 0: more is needed
    std::optional<Fault> fault;
};

/// Looks for the end of the head in `received`, of which `seen` bytes were looked at before without a fault.
/// Finds control characters, lone CR and LF, and sizes beyond the limits as early as they can be seen.
HeadScan findHead(std::string_view received, std::size_t seen, const Limits& limits);

/// Judges a whole head that findHead took. Nothing: it may go on to the parser.
std::optional<Fault> checkHead(std::string_view head, const Limits& limits);

/// `target` without scheme and authority: "http://h/a?b" and "/a?b" give "/a?b". For targets that checkHead
/// took.
std::string originForm(std::string_view target);

}  // namespace polyclinic::http
