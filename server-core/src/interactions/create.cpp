// POST [base]/[type] - http://hl7.org/fhir/R4/http.html#create

#include "base/encoding.h"
#include "base/failure.h"
#include "base/random.h"
#include "interactions/interactions.h"
#include "records/transaction_bundle.h"
#include "rest/answers.h"
#include "rest/incoming.h"

namespace polyclinic::interactions {
namespace {

/// If-None-Exist: one search and one write that no other request of the same criteria can come between.
Task<http::Response> createUnlessThere(const rest::Exchange& exchange, records::ScopedWriter& writer, records::Change change,
                                       std::string criteria) {
    const auto query = records::parseCriteria(exchange.type, criteria, exchange.cursorKey, writer.tenant());
    auto transaction = co_await writer.begin();
    const auto ids = co_await transaction.match(query, criteria);
    if (!ids.empty()) co_await transaction.noteLooks();
    if (ids.size() > 1)
        throw Failure(FailureKind::preconditionFailed, "If-None-Exist matches more than one resource.").withCode("multiple-matches");
    if (ids.size() == 1) {
        http::Response response;
        response.headers.add("Location", exchange.base + '/' + exchange.type + '/' + ids.front());
        response.headers.add("Content-Type", std::string(rest::fhirJson));
        response.body = rest::informationOutcome("A resource that matches If-None-Exist is there already; nothing was stored.");
        co_return response;
    }
    auto written = co_await transaction.commit({&change, 1}, "create");
    co_return rest::writtenAnswer(exchange, std::move(written.front()), writer.tenant());
}

}  // namespace

Task<http::Response> create(const rest::Exchange& exchange, records::ScopedWriter& writer) {
    rest::demandJsonAccepted(exchange.request);
    rest::demandJsonBody(exchange.request);
    access::demand(writer.scope(), {access::Verb::create, exchange.type});
    auto document = co_await rest::incomingResource(exchange, writer.tenant());

    records::Change change;
    change.type = exchange.type;
    change.id = randomUuid();
    change.document = &document;
    change.bytes = exchange.request.body.size();
    change.workers = &exchange.workers;
    if (const auto criteria = exchange.request.headers.find("If-None-Exist"))
        co_return co_await createUnlessThere(exchange, writer, std::move(change), std::string(*criteria));
    auto written = co_await writer.create(std::move(change));
    co_return rest::writtenAnswer(exchange, std::move(written), writer.tenant());
}

}  // namespace polyclinic::interactions
