// From a request to its handler and back: the one road of every request.

#pragma once

#include "api/guards.h"
#include "api/route.h"
#include "http/server.h"

namespace polyclinic::api {

class Dispatch final : public http::Application {
  public:
    explicit Dispatch(Services& services);

    http::Admission admit(const http::RequestHead& head) override;
    Task<http::Response> handle(http::Request request) override;
    http::Response fault(int status, std::string_view reason, std::string_view requestId) override;

  private:
    const Routes& routesOf(http::Door door) const { return door == http::Door::clinics ? clinics_ : operators_; }
    /// What carryOut answers, or what its failure is written as.
    Task<http::Response> answer(const Route& route, const http::Request& request, const PathParameters& parameters);
    /// Whose look an error page has; null where there is none to be had.
    Task<tenancy::TenantContextPtr> tenantForPage(std::string id);
    Task<http::Response> carryOut(const Route& route, const http::Request& request, const PathParameters& parameters);
    Task<interactions::Exchange> exchangeOf(const http::Request& request, const PathParameters& parameters, std::string base);
    /// Gives the interaction its reach into the tenant's records.
    Task<http::Response> reach(const std::variant<Reads, Writes, ReadsAndWrites>& interaction, const interactions::Exchange& exchange,
                               const tenancy::TenantContextPtr& tenant, const Caller& caller);
    /// Nothing when the request may go on.
    std::optional<http::Response> refuse(const http::RequestHead& head, const Routes::Match& match);

    /// Where a page is that was asked for with a slash behind its address; nothing where none is.
    std::optional<std::string> pageWithoutSlash(const http::RequestHead& head) const;

    Services& services_;
    Routes clinics_, operators_;
};

}  // namespace polyclinic::api
