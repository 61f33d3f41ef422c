// Routes are rows. The type of a row's handler says which caller and which reach it needs: a handler of tenant data
// gets a ScopedReader or ScopedWriter, which only a guard can make.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/services.h"
#include "http/router.h"
#include "interactions/exchange.h"
#include "operator_api/operator_services.h"
#include "records/scoped_reader.h"
#include "records/scoped_writer.h"

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
/// A system with a token for fhir-api, or in OfPatient an app of a patient.
using Reads = Answer (*)(const interactions::Exchange&, records::ScopedReader&);
using Writes = Answer (*)(const interactions::Exchange&, records::ScopedWriter&);
using ReadsAndWrites = Answer (*)(const interactions::Exchange&, records::ScopedReader&, records::ScopedWriter&);
/// An operator.
using Operates = Answer (*)(operator_api::OperatorServices&, const operator_api::Call&);
/// An operator who looks into a clinic's records: reads only, noted in its audit log.
struct OperatorReads {
    Reads handler;
};

/// An app that a patient let in, with a token of patient/auth: the same handlers, whose reach ends at that patient's
/// records. No other token opens these, and this token opens no others.
struct OfPatient {
    std::variant<Reads, Writes, ReadsAndWrites> handler;
};

/// A step of the authorization server of one realm.
struct StepOfRealm {
    const authorization_server::Realm* realm;
    authorization_server::AuthorizationServer::Step step;
};

using Handler = std::variant<Open, OpenOfTenant, Reads, Writes, ReadsAndWrites, Operates, OperatorReads, OfPatient, StepOfRealm>;

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
RouteRows routesOfPatientApi();
RouteRows routesOfPortal();
RouteRows routesOfHelp();

}  // namespace polyclinic::api
