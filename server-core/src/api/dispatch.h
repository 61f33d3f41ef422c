// From a request to its handler and back: the one road of every request.

#pragma once

#include <chrono>
#include <exception>
#include <optional>

#include "api/guards.h"
#include "api/route.h"
#include "http/server.h"

namespace polyclinic::api {

class Dispatch final : public http::Application {
  public:
    explicit Dispatch(Services& services);

    Task<http::Admission> admit(const http::Request& request) override;
    Task<http::Response> handle(http::Request request) override;
    http::Response fault(int status, std::string_view reason, std::string_view requestId) override;

  private:
    /// Who asks, and of which clinic: what can be told from a request's head.
    struct Asker {
        tenancy::TenantContextPtr tenant;  // of the path, served; null where the route names none or an operator asks
        Caller caller;                     // of tenants' records
        OperatorCaller person;             // of the operators' API
        std::uint64_t cachedTokens = 0;    // access::tokenCacheEpoch() before the look
        std::chrono::steady_clock::time_point since;
    };
    const Routes& routesOf(http::ListenerKind listener) const { return listener == http::ListenerKind::clinics ? clinics_ : operators_; }
    /// The answer to what no route is asked for: a preflight, an address that is none. Nothing: the route answers.
    Task<std::optional<http::Response>> answerWithoutRoute(const http::Request& request, const Routes::Match& match);
    /// What is wrong with a request whose body has not come; nothing when it may come.
    Task<std::optional<http::Response>> refusalOf(const Route& route, const http::Request& request, const PathParameters& parameters,
                                                  Asker& asker);
    /// Headers that every answer bears.
    void complete(const Route* route, const http::Request& request, http::Response& response) const;
    /// What carryOut answers, or what its failure is written as.
    Task<http::Response> answer(const Route& route, const http::Request& request, const PathParameters& parameters);
    /// `thrown` by the writer of its route.
    Task<http::Response> failureAnswer(const Route& route, const http::Request& request, const PathParameters& parameters,
                                       std::exception_ptr thrown);
    /// Throws Failure(notFound) for a clinic that is not served, (unauthenticated) and (forbidden) for who may not ask.
    Task<Asker> judge(const Route& route, const http::Request& request, const PathParameters& parameters);
    /// Of a body that is to be stored: its kind, and whether its caller may store anything there. Throws Failure.
    void demandStorable(const Route& route, const http::Request& request, const PathParameters& parameters, const Asker& asker) const;
    /// Of an address of records: a type that there is, an id that may be one.
    static void demandAddress(const PathParameters& parameters);
    static Failure diskIsLow();
    /// Whose look an error page has; null where there is none to be had.
    Task<tenancy::TenantContextPtr> tenantForPage(std::string id);
    Task<http::Response> carryOut(const Route& route, const http::Request& request, const PathParameters& parameters);
    rest::Exchange exchangeOf(const http::Request& request, const PathParameters& parameters, WorkOwner owner, std::string base);
    /// Gives the interaction its reach into the tenant's records.
    Task<http::Response> reach(const rest::Interaction& interaction, const rest::Exchange& exchange,
                               const tenancy::TenantContextPtr& tenant, const Caller& caller);
    /// Nothing when the request may go on.
    std::optional<http::Response> refuse(const http::RequestHead& head, const Routes::Match& match);

    /// Where a page is that was asked for with a slash behind its address; nothing where none is.
    std::optional<std::string> pageWithoutSlash(const http::RequestHead& head) const;

    Services& services_;
    Routes clinics_, operators_;
};

}  // namespace polyclinic::api
