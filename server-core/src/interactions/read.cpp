// GET [base]/[type]/[id] - http://hl7.org/fhir/R4/http.html#read

#include "base/failure.h"
#include "fhir/resource.h"
#include "interactions/interactions.h"
#include "rest/answers.h"

namespace polyclinic::interactions {

Task<http::Response> read(const rest::Exchange& exchange, records::ScopedReader& reader) {
    rest::demandJsonAccepted(exchange.request);
    const auto resource = co_await reader.read(exchange.type, exchange.id);
    co_return rest::resourceAnswer(exchange.request, resource);
}

}  // namespace polyclinic::interactions
