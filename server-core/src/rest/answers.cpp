#include "rest/answers.h"

#include "base/encoding.h"
#include "base/failure.h"
#include "base/json.h"
#include "base/text.h"
#include "base/version_tag.h"
#include "fhir/definitions/definitions.h"
#include "records/large_content.h"
#include "rest/answer_body.h"

namespace polyclinic::rest {
namespace {

bool namesJson(std::string_view type) {
    return type.starts_with("application/fhir+json") || type.starts_with("application/json") || type.starts_with("text/json") ||
           type.starts_with("application/json+fhir") || type == "json" || type.starts_with("*/*") || type.starts_with("application/*");
}

/// return=... of Prefer (RFC 7240); empty when not said.
std::string_view preferredReturn(const http::Request& request) {
    auto prefer = request.header("Prefer");
    const auto at = prefer.find("return=");
    if (at == prefer.npos) return {};
    prefer.remove_prefix(at + 7);
    return trimmed(prefer.substr(0, prefer.find_first_of(",;")));
}

}  // namespace

std::optional<std::int64_t> versionOfHeader(const http::Request& request, std::string_view header) {
    const auto found = request.headers.find(header);
    if (!found) return std::nullopt;
    const auto version = versionOfTag(trimmed(*found));
    if (!version) throw Failure(FailureKind::badRequest, std::string(header) + " must be a version tag such as W/\"3\".");
    return version;
}

void demandJsonAccepted(const http::Request& request) {
    const auto refuse = [] { throw Failure(FailureKind::notAcceptable, "This server answers in JSON only: application/fhir+json."); };
    if (const auto fields = parseForm(request.query))
        for (const auto& [name, value] : *fields)
            if (name == "_format") {
                // A '+' that was not escaped arrives as a space.
                std::string format = value;
                for (auto& c : format)
                    if (c == ' ') c = '+';
                if (!namesJson(format)) refuse();
                return;
            }
    const auto accept = request.header("Accept");
    if (accept.empty()) return;
    for (const auto each : split(accept, ',')) {
        const auto part = trimmed(each);
        if (namesJson(part) || part.starts_with("text/html") || part.starts_with("application/xhtml")) return;
    }
    refuse();
}

void demandJsonBody(const http::Request& request) {
    const auto type = request.header("Content-Type");
    if (namesJson(type) && type != "*/*") return;
    throw Failure(FailureKind::unsupportedMediaType, "Send JSON, with Content-Type: application/fhir+json.");
}

http::Response resourceAnswer(const http::Request& request, const records::StoredResource& resource) {
    http::Response response;
    const auto tag = versionTag(resource.version);
    response.headers.add("ETag", tag);
    response.headers.add("Last-Modified", toHttpDate(resource.updated));
    if (request.headers.find("If-None-Match") && versionOfHeader(request, "If-None-Match") == resource.version) {
        response.status = 304;
        return response;
    }
    response.headers.add("Content-Type", std::string(fhirJson));
    if (!resource.large) {
        response.body = resource.json;
        return response;
    }
    AnswerBody body;
    body.add(resource);
    body.moveInto(response);
    return response;
}

http::Response writtenAnswer(const Exchange& exchange, records::Written written, const tenancy::TenantContext& tenant) {
    auto& resource = written.resource;
    http::Response response;
    response.status = written.outcome == records::Written::Outcome::created ? 201 : 200;
    response.headers.add("ETag", versionTag(resource.version));
    response.headers.add("Last-Modified", toHttpDate(resource.updated));
    response.headers.add("Location", exchange.base + '/' + std::string(*fhir::typeName(resource.type)) + '/' + resource.id + "/_history/" +
                                         std::to_string(resource.version));
    const auto wanted = preferredReturn(exchange.request);
    if (wanted == "minimal") return response;
    response.headers.add("Content-Type", std::string(fhirJson));
    if (wanted == "OperationOutcome") {
        response.body = informationOutcome("The resource was stored.");
        return response;
    }
    records::setAside(resource, tenant);
    AnswerBody body;
    body.add(resource);
    body.moveInto(response);
    return response;
}

std::string informationOutcome(std::string_view sentence) {
    std::string body = R"({"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational","diagnostics":)";
    json::writeString(sentence, body);
    return body + "}]}";
}

}  // namespace polyclinic::rest
