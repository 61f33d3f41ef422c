#include "authorization_server/oauth_failure.h"

#include <nlohmann/json.hpp>

namespace polyclinic::authorization_server {
namespace {

FailureKind kindOf(std::string_view code) {
    if (code == "invalid_client") return FailureKind::unauthenticated;
    if (code == "temporarily_unavailable") return FailureKind::tooManyRequests;
    return FailureKind::badRequest;
}

struct Answer {
    int status;
    std::string_view error;
};

Answer answerOf(const Failure& failure) {
    switch (failure.kind()) {
        case FailureKind::badRequest:
        case FailureKind::unprocessable:
            return {400, "invalid_request"};
        case FailureKind::unauthenticated:
            return {401, "invalid_client"};
        case FailureKind::forbidden:
            return {403, "access_denied"};
        case FailureKind::notFound:
            return {404, "invalid_request"};
        case FailureKind::methodNotAllowed:
            return {405, "invalid_request"};
        case FailureKind::payloadTooLarge:
            return {413, "invalid_request"};
        case FailureKind::tooManyRequests:
            return {429, "temporarily_unavailable"};
        case FailureKind::unavailable:
        case FailureKind::timedOut:
            return {503, "temporarily_unavailable"};
        default:
            return {500, "server_error"};
    }
}

http::Response write(int status, std::string_view error, const Failure& failure) {
    const nlohmann::ordered_json body{{"error", error}, {"error_description", failure.publicMessage()}};
    auto response = tokenAnswer(body.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
    response.status = status;
    if (status == 401) response.headers.set("WWW-Authenticate", "Basic realm=\"polyclinic\", charset=\"UTF-8\"");
    if (status == 405) response.headers.set("Allow", "POST");
    const int retryAfter = failure.retryAfter() > 0 ? failure.retryAfter() : status == 503 || status == 429 ? 5 : 0;
    if (retryAfter > 0) response.headers.set("Retry-After", std::to_string(retryAfter));
    return response;
}

}  // namespace

OAuthFailure::OAuthFailure(std::string code, std::string publicMessage) : Failure(kindOf(code), std::move(publicMessage)) {
    withCode(std::move(code));
}

OAuthFailure OAuthFailure::tooManyTries(int seconds) {
    OAuthFailure failure("temporarily_unavailable", "Too many tries failed. Wait before the next one.");
    static_cast<Failure&&>(failure).withRetryAfter(seconds);
    return failure;
}

http::Response toResponse(const OAuthFailure& failure) { return write(answerOf(failure).status, failure.code(), failure); }

http::Response toOAuthResponse(const Failure& failure) {
    if (const auto* oauth = dynamic_cast<const OAuthFailure*>(&failure)) return toResponse(*oauth);
    const auto answer = answerOf(failure);
    return write(answer.status, answer.error, failure);
}

http::Response tokenAnswer(std::string body) {
    auto response = http::Response::make(200, "application/json", std::move(body));
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("Pragma", "no-cache");
    response.headers.set("X-Content-Type-Options", "nosniff");
    return response;
}

}  // namespace polyclinic::authorization_server
