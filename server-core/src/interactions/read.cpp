// GET [base]/[type]/[id] - http://hl7.org/fhir/R4/http.html#read

#include "base/failure.h"
#include "fhir/resource.h"
#include "interactions/answers.h"
#include "interactions/interactions.h"

namespace polyclinic::interactions {

Task<http::Response> read(const Exchange& exchange, records::ScopedReader& reader) {
    demandJsonAccepted(exchange.request);
    const auto resource = co_await reader.read(exchange.type, exchange.id);
    co_return resourceAnswer(exchange.request, resource);
}

}  // namespace polyclinic::interactions
