// GET [base]/[type]/[id]/_history/[vid] - http://hl7.org/fhir/R4/http.html#vread

#include <charconv>

#include "base/failure.h"
#include "interactions/interactions.h"
#include "rest/answers.h"

namespace polyclinic::interactions {

Task<http::Response> vread(const rest::Exchange& exchange, records::ScopedReader& reader) {
    rest::demandJsonAccepted(exchange.request);
    std::int64_t version = 0;
    const auto& text = exchange.version;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
    // Any other text is no version of ours, so there is no such resource.
    if (error != std::errc() || end != text.data() + text.size()) version = 0;
    const auto resource = co_await reader.vread(exchange.type, exchange.id, version);
    co_return rest::resourceAnswer(exchange.request, resource);
}

}  // namespace polyclinic::interactions
