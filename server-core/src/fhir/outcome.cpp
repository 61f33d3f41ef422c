#include "fhir/outcome.h"

#include "base/json.h"

namespace polyclinic::fhir {
namespace {

struct KindRow {
    FailureKind kind;
    int status;
    std::string_view issueType;
};

constexpr KindRow failureKinds[] = {
    {FailureKind::badRequest, 400, "invalid"},
    {FailureKind::unauthenticated, 401, "login"},
    {FailureKind::forbidden, 403, "forbidden"},
    {FailureKind::notFound, 404, "not-found"},
    {FailureKind::methodNotAllowed, 405, "not-supported"},
    {FailureKind::notAcceptable, 406, "not-supported"},
    {FailureKind::conflict, 409, "conflict"},
    {FailureKind::gone, 410, "deleted"},
    {FailureKind::preconditionFailed, 412, "conflict"},
    {FailureKind::payloadTooLarge, 413, "too-long"},
    {FailureKind::unsupportedMediaType, 415, "not-supported"},
    {FailureKind::misdirected, 421, "processing"},
    {FailureKind::unprocessable, 422, "processing"},
    {FailureKind::tooManyRequests, 429, "throttled"},
    {FailureKind::internal, 500, "exception"},
    {FailureKind::unavailable, 503, "transient"},
    {FailureKind::timedOut, 503, "timeout"},
    {FailureKind::insufficientStorage, 507, "no-store"},
};

const KindRow& rowOf(FailureKind kind) {
    for (const auto& row : failureKinds)
        if (row.kind == kind) return row;
    return failureKinds[14];
}

std::string_view textOf(Issue::Severity severity) {
    switch (severity) {
        case Issue::Severity::fatal:
            return "fatal";
        case Issue::Severity::error:
            return "error";
        case Issue::Severity::warning:
            return "warning";
        case Issue::Severity::information:
            return "information";
    }
    return "error";
}

void append(const Issue& issue, std::string& out) {
    out += std::string(R"({"severity":")") + std::string(textOf(issue.severity)) + R"(","code":)";
    json::writeString(issue.code, out);
    if (!issue.diagnostics.empty()) {
        out += R"(,"diagnostics":)";
        json::writeString(issue.diagnostics, out);
    }
    if (!issue.expression.empty()) {
        out += R"(,"expression":[)";
        json::writeString(issue.expression, out);
        out += ']';
    }
    out += '}';
}

}  // namespace

int statusOf(FailureKind kind) { return rowOf(kind).status; }

std::string_view issueTypeOf(FailureKind kind) { return rowOf(kind).issueType; }

std::string operationOutcome(const Failure& failure) {
    std::string out = R"({"resourceType":"OperationOutcome","issue":[)";
    if (failure.issues().empty()) {
        const auto code = failure.code().empty() ? std::string(issueTypeOf(failure.kind())) : failure.code();
        append({Issue::Severity::error, code, failure.publicMessage(), ""}, out);
    }
    for (const auto& issue : failure.issues()) {
        if (&issue != &failure.issues().front()) out += ',';
        append(issue, out);
    }
    return out + "]}";
}

}  // namespace polyclinic::fhir
