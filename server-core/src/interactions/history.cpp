// GET [base]/[type]/[id]/_history - http://hl7.org/fhir/R4/http.html#history

#include <charconv>

#include "base/encoding.h"
#include "base/failure.h"
#include "base/version_tag.h"
#include "interactions/interactions.h"
#include "rest/answer_body.h"
#include "rest/answers.h"

namespace polyclinic::interactions {
namespace {

constexpr std::size_t mostVersions = 1000;

std::size_t wantedCount(const http::Request& request) {
    const auto fields = parseForm(request.query);
    if (!fields) throw Failure(FailureKind::badRequest, "The query is not well-formed.");
    for (const auto& [name, value] : *fields) {
        if (name != "_count") continue;
        std::size_t count = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
        if (error != std::errc() || end != value.data() + value.size() || count == 0)
            throw Failure(FailureKind::badRequest, "_count must be a whole number above 0.");
        return std::min(count, mostVersions);
    }
    return mostVersions;
}

}  // namespace

Task<http::Response> history(const rest::Exchange& exchange, records::ScopedReader& reader) {
    rest::demandJsonAccepted(exchange.request);
    const auto versions = co_await reader.history(exchange.type, exchange.id, wantedCount(exchange.request));
    const auto url = exchange.type + '/' + exchange.id;

    rest::AnswerBody whole;
    std::string& body = whole.text();
    body +=
        R"({"resourceType":"Bundle","type":"history","total":)" + std::to_string(versions.size()) + R"(,"link":[{"relation":"self","url":)";
    json::writeString(exchange.base + '/' + url + "/_history", body);
    body += "}],\"entry\":[";
    for (const auto& version : versions) {
        if (&version != &versions.front()) body += ',';
        body += "{\"fullUrl\":";
        json::writeString(exchange.base + '/' + url, body);
        if (!version.deleted) {
            body += ",\"resource\":";
            whole.add(version);
        }
        const auto method = version.deleted ? "DELETE" : version.version == 1 ? "POST" : "PUT";
        body += std::string(R"(,"request":{"method":")") + method + R"(","url":)";
        json::writeString(version.version == 1 ? exchange.type : url, body);
        body += std::string(R"(},"response":{"status":")") +
                (version.deleted        ? "204"
                 : version.version == 1 ? "201"
                                        : "200") +
                R"(","etag":)";
        json::writeString(versionTag(version.version), body);
        body += R"(,"lastModified":")" + toInstant(version.updated) + "\"}}";
    }
    body += "]}";
    auto response = http::Response::make(200, std::string(rest::fhirJson), {});
    whole.moveInto(response);
    co_return response;
}

}  // namespace polyclinic::interactions
