// Operations of the RESTful API (http://hl7.org/fhir/R4/operations.html): a row of the table in operations/ makes the
// routes of one at every base, and its entry in the CapabilityStatement.

#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "records/scoped_reader.h"
#include "records/scoped_writer.h"
#include "rest/exchange.h"

namespace polyclinic::rest {

using Reads = Task<http::Response> (*)(const Exchange&, records::ScopedReader&);
using Writes = Task<http::Response> (*)(const Exchange&, records::ScopedWriter&);
using ReadsAndWrites = Task<http::Response> (*)(const Exchange&, records::ScopedReader&, records::ScopedWriter&);
/// What answers, by the reach that it needs.
using Interaction = std::variant<Reads, Writes, ReadsAndWrites>;

/// Where an operation may be asked for, as bits.
namespace level {
inline constexpr unsigned system = 1, type = 2, instance = 4;
}

struct Operation {
    std::string_view name;                // without "$"
    std::string_view definition;          // canonical address of its OperationDefinition
    unsigned levels = 0;                  // of level::
    std::vector<std::string_view> types;  // of the levels type and instance; empty: every type
    Interaction handler;                  // one that only reads is asked for by GET, too
    std::size_t bodyLimit = 64 << 10;     // bytes of Parameters

    bool isOf(std::string_view type) const { return types.empty() || std::find(types.begin(), types.end(), type) != types.end(); }
};

using Operations = std::span<const Operation>;

}  // namespace polyclinic::rest
