// The one type that the core throws. See also api/outcome.h and authorization_server/oauth_failure.h, which write it.

#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace polyclinic {

/// Kinds of failure, named by what went wrong; api/ has the one table from kind to HTTP status.
enum class FailureKind {
    badRequest,            // 400: not understood
    unauthenticated,       // 401
    forbidden,             // 403
    notFound,              // 404
    methodNotAllowed,      // 405
    notAcceptable,         // 406
    conflict,              // 409
    gone,                  // 410
    preconditionFailed,    // 412
    payloadTooLarge,       // 413
    unsupportedMediaType,  // 415
    misdirected,           // 421
    unprocessable,         // 422: understood, but not valid
    tooManyRequests,       // 429
    internal,              // 500
    unavailable,           // 503: try again
    timedOut,              // 503 with code timeout
    insufficientStorage,   // 507
};

/// One line of an OperationOutcome (http://hl7.org/fhir/R4/operationoutcome.html).
struct Issue {
    enum class Severity { fatal, error, warning, information };

    Severity severity = Severity::error;
    std::string code;         // of http://hl7.org/fhir/issue-type, e.g. "structure"
    std::string diagnostics;  // for people; without patient data
    std::string expression;   // FHIRPath of the place, empty when there is none
};

/// Thrown wherever a request or a job cannot go on. `publicMessage` may leave the house, `logMessage` never does;
/// neither may hold patient data, secrets or SQL.
class Failure : public std::exception {
  public:
    Failure(FailureKind kind, std::string publicMessage, std::string logMessage = {})
        : kind_(kind), publicMessage_(std::move(publicMessage)), logMessage_(std::move(logMessage)) {}

    static Failure withIssues(FailureKind kind, std::vector<Issue> issues) {
        Failure failure(kind, issues.empty() ? std::string() : issues.front().diagnostics);
        failure.issues_ = std::move(issues);
        return failure;
    }

    FailureKind kind() const { return kind_; }
    const std::string& publicMessage() const { return publicMessage_; }
    const std::string& logMessage() const { return logMessage_; }
    /// Empty unless made by withIssues.
    const std::vector<Issue>& issues() const { return issues_; }
    /// The issue type of `publicMessage` when there are no issues; empty: the kind's usual one.
    const std::string& code() const { return code_; }
    /// Seconds after which a retry makes sense; 0 when not said.
    int retryAfter() const { return retryAfter_; }

    Failure& withCode(std::string code) & {
        code_ = std::move(code);
        return *this;
    }
    Failure&& withCode(std::string code) && {
        code_ = std::move(code);
        return std::move(*this);
    }
    Failure&& withRetryAfter(int seconds) && {
        retryAfter_ = seconds;
        return std::move(*this);
    }

    const char* what() const noexcept override { return logMessage_.empty() ? publicMessage_.c_str() : logMessage_.c_str(); }

  private:
    FailureKind kind_;
    std::string publicMessage_;
    std::string logMessage_;
    std::string code_;
    std::vector<Issue> issues_;
    int retryAfter_ = 0;
};

}  // namespace polyclinic
