// Routes are rows. The type of a row's handler says which caller and which reach it needs: a handler of tenant data
// gets a ScopedReader or ScopedWriter, which only a guard can make.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/services.h"
#include "http/router.h"
#include "operator_api/operator_services.h"
#include "records/scoped_reader.h"
#include "records/scoped_writer.h"
#include "rest/operation.h"

namespace polyclinic::api {

using PathParameters = std::vector<std::pair<std::string_view, std::string>>;
using Answer = Task<http::Response>;

/// Empty where the path has no such parameter.
inline std::string parameterOf(const PathParameters& parameters, std::string_view name) {
    for (const auto& [key, value] : parameters)
        if (key == name) return value;
    return {};
}

/// Nobody is asked who they are.
using Open = Answer (*)(Services&, const http::Request&, const PathParameters&);
/// Likewise, about one tenant that is served.
using OpenOfTenant = Answer (*)(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
using rest::Reads;
using rest::ReadsAndWrites;
using rest::Writes;

/// An operator.
using Operates = Answer (*)(operator_api::OperatorServices&, const operator_api::Call&);
/// An operator who looks into a clinic's records: reads only, noted in its audit log.
struct OperatorReads {
    Reads handler;
};

/// An interaction or operation at the base of a realm: that realm's tokens open it and no others, and its caller's reach
/// ends where the token says.
struct OfBase {
    const authorization_server::Realm* realm;
    rest::Interaction handler;
    const rest::Operation* operation = nullptr;  // null: an interaction
};

/// What a base tells everybody of itself.
struct OpenOfBase {
    const authorization_server::Realm* realm;
    Answer (*handler)(Services&, const http::Request&, const authorization_server::Realm&, tenancy::TenantContextPtr);
};

/// A step of the authorization server of one realm.
struct StepOfRealm {
    const authorization_server::Realm* realm;
    authorization_server::AuthorizationServer::Step step;
};

using Handler = std::variant<Open, OpenOfTenant, OpenOfBase, OfBase, Operates, OperatorReads, StepOfRealm>;

/// Bytes of a body that a route takes.
namespace body {
inline constexpr std::size_t none = 0, form = 64 << 10, settings = 1 << 20, resource = 10 << 20, large = 50 << 20;
}

/// Who writes what goes wrong.
enum class FaultWriter { outcome, oauth, page };

struct Route {
    Handler handler;
    FaultWriter faults = FaultWriter::outcome;
    std::size_t bodyLimit = 0;  // bytes; 0: no body is read
    bool crossOrigin = false;   // browsers of other origins may call it (CORS)
};

using Routes = http::Router<Route>;
using RouteRows = std::vector<Routes::Row>;

/// What the clinics' listener and the operators' one serve: all there is.
RouteRows routesOfClinics();
RouteRows routesOfOperators();

// Parts of routesOfClinics().
RouteRows routesOfPortal();
RouteRows routesOfHelp();

}  // namespace polyclinic::api
