#include "visits.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "patient_app.h"

namespace polyclinic::bench {
namespace {

constexpr int visitors = 16;  // as many as there are connections at most
const std::string scope = "launch/patient openid fhirUser offline_access patient/*.rs";

/// A record with a birth date, an account of it, and a browser in which that was activated.
Visitor join(Server& server, const Tenant& tenant, const test::Clinic& clinic, int number) {
    const std::string digits = std::to_string(number);
    Visitor visitor{.patient = "visitor-" + digits, .name = "Maria Visitor" + digits, .username = "maria" + digits};
    const nlohmann::json record{{"resourceType", "Patient"},
                                {"id", visitor.patient},
                                {"birthDate", "1980-02-03"},
                                {"name", {{{"family", "Visitor" + digits}, {"given", {"Maria"}}}}}};
    demand(ask("PUT", clinic.fhir + "/Patient/" + visitor.patient,
               {{"Authorization", "Bearer " + tenant.token}, {"Content-Type", "application/fhir+json"}}, record.dump()),
           201, 200, "PUT Patient");
    const auto account = server.make(tenant.id, "Account",
                                     {{"realm", "patient"}, {"username", visitor.username}, {"fhirUser", "Patient/" + visitor.patient}});
    test::PatientBrowser browser;
    const std::string portal = test::patientPortal(clinic);
    browser.get(portal + "/activate");
    browser.follow(browser.submit("/activate", {{"code", account.at("activation").at("code")}}), portal);
    browser.follow(browser.submit("/activate/birth-date", {{"day", "3"}, {"month", "2"}, {"year", "1980"}}), portal);
    const auto done = browser.submit("/activate/password", {{"password", Visits::password()}});
    if (done.status != 303) throw std::runtime_error("activation was answered " + std::to_string(done.status));
    visitor.cookies = browser.cookies();
    return visitor;
}

}  // namespace

const std::string& Visits::password() { return test::password; }

Visits visit(Server& server, const Tenant& tenant) {
    const test::Clinic clinic{.id = tenant.id, .fhir = server.base() + "/tenant/" + tenant.id + "/fhir-api"};
    const auto registered = server.make(tenant.id, "Client",
                                        {{"name", Visits::appName},
                                         {"kind", "patient-app"},
                                         {"type", "confidential-symmetric"},
                                         {"scopes", scope},
                                         {"redirectUris", {"https://app.example.org/back"}}});
    const test::PatientApp app{.id = registered.at("id"), .secret = registered.at("clientSecret")};
    Visits visits{.auth = Address(test::patientAuth(clinic)).path,
                  .api = Address(test::patientApi(clinic)).path,
                  .portal = Address(test::patientPortal(clinic)).path,
                  .basic = test::basicOf(app).front().second};
    for (int number = 0; number < visitors; ++number) {
        Visitor visitor = join(server, tenant, clinic, 10 + number);  // two digits: no name is the beginning of another
        const auto tokens = test::tokensFor(clinic, {.patient = visitor.patient, .cookie = visitor.cookies}, app, scope);
        visitor.access = tokens.at("access_token");
        visitor.refresh = tokens.at("refresh_token");
        visits.people.push_back(std::move(visitor));
    }
    return visits;
}

}  // namespace polyclinic::bench
