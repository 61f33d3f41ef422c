// PUT [base]/[type]/[id] - http://hl7.org/fhir/R4/http.html#update

#include "base/failure.h"
#include "interactions/answers.h"
#include "interactions/incoming.h"
#include "interactions/interactions.h"

namespace polyclinic::interactions {

Task<http::Response> update(const Exchange& exchange, records::ScopedWriter& writer) {
    demandJsonAccepted(exchange.request);
    demandJsonBody(exchange.request);
    access::demand(writer.scope(), {access::Verb::update, exchange.type, exchange.id});
    const auto ifMatch = versionOfHeader(exchange.request, "If-Match");
    auto document = co_await incomingResource(exchange, writer.tenant());
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
    co_return writtenAnswer(exchange, std::move(written), writer.tenant());
}

}  // namespace polyclinic::interactions
