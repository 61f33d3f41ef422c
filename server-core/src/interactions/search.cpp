// GET [base]/[type]?..., POST [base]/[type]/_search - http://hl7.org/fhir/R4/http.html#search

#include "base/encoding.h"
#include "base/failure.h"
#include "base/json.h"
#include "fhir/definitions/definitions.h"
#include "fhir/search/query.h"
#include "interactions/interactions.h"
#include "rest/answer_body.h"
#include "rest/answers.h"

namespace polyclinic::interactions {
namespace {

/// Parameters of the address, then those of a form: both count.
FormFields fieldsOf(const http::Request& request) {
    auto fields = parseForm(request.query);
    if (!fields) throw Failure(FailureKind::badRequest, "The query is not well-formed.");
    if (request.method == http::Method::post) {
        if (!request.header("Content-Type").starts_with("application/x-www-form-urlencoded"))
            throw Failure(FailureKind::unsupportedMediaType, "Send the search as application/x-www-form-urlencoded.");
        auto body = parseForm(request.body);
        if (!body) throw Failure(FailureKind::badRequest, "The form is not well-formed.");
        fields->insert(fields->end(), body->begin(), body->end());
    }
    return std::move(*fields);
}

void appendLink(std::string_view relation, const std::string& url, std::string& body) {
    body += R"({"relation":")" + std::string(relation) + R"(","url":)";
    json::writeString(url, body);
    body += '}';
}

/// What was left out of a lenient search, so that nobody takes the answer for more than it is.
void appendIgnored(const std::vector<std::string>& names, std::string& body) {
    body += R"({"resource":{"resourceType":"OperationOutcome","issue":[)";
    for (const auto& name : names) {
        if (&name != &names.front()) body += ',';
        body += R"({"severity":"warning","code":"not-supported","diagnostics":)";
        json::writeString("This parameter is not known and was ignored: " + name, body);
        body += '}';
    }
    body += R"(]},"search":{"mode":"outcome"}})";
}

/// An operator's window asks at an address that is relative; a fullUrl never is.
std::string baseOf(const rest::Exchange& exchange, const tenancy::TenantContext& tenant) {
    return exchange.base.starts_with('/') ? tenant.urls().fhirApi() : exchange.base;
}

}  // namespace

fhir::SearchQuery searchOf(const rest::Exchange& exchange, const tenancy::TenantContext& tenant) {
    const auto base = baseOf(exchange, tenant);
    fhir::QueryOptions options;
    options.strict = exchange.request.header("Prefer").find("handling=strict") != std::string_view::npos;
    options.cursorKey = exchange.cursorKey;
    options.tenant = tenant.number();
    options.ownBase = base;
    return fhir::parseQuery(exchange.type, fieldsOf(exchange.request), options);
}

Task<http::Response> search(const rest::Exchange& exchange, records::ScopedReader& reader) {
    rest::demandJsonAccepted(exchange.request);
    const auto base = baseOf(exchange, reader.tenant());
    const auto query = searchOf(exchange, reader.tenant());
    const auto page = co_await reader.search(query, exchange.request.disconnect.get());

    const auto self = exchange.base + '/' + exchange.type + (query.applied.empty() ? "" : "?" + encodeForm(query.applied));
    rest::AnswerBody whole;
    std::string& body = whole.text();
    body += R"({"resourceType":"Bundle","type":"searchset")";
    if (page.total) body += ",\"total\":" + std::to_string(*page.total);
    body += ",\"link\":[";
    appendLink("self", self, body);
    if (!page.next.empty()) {
        body += ',';
        appendLink("next", self + (query.applied.empty() ? "?" : "&") + "_cursor=" + percentEncode(page.next), body);
    }
    body += ']';
    if (!page.resources.empty() || !query.ignored.empty()) {
        body += ",\"entry\":[";
        bool first = true;
        for (const auto& match : page.resources) {
            if (!first) body += ',';
            first = false;
            body += "{\"fullUrl\":";
            json::writeString(base + '/' + exchange.type + '/' + match.id, body);
            body += ",\"resource\":";
            whole.add(match);
            body += R"(,"search":{"mode":"match"}})";
        }
        if (!query.ignored.empty()) {
            if (!first) body += ',';
            appendIgnored(query.ignored, body);
        }
        body += ']';
    }
    body += '}';
    auto response = http::Response::make(200, std::string(rest::fhirJson), {});
    whole.moveInto(response);
    co_return response;
}

}  // namespace polyclinic::interactions
