// What is judged of a request before its body is read: its address, who asks, and what that caller may store.

#include "access/token_cache_epoch.h"
#include "api/dispatch.h"
#include "base/failure.h"
#include "fhir/definitions/definitions.h"
#include "fhir/resource.h"
#include "rest/answers.h"

namespace polyclinic::api {

Failure Dispatch::diskIsLow() {
    return Failure(FailureKind::insufficientStorage, "The disk of the server is almost full. Nothing was stored; records can be read.");
}

/// Of an address of records: a type that there is, an id that may be one.
void Dispatch::demandAddress(const PathParameters& parameters) {
    const auto type = parameterOf(parameters, "type"), id = parameterOf(parameters, "id");
    if (!type.empty() && !fhir::Definitions::r4().isResourceType(type))
        throw Failure(FailureKind::notFound, "There is no resource type of that name.").withCode("not-supported");
    if (!id.empty() && !fhir::isId(id))
        throw Failure(FailureKind::badRequest, "The address holds no valid id: 1 to 64 letters, digits, '-' and '.'.").withCode("value");
}

Task<http::Admission> Dispatch::admit(const http::Request& request) {
    const auto match = routesOf(request.listener).match(request.method, request.path);
    http::Admission admission;
    admission.refusal = co_await answerWithoutRoute(request, match);
    if (!admission.refusal) {
        admission.bodyLimit = match.target->bodyLimit;
        // A body that nobody reads is let through up to a little, so that the connection can go on.
        if (admission.bodyLimit == 0) admission.bodyLimit = 64 << 10;
        auto asker = std::make_shared<Asker>();
        admission.refusal = co_await refusalOf(*match.target, request, match.parameters, *asker);
        admission.found = std::move(asker);
    }
    if (admission.refusal) complete(match.target, request, *admission.refusal);
    co_return admission;
}

Task<std::optional<http::Response>> Dispatch::refusalOf(const Route& route, const http::Request& request, const PathParameters& parameters,
                                                        Asker& asker) {
    std::exception_ptr thrown;
    std::optional<access::AccessDenied> refused;
    try {
        asker = co_await judge(route, request, parameters);
        demandStorable(route, request, parameters, asker);
    } catch (const access::AccessDenied& refusal) {
        refused = refusal;
        thrown = std::current_exception();
    } catch (...) {
        thrown = std::current_exception();
    }
    if (!thrown) co_return std::nullopt;
    if (refused) {
        records::ScopedReader reader(asker.tenant, asker.caller.scope, asker.caller.actor, services_.audit);
        co_await reader.noteDenied(*refused);
    }
    co_return co_await failureAnswer(route, request, parameters, std::move(thrown));
}

Task<Dispatch::Asker> Dispatch::judge(const Route& route, const http::Request& request, const PathParameters& parameters) {
    constexpr std::chrono::seconds remembered{1};
    const auto& handler = route.handler;
    Asker asker;
    asker.since = std::chrono::steady_clock::now();
    asker.cachedTokens = access::tokenCacheEpoch();
    const bool isOperators = std::holds_alternative<Operates>(handler) || std::holds_alternative<OperatorReads>(handler);
    if (std::holds_alternative<Open>(handler)) co_return asker;
    // As long as a cached token holds, what was found from the head does: a body may come slowly.
    const auto before = std::static_pointer_cast<const Asker>(request.admitted);
    const bool known = before && before->cachedTokens == asker.cachedTokens && asker.since - before->since < remembered;
    if (isOperators) {
        if (known)
            asker.person = before->person;
        else
            asker.person = co_await guardOperator(services_, request);
        co_return asker;
    }
    asker.tenant = co_await servedTenant(services_, parameterOf(parameters, "tenant"));
    const auto* ofBase = std::get_if<OfBase>(&handler);
    if (!ofBase) co_return asker;
    // What is left are the records of a tenant: a token first, before anything else is said.
    if (known && before->tenant->number() == asker.tenant->number())
        asker.caller = before->caller;
    else
        asker.caller = co_await guardClient(services_, request, *asker.tenant, *ofBase->realm);
    co_return asker;
}

void Dispatch::demandStorable(const Route& route, const http::Request& request, const PathParameters& parameters,
                              const Asker& asker) const {
    const auto& handler = route.handler;
    const auto* ofBase = std::get_if<OfBase>(&handler);
    const bool writes = ofBase && std::holds_alternative<Writes>(ofBase->handler);
    const bool bundles = ofBase && std::holds_alternative<ReadsAndWrites>(ofBase->handler);
    // What takes away still works: it makes room.
    const bool stores = request.method == http::Method::put || request.method == http::Method::post;
    if (std::holds_alternative<Operates>(handler) && stores && services_.diskLow) throw diskIsLow();
    if (!writes && !bundles) return;
    demandAddress(parameters);
    if (services_.diskLow) throw diskIsLow();
    if (!stores) return;
    rest::demandJsonAccepted(request);
    rest::demandJsonBody(request);
    if (!writes || ofBase->operation) return;  // an operation says itself what it needs
    const auto verb = request.method == http::Method::post ? access::Verb::create : access::Verb::update;
    const auto type = parameterOf(parameters, "type"), id = parameterOf(parameters, "id");
    access::demand(asker.caller.scope, {verb, type, id});
}

}  // namespace polyclinic::api
