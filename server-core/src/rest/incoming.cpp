#include "rest/incoming.h"

namespace polyclinic::rest {
namespace {

json::Document readResource(const Exchange& exchange, const fhir::Owner& owner) {
    auto document = fhir::parseBody(exchange.request.body);
    fhir::prepareResource(document, exchange.type, owner);
    return document;
}

}  // namespace

fhir::Owner ownerOf(const Exchange& exchange, const tenancy::TenantContext& tenant) {
    return {tenant.id(), tenant.urls().fhirApi(), exchange.base};
}

Task<json::Document> incomingResource(const Exchange& exchange, const tenancy::TenantContext& tenant) {
    const auto owner = ownerOf(exchange, tenant);
    if (exchange.request.body.size() <= largeBody) co_return readResource(exchange, owner);
    // The worker's result must be copyable for its queue, so it travels by pointer.
    const auto document =
        co_await exchange.workers.run([&exchange, &owner] { return std::make_shared<json::Document>(readResource(exchange, owner)); });
    co_return std::move(*document);
}

}  // namespace polyclinic::rest
