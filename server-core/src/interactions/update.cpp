// PUT [base]/[type]/[id] - http://hl7.org/fhir/R4/http.html#update

#include "base/failure.h"
#include "interactions/interactions.h"
#include "rest/answers.h"
#include "rest/incoming.h"

namespace polyclinic::interactions {

Task<http::Response> update(const rest::Exchange& exchange, records::ScopedWriter& writer) {
    rest::demandJsonAccepted(exchange.request);
    rest::demandJsonBody(exchange.request);
    access::demand(writer.scope(), {access::Verb::update, exchange.type, exchange.id});
    const auto ifMatch = rest::versionOfHeader(exchange.request, "If-Match");
    auto document = co_await rest::incomingResource(exchange, writer.tenant());
    if (document.root().stringAt("id") != exchange.id)
        throw Failure(FailureKind::badRequest, "The body's id must be the id of the address.").withCode("invariant");

    records::Change change;
    change.kind = records::Change::Kind::put;
    change.type = exchange.type;
    change.id = exchange.id;
    change.document = &document;
    change.ifMatch = ifMatch;
    change.bytes = exchange.request.body.size();
    change.workers = &exchange.workers;
    auto written = co_await writer.apply(std::move(change), "update");
    co_return rest::writtenAnswer(exchange, std::move(written), writer.tenant());
}

}  // namespace polyclinic::interactions
