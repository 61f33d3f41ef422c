// DELETE [base]/[type]/[id] - http://hl7.org/fhir/R4/http.html#delete

#include "base/version_tag.h"
#include "interactions/interactions.h"
#include "rest/answers.h"

namespace polyclinic::interactions {

Task<http::Response> remove(const rest::Exchange& exchange, records::ScopedWriter& writer) {
    records::Change change;
    change.kind = records::Change::Kind::remove;
    change.type = exchange.type;
    change.id = exchange.id;
    change.ifMatch = rest::versionOfHeader(exchange.request, "If-Match");
    change.workers = &exchange.workers;
    const auto written = co_await writer.apply(std::move(change), "delete");
    http::Response response;
    response.status = 204;  // also when it was not there: the wish holds either way
    if (written.resource.version > 0) response.headers.add("ETag", versionTag(written.resource.version));
    co_return response;
}

}  // namespace polyclinic::interactions
