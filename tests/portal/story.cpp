#include "story.h"

#include <algorithm>
#include <regex>
#include <stdexcept>

namespace polyclinic::test {

void keepResource(const Clinic& clinic, const nlohmann::json& resource) {
    auto headers = bearer(clinic.token);
    headers.emplace_back("Content-Type", "application/fhir+json");
    const std::string type = resource["resourceType"], id = resource["id"];
    const auto answer = http("PUT", clinic.fhir + "/" + type + "/" + id, headers, resource.dump());
    if (answer.status / 100 != 2) throw std::runtime_error("PUT " + type + ": " + answer.told());
}

void keepPatient(const Clinic& clinic, const std::string& id, const std::string& given, const std::string& family,
                 const std::string& birthDate) {
    keepResource(clinic,
                 {{"resourceType", "Patient"}, {"id", id}, {"birthDate", birthDate}, {"name", {{{"family", family}, {"given", {given}}}}}});
}

HttpAnswer operateOn(const Clinic& clinic, const std::string& method, const std::string& path, const nlohmann::json& body) {
    return operate(server(), method, "/admin/api/Tenant/" + clinic.id + "/" + path, body);
}

Invited invite(const Clinic& clinic, const std::string& patient, const nlohmann::json& more) {
    nlohmann::json body{{"realm", "patient"}, {"fhirUser", "Patient/" + patient}};
    body.update(more);
    const auto answer = operateOn(clinic, "POST", "Account", body);
    if (answer.status != 201) throw std::runtime_error("invite: " + answer.told());
    return {answer.json["id"], answer.json["username"], answer.json["activation"]["code"]};
}

std::string resetCode(const Clinic& clinic, const std::string& account) {
    const auto answer = operateOn(clinic, "POST", "Account/" + account + "/$reset-code", {{"identityChecked", true}});
    if (answer.status / 100 != 2) throw std::runtime_error("reset code: " + answer.told());
    return answer.json["reset"]["code"];
}

std::string portalOf(const Clinic& clinic) { return clinic.fhir.substr(0, clinic.fhir.size() - 8) + "patient/portal"; }

std::string apiOf(const Clinic& clinic) { return clinic.fhir.substr(0, clinic.fhir.size() - 8) + "patient/smart-api"; }

HttpAnswer join(Browser& browser, const std::string& code, const Fields& birthDate, const std::string& password, const std::string& start) {
    auto page = browser.get(start);
    page = browser.follow(browser.send(page, "/activate", {{"code", code}}));
    if (!contains(page.body, "name=\"year\"")) return page;
    page = browser.follow(browser.send(page, "/activate/birth-date", birthDate));
    if (!contains(page.body, "name=\"password\"")) return page;
    return browser.follow(browser.send(page, "/activate/password", {{"password", password}}));
}

HttpAnswer signIn(Browser& browser, const std::string& username, const std::string& password, const std::string& start) {
    const auto page = browser.get(start);
    return browser.follow(browser.send(page, "/sign-in", {{"username", username}, {"password", password}}));
}

std::string registerApp(const Clinic& clinic, const nlohmann::json& more) {
    nlohmann::json body{
        {"name", "Heart Diary"},
        {"publisher", "Pulse Labs"},
        {"kind", "patient-app"},
        {"type", "public"},
        {"redirectUris", {"https://diary.example.org/back"}},
        {"scopes", "openid fhirUser launch/patient offline_access patient/Patient.rs patient/Observation.rs patient/Condition.cruds"}};
    body.update(more);
    const auto answer = operateOn(clinic, "POST", "Client", body);
    if (answer.status != 201) throw std::runtime_error("register: " + answer.told());
    return answer.json["id"];
}

std::string authorizeAddress(const Clinic& clinic, const std::string& client, const std::string& scope) {
    const auto tenant = clinic.fhir.substr(0, clinic.fhir.size() - 8);
    return tenant + "patient/auth/authorize?" +
           form({{"response_type", "code"},
                 {"client_id", client},
                 {"redirect_uri", "https://diary.example.org/back"},
                 {"scope", scope},
                 {"aud", tenant + "patient/smart-api"},
                 {"state", "s1"},
                 {"code_challenge_method", "S256"},
                 {"code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}});
}

std::string allowApp(Browser& browser, const Clinic& clinic, const std::string& client, const std::string& scope,
                     const std::vector<std::string>& untick) {
    const auto page = browser.visit(authorizeAddress(clinic, client, scope));
    Fields fields{{"decision", "allow"}, {"duration", "year"}};
    static const std::regex box("type=\"checkbox\" value=\"([^\"]*)\"");
    for (std::sregex_iterator one(page.body.begin(), page.body.end(), box), end; one != end; ++one)
        if (const auto value = unescapedHtml((*one)[1]);
            std::none_of(untick.begin(), untick.end(), [&](const auto& part) { return contains(value, part); }))
            fields.emplace_back("scope", value);
    const auto answer = browser.send(page, "/consent", fields);
    if (answer.status != 303 || !answer.header("location").starts_with("https://diary.example.org/back?"))
        throw std::runtime_error("consent: " + std::to_string(answer.status) + " " + textOf(answer).substr(0, 300));
    return answer.header("location");
}

nlohmann::json tokensFor(const Clinic& clinic, const std::string& client, const std::string& location) {
    const auto begin = location.find("code=") + 5;
    const auto answer = http("POST", clinic.fhir.substr(0, clinic.fhir.size() - 8) + "patient/auth/token",
                             {{"Content-Type", "application/x-www-form-urlencoded"}},
                             form({{"grant_type", "authorization_code"},
                                   {"code", location.substr(begin, location.find('&', begin) - begin)},
                                   {"redirect_uri", "https://diary.example.org/back"},
                                   {"client_id", client},
                                   {"code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}}));
    if (answer.status != 200) throw std::runtime_error("token: " + answer.body);
    return answer.json;
}

std::string connectApp(Browser& browser, const Clinic& clinic, const std::string& client, const std::string& scope) {
    allowApp(browser, clinic, client, scope);
    const auto grants = operateOn(clinic, "GET", "Grant?client=" + client + "&status=active");
    return grants.json["entry"][0]["resource"]["id"];
}

}  // namespace polyclinic::test
