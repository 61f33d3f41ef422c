#include "api/dispatch.h"

#include <algorithm>
#include <chrono>

#include "api/guards.h"
#include "authorization_server/oauth_failure.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "base/log.h"
#include "fhir/outcome.h"
#include "pages/pages.h"
#include "pages/renderer.h"
#include "rest/incoming.h"

namespace polyclinic::api {
namespace {

/// A page for people, in their language and with their clinic's look where the address names a clinic.
http::Response pageOf(int status, const Failure& failure, const http::Request& request, const tenancy::TenantContext* tenant) {
    pages::Fault fault;
    fault.status = status;
    fault.reference = request.id;
    fault.retryAfter = failure.retryAfter() > 0 ? failure.retryAfter() : status == 503 ? 2 : 0;
    // What has no sentence of its own in every language says what went wrong in English.
    if (status < 500 && status != 403 && status != 404 && status != 429) fault.sentence = failure.publicMessage();
    auto theme = tenant ? pages::pageThemeOf(*tenant, request) : pages::housePageTheme(request);
    theme.self.clear();
    return pages::fault(theme, fault);
}

http::Response outcomeOf(int status, const Failure& failure) {
    return http::Response::make(status, "application/fhir+json; charset=utf-8", fhir::operationOutcome(failure));
}

/// The answer to what a handler threw, by the writer of its route.
http::Response faultOf(const Failure& failure, FaultWriter writer, const http::Request* request = nullptr,
                       const tenancy::TenantContext* tenant = nullptr) {
    const int status = fhir::statusOf(failure.kind());
    http::Response response;
    switch (writer) {
        case FaultWriter::outcome:
            response = outcomeOf(status, failure);
            break;
        case FaultWriter::oauth:
            response = authorization_server::toOAuthResponse(failure);
            break;
        case FaultWriter::page:
            response = pageOf(status, failure, *request, tenant);
            break;
    }
    if (writer == FaultWriter::outcome && status == 401)
        response.headers.set("WWW-Authenticate", failure.code() == "login" ? "Bearer" : "Bearer error=\"invalid_token\"");
    if (failure.retryAfter() > 0)
        response.headers.set("Retry-After", std::to_string(failure.retryAfter()));
    else if (status == 503)
        response.headers.set("Retry-After", "2");
    return response;
}

/// Logged with the request's id and nothing of its content; what is the client's own doing is not logged.
void logFailure(const http::Request& request, const Failure& failure) {
    const int status = fhir::statusOf(failure.kind());
    if (status >= 500) log::warn("request {} {}: {}", request.id, status, failure.what());
}

/// The road without what may tell of a patient: ids, versions and everything behind them, and the query.
std::string loggable(const http::RequestHead& request) {
    std::size_t parts = request.listener == http::ListenerKind::operators && !request.path.starts_with("/admin/api/Tenant") ? 8 : 5;
    std::string_view path = request.path;
    for (std::size_t at = 0; at < path.size(); ++at)
        if (path[at] == '/' && parts-- == 0) return std::string(path.substr(0, at)) + "/...";
    return std::string(path);
}

/// One line a request, for those who look for a fault.
void logAnswer(const http::Request& request, int status, std::chrono::steady_clock::time_point begun) {
    if (!log::saysDebug()) return;
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun).count();
    log::debug("request {} {} {} {} {} us", request.id, request.methodText, loggable(request), status, took);
}

void addCrossOrigin(const Route* route, const http::RequestHead& request, http::Response& response) {
    if (!route || !route->crossOrigin || !request.headers.find("Origin")) return;
    response.headers.set("Access-Control-Allow-Origin", "*");  // never with credentials: tokens travel in a header
    response.headers.set("Access-Control-Expose-Headers", "ETag, Location, Content-Location, Last-Modified, X-Request-Id, Retry-After");
}

http::Response preflight(const http::RequestHead& request) {
    http::Response response;
    response.status = 204;
    response.headers.add("Access-Control-Allow-Origin", "*");
    response.headers.add("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE");
    response.headers.add("Access-Control-Allow-Headers",
                         "Authorization, Content-Type, Accept, Prefer, If-Match, If-None-Match, If-None-Exist");
    response.headers.add("Access-Control-Max-Age", "600");
    (void)request;
    return response;
}

/// Addresses that people type and follow; what is not there is told on a page.
bool isForPeople(std::string_view path) { return !tenancy::tenantIn(path).empty() && path.find("/patient/portal") != path.npos; }

}  // namespace

Dispatch::Dispatch(Services& services) : services_(services), clinics_(routesOfClinics()), operators_(routesOfOperators()) {}

std::optional<http::Response> Dispatch::refuse(const http::RequestHead& head, const Routes::Match& match) {
    // DNS rebinding and poisoned links both begin with a Host that is not ours.
    const auto network = services_.network->view();
    const auto& hosts = network->hosts;
    if (std::find(hosts.begin(), hosts.end(), head.host) == hosts.end())
        return faultOf(Failure(FailureKind::misdirected, "This server does not answer for that host name."), FaultWriter::outcome);
    if (match.target) return std::nullopt;
    if (!match.pathKnown) return faultOf(Failure(FailureKind::notFound, "There is nothing at this address."), FaultWriter::outcome);
    auto response = faultOf(Failure(FailureKind::methodNotAllowed, "This address does not take that method."), FaultWriter::outcome);
    response.headers.add("Allow", match.allow);
    return response;
}

/// People end the address of a page with a slash; no address of ours does.
std::optional<std::string> Dispatch::pageWithoutSlash(const http::RequestHead& head) const {
    if (head.method != http::Method::get || head.path.size() < 2 || !head.path.ends_with('/')) return std::nullopt;
    auto path = head.path.substr(0, head.path.size() - 1);
    const auto match = routesOf(head.listener).match(head.method, path);
    if (!match.target || match.target->faults != FaultWriter::page) return std::nullopt;
    return head.query.empty() ? path : path + '?' + head.query;
}

Task<std::optional<http::Response>> Dispatch::answerWithoutRoute(const http::Request& request, const Routes::Match& match) {
    if (request.method == http::Method::options && request.headers.find("Access-Control-Request-Method")) {
        // The method that will follow decides whether this route is open to other origins.
        for (const auto method : {http::Method::get, http::Method::post, http::Method::put, http::Method::del}) {
            const auto wanted = routesOf(request.listener).match(method, request.path);
            if (wanted.target && wanted.target->crossOrigin && !refuse(request, wanted)) co_return preflight(request);
        }
    }
    auto refusal = refuse(request, match);
    if (!refusal) co_return std::nullopt;
    if (auto page = pageWithoutSlash(request); page && refusal->status == 404) {
        refusal = pages::seeOther(std::move(*page));
    } else if (refusal->status == 404 && isForPeople(request.path)) {
        const auto segments = http::pathSegments(request.path);
        std::string id;
        if (segments && segments->size() > 1) id = segments->at(1);
        const auto tenant = co_await tenantForPage(std::move(id));
        refusal = faultOf(Failure(FailureKind::notFound, "There is nothing at this address."), FaultWriter::page, &request, tenant.get());
    }
    co_return refusal;
}

void Dispatch::complete(const Route* route, const http::Request& request, http::Response& response) const {
    addCrossOrigin(route, request, response);
    response.headers.set("X-Content-Type-Options", "nosniff");
    if (!response.headers.find("Cache-Control")) response.headers.add("Cache-Control", "no-store");
    // Never for bare addresses or certificates of one's own making: who comes back with another would be locked out.
    if (request.tls && services_.network->view()->strictTransport) response.headers.add("Strict-Transport-Security", "max-age=31536000");
}

Task<http::Response> Dispatch::handle(http::Request request) {
    const auto match = routesOf(request.listener).match(request.method, request.path);
    const auto begun = std::chrono::steady_clock::now();
    std::optional<http::Response> other;
    if (!match.target || refuse(request, match)) other = co_await answerWithoutRoute(request, match);
    http::Response response;
    if (other)
        response = std::move(*other);
    else
        response = co_await answer(*match.target, request, match.parameters);
    logAnswer(request, response.status, begun);
    complete(match.target, request, response);
    co_return response;
}

Task<http::Response> Dispatch::answer(const Route& route, const http::Request& request, const PathParameters& parameters) {
    std::exception_ptr thrown;
    try {
        co_return co_await carryOut(route, request, parameters);
    } catch (...) {
        thrown = std::current_exception();
    }
    co_return co_await failureAnswer(route, request, parameters, std::move(thrown));
}

Task<http::Response> Dispatch::failureAnswer(const Route& route, const http::Request& request, const PathParameters& parameters,
                                             std::exception_ptr thrown) {
    std::optional<Failure> fault;
    try {
        std::rethrow_exception(thrown);
    } catch (const Failure& failure) {
        logFailure(request, failure);
        // Written from what was thrown itself: a copy would be a plain Failure.
        if (route.faults != FaultWriter::page) co_return faultOf(failure, route.faults);
        fault = failure;
    } catch (const std::exception& error) {
        log::error("request {} 500: {}", request.id, error.what());
        fault.emplace(FailureKind::internal, "The server could not answer. Its log has request " + request.id + ".");
    }
    if (route.faults != FaultWriter::page) co_return faultOf(*fault, route.faults);
    auto id = parameterOf(parameters, "tenant");
    const auto tenant = co_await tenantForPage(std::move(id));
    co_return faultOf(*fault, route.faults, &request, tenant.get());
}

Task<tenancy::TenantContextPtr> Dispatch::tenantForPage(std::string id) {
    tenancy::TenantContextPtr tenant;
    if (!id.empty()) {
        try {
            const auto lookup = co_await services_.directory.find(id);
            if (lookup.kind == tenancy::Lookup::Kind::here) tenant = lookup.context;
        } catch (const Failure&) {
            // The page then goes without the clinic's look.
        }
    }
    co_return tenant;
}

rest::Exchange Dispatch::exchangeOf(const http::Request& request, const PathParameters& parameters, WorkOwner owner, std::string base) {
    demandAddress(parameters);
    return {request,
            std::move(base),
            parameterOf(parameters, "type"),
            parameterOf(parameters, "id"),
            parameterOf(parameters, "version"),
            services_.workers.of(owner),
            services_.cursorKey,
            services_.searchTime};
}

Task<http::Response> Dispatch::carryOut(const Route& route, const http::Request& request, const PathParameters& parameters) {
    auto& services = services_;
    const auto& handler = route.handler;
    if (const auto* open = std::get_if<Open>(&handler)) co_return co_await (*open)(services, request, parameters);

    auto asker = co_await judge(route, request, parameters);
    if (const auto* open = std::get_if<OpenOfTenant>(&handler))
        co_return co_await (*open)(services, request, parameters, std::move(asker.tenant));
    if (const auto* open = std::get_if<OpenOfBase>(&handler))
        co_return co_await open->handler(services, request, *open->realm, std::move(asker.tenant));
    if (const auto* asked = std::get_if<StepOfRealm>(&handler)) {
        authorization_server::AuthContext context(*asked->realm, asker.tenant);
        co_return co_await (services.authorization.*asked->step)(request, context);
    }

    const operator_api::Call call{request, parameters, asker.person.who, asker.person.local};
    if (const auto* operates = std::get_if<Operates>(&handler)) {
        // What takes away still works: it makes room.
        if (services.diskLow && (request.method == http::Method::put || request.method == http::Method::post)) throw diskIsLow();
        co_return co_await (*operates)(services.operatorServices, call);
    }
    if (const auto* looks = std::get_if<OperatorReads>(&handler)) {
        const auto tenant = co_await operator_api::tenantOf(services.operatorServices, call);
        const auto exchange = exchangeOf(request, parameters, WorkOwner{tenant->number()}, "/admin/api/Tenant/" + tenant->id() + "/fhir");
        records::ScopedReader reader(tenant, access::AccessScope::readEverything(), call.actor(), services.audit);
        co_return co_await looks->handler(exchange, reader);
    }
    const auto& ofBase = std::get<OfBase>(handler);
    auto base = asker.tenant->urls().at(ofBase.realm->audience);
    const WorkOwner owner{asker.tenant->number(), std::hash<std::string>()(asker.caller.actor.client)};
    const auto exchange = exchangeOf(request, parameters, owner, std::move(base));
    if (ofBase.operation && !exchange.type.empty() && !ofBase.operation->isOf(exchange.type))
        throw Failure(FailureKind::notFound, "This type has no operation of that name.").withCode("not-supported");
    FairMemory::Hold memory;
    if (request.body.size() > rest::largeBody) memory = co_await services.bodyTrees.take(request.body.size() * rest::treeFactor, owner);
    co_return co_await reach(ofBase.handler, exchange, asker.tenant, asker.caller);
}

namespace {

access::AccessRequest writeOf(const rest::Exchange& exchange) {
    const auto method = exchange.request.method;
    if (exchange.type.empty()) return {access::Verb::search, {}, {}, "transaction"};  // of many things
    const auto verb = method == http::Method::put   ? access::Verb::update
                      : method == http::Method::del ? access::Verb::remove
                                                    : access::Verb::create;
    return {verb, exchange.type, exchange.id};
}

}  // namespace

Task<http::Response> Dispatch::reach(const rest::Interaction& interaction, const rest::Exchange& exchange,
                                     const tenancy::TenantContextPtr& tenant, const Caller& caller) {
    records::ScopedReader reader(tenant, caller.scope, caller.actor, services_.audit);
    reader.workOn(services_.workers);
    std::optional<access::AccessDenied> refusal;
    std::exception_ptr thrown;
    try {
        if (const auto* reads = std::get_if<Reads>(&interaction)) co_return co_await (*reads)(exchange, reader);
        if (services_.diskLow) throw diskIsLow();
        records::ScopedWriter writer(tenant, caller.scope, caller.actor, services_.audit, services_.clock);
        if (const auto* writes = std::get_if<Writes>(&interaction)) co_return co_await (*writes)(exchange, writer);
        co_return co_await std::get<ReadsAndWrites>(interaction)(exchange, reader, writer);
    } catch (const access::AccessDenied& failure) {
        refusal = failure;
        thrown = std::current_exception();
    } catch (const Failure& failure) {
        thrown = std::current_exception();
        if (!std::holds_alternative<Reads>(interaction)) refusal = access::failedWrite(writeOf(exchange), failure);
    }
    if (refusal) co_await reader.noteDenied(*refusal);
    std::rethrow_exception(thrown);
}

http::Response Dispatch::fault(int status, std::string_view reason, std::string_view) {
    std::string body = R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":")";
    body += status == 413 || status == 414 || status == 431 ? "too-long"
            : status == 503                                 ? "timeout"
            : status >= 500                                 ? "exception"
                                                            : "invalid";
    body += R"(","diagnostics":)";
    json::writeString(reason, body);
    body += "}]}";
    auto response = http::Response::make(status, "application/fhir+json; charset=utf-8", std::move(body));
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("X-Content-Type-Options", "nosniff");
    if (status == 503) response.headers.add("Retry-After", "2");
    return response;
}

}  // namespace polyclinic::api
