#include "patient_app.h"

#include <regex>
#include <stdexcept>

namespace polyclinic::test {
namespace {

const HttpHeaders formType{{"Content-Type", "application/x-www-form-urlencoded"}};

std::string decoded(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            out += char(std::stoi(text.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::string unescaped(std::string text) {
    for (const auto& [from, to] : std::map<std::string, std::string>{
             {"&#39;", "'"}, {"&quot;", "\""}, {"&lt;", "<"}, {"&gt;", ">"}, {"&#x2F;", "/"}, {"&amp;", "&"}})
        for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) text.replace(at, from.size(), to);
    return text;
}

std::string attribute(const std::string& tag, const std::string& name) {
    std::smatch found;
    if (!std::regex_search(tag, found, std::regex("\\b" + name + "=\"([^\"]*)\""))) return {};
    return unescaped(found[1]);
}

std::vector<std::string> tags(const std::string& html, const std::string& name) {
    std::vector<std::string> all;
    const std::regex pattern("<" + name + "\\b[^>]*>");
    for (std::sregex_iterator tag(html.begin(), html.end(), pattern), end; tag != end; ++tag) all.push_back(tag->str());
    return all;
}

std::string besideFhir(const Clinic& clinic, const std::string& place) {
    return clinic.fhir.substr(0, clinic.fhir.size() - std::string("fhir-api").size()) + place;
}

std::string base64(const std::string& bytes) {
    static const char* alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned three = 0;
        for (std::size_t k = 0; k < 3; ++k) three = three << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0);
        for (std::size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : alphabet[three >> (18 - 6 * k) & 63];
    }
    return out;
}

}  // namespace

std::string patientAuth(const Clinic& clinic) { return besideFhir(clinic, "patient/auth"); }
std::string patientApi(const Clinic& clinic) { return besideFhir(clinic, "patient/smart-api"); }
std::string patientPortal(const Clinic& clinic) { return besideFhir(clinic, "patient/portal"); }

PatientApp registerApp(ServerProcess& server, const Clinic& clinic, bool confidential, const std::string& scopes,
                       const nlohmann::json& more) {
    nlohmann::json body{{"name", "Heart Diary"},
                        {"kind", "patient-app"},
                        {"type", confidential ? "confidential-symmetric" : "public"},
                        {"redirectUris", {"https://app.example.org/back"}},
                        {"scopes", scopes}};
    body.update(more);
    const auto made = operate(server, "POST", "/admin/api/Tenant/" + clinic.id + "/Client", body);
    if (made.status != 201) throw std::runtime_error("no client: " + made.body);
    return {made.json.at("id"), made.json.value("clientSecret", ""), body.at("redirectUris").at(0)};
}

PatientApp registerIntrospector(ServerProcess& server, const Clinic& clinic) {
    const auto made = operate(server, "POST", "/admin/api/Tenant/" + clinic.id + "/Client",
                              {{"name", "Gateway"},
                               {"kind", "backend-service"},
                               {"type", "confidential-symmetric"},
                               {"scopes", "system/*.rs"},
                               {"introspect", true}});
    if (made.status != 201) throw std::runtime_error("no client: " + made.body);
    return {made.json.at("id"), made.json.at("clientSecret"), {}};
}

HttpAnswer PatientBrowser::keep(HttpAnswer answer, const std::string& url) {
    for (const auto& [name, value] : answer.headers) {
        if (name != "set-cookie") continue;
        const auto pair = value.substr(0, value.find(';'));
        const auto equals = pair.find('=');
        if (value.find("Max-Age=0") != value.npos)
            jar_.erase(pair.substr(0, equals));
        else
            jar_[pair.substr(0, equals)] = pair.substr(equals + 1);
    }
    if (answer.header("content-type").starts_with("text/html")) {
        page_ = answer.body;
        url_ = url;
    }
    return answer;
}

std::string PatientBrowser::cookies() const {
    std::string text;
    for (const auto& [name, value] : jar_) text += (text.empty() ? "" : "; ") + name + "=" + value;
    return text;
}

HttpAnswer PatientBrowser::get(const std::string& url) {
    const auto cookie = cookies();
    return keep(http("GET", url, cookie.empty() ? HttpHeaders{} : HttpHeaders{{"Cookie", cookie}}), url);
}

HttpAnswer PatientBrowser::submit(const std::string& action, const Fields& fields) {
    for (const auto& tag : tags(page_, "form")) {
        const auto target = attribute(tag, "action");
        if (!target.ends_with(action)) continue;
        const auto begin = page_.find(tag);
        Fields all;
        for (const auto& input : tags(page_.substr(begin, page_.find("</form>", begin) - begin), "input"))
            if (attribute(input, "type") == "hidden") all.emplace_back(attribute(input, "name"), attribute(input, "value"));
        all.insert(all.end(), fields.begin(), fields.end());
        auto headers = formType;
        if (const auto cookie = cookies(); !cookie.empty()) headers.emplace_back("Cookie", cookie);
        const auto url = url_.substr(0, url_.find('/', 8)) + target;
        return keep(http("POST", url, headers, form(all)), url);
    }
    throw std::runtime_error("no form " + action + " on " + url_);
}

HttpAnswer PatientBrowser::follow(HttpAnswer answer, const std::string& own) {
    for (int i = 0; i < 5 && answer.status == 303; ++i) {
        auto location = answer.header("location");
        if (location.starts_with('/')) location = own.substr(0, own.find('/', 8)) + location;
        if (!location.starts_with(own)) break;
        answer = get(location);
    }
    return answer;
}

PatientPerson signedInPerson(ServerProcess& server, const Clinic& clinic, const std::string& patient) {
    const nlohmann::json record{{"resourceType", "Patient"},
                                {"id", patient},
                                {"birthDate", "1980-02-03"},
                                {"name", {{{"family", "CANARY-" + clinic.id + "-" + patient}, {"given", {"Maria"}}}}}};
    const auto put = http("PUT", clinic.fhir + "/Patient/" + patient, bearerJson(clinic.token), record.dump());
    if (put.status != 201 && put.status != 200) throw std::runtime_error("no record: " + put.body);
    const auto made = operate(server, "POST", "/admin/api/Tenant/" + clinic.id + "/Account",
                              {{"realm", "patient"}, {"username", patient}, {"fhirUser", "Patient/" + patient}});
    if (made.status != 201) throw std::runtime_error("no account: " + made.body);
    PatientBrowser browser;
    const auto portal = patientPortal(clinic);
    browser.get(portal + "/activate");
    browser.follow(browser.submit("/activate", {{"code", made.json.at("activation").at("code")}}), portal);
    browser.follow(browser.submit("/activate/birth-date", {{"day", "3"}, {"month", "2"}, {"year", "1980"}}), portal);
    const auto done = browser.submit("/activate/password", {{"password", password}});
    if (done.status != 303) throw std::runtime_error("not activated: " + done.everything());
    return {patient, made.json.at("id"), browser.cookies()};
}

Fields request(const Clinic& clinic, const PatientApp& app, const std::string& scope, const Fields& more) {
    Fields fields{
        {"response_type", "code"}, {"client_id", app.id},       {"redirect_uri", app.redirect}, {"scope", scope},
        {"state", "st-1"},         {"aud", patientApi(clinic)}, {"code_challenge", challenge},  {"code_challenge_method", "S256"}};
    for (const auto& [name, value] : more) {
        std::erase_if(fields, [&, key = name](const auto& field) { return field.first == key; });
        if (!value.empty()) fields.emplace_back(name, value);
    }
    return fields;
}

HttpAnswer authorize(const Clinic& clinic, const Fields& fields, const std::string& cookie) {
    HttpHeaders headers;
    if (!cookie.empty()) headers.emplace_back("Cookie", cookie);
    return http("GET", patientAuth(clinic) + "/authorize?" + form(fields), headers);
}

HttpAnswer follow(HttpAnswer answer, const std::string& cookie, const std::string& own) {
    for (int i = 0; i < 5 && answer.status == 303 && answer.header("location").starts_with(own); ++i)
        answer = http("GET", answer.header("location"), cookie.empty() ? HttpHeaders{} : HttpHeaders{{"Cookie", cookie}});
    return answer;
}

ConsentForm consentForm(const Clinic& clinic, const PatientPerson& person, const Fields& fields) {
    ConsentForm found;
    found.page = follow(authorize(clinic, fields, person.cookie), person.cookie, patientAuth(clinic));
    if (found.page.status != 200) throw std::runtime_error("no consent page: " + found.page.everything());
    const auto base = patientAuth(clinic);
    for (const auto& tag : tags(found.page.body, "form"))
        if (attribute(tag, "action").ends_with("/consent")) found.action = base.substr(0, base.find("/tenant/")) + attribute(tag, "action");
    for (const auto& tag : tags(found.page.body, "input")) {
        if (attribute(tag, "type") == "hidden") found.hidden.emplace_back(attribute(tag, "name"), attribute(tag, "value"));
        if (attribute(tag, "type") == "checkbox") found.boxes.push_back(attribute(tag, "value"));
    }
    return found;
}

HttpAnswer decide(const ConsentForm& consent, const PatientPerson& person, const std::string& decision,
                  const std::optional<std::vector<std::string>>& ticks, const std::string& duration) {
    auto fields = consent.hidden;
    fields.emplace_back("decision", decision);
    if (!duration.empty()) fields.emplace_back("duration", duration);
    for (const auto& box : ticks.value_or(consent.boxes)) fields.emplace_back("scope", box);
    auto headers = formType;
    if (!person.cookie.empty()) headers.emplace_back("Cookie", person.cookie);
    return http("POST", consent.action, headers, form(fields));
}

std::string returned(const HttpAnswer& answer, const std::string& name) {
    const auto location = answer.header("location");
    std::smatch found;
    const std::regex pattern("[?&]" + name + "=([^&]*)");
    return std::regex_search(location, found, pattern) ? decoded(found[1]) : std::string();
}

std::string codeFor(const Clinic& clinic, const PatientPerson& person, const PatientApp& app, const std::string& scope,
                    const Fields& more) {
    const auto answer = decide(consentForm(clinic, person, request(clinic, app, scope, more)), person);
    const auto code = returned(answer, "code");
    if (code.empty()) throw std::runtime_error("no code: " + answer.everything());
    return code;
}

HttpHeaders basicOf(const PatientApp& app) { return {{"Authorization", "Basic " + base64(encoded(app.id) + ":" + encoded(app.secret))}}; }

HttpAnswer postAs(const Clinic& clinic, const PatientApp& app, const std::string& endpoint, Fields fields) {
    auto headers = formType;
    if (app.secret.empty())
        fields.emplace_back("client_id", app.id);
    else
        headers.push_back(basicOf(app).front());
    return http("POST", patientAuth(clinic) + "/" + endpoint, headers, form(fields));
}

HttpAnswer redeem(const Clinic& clinic, const PatientApp& app, const std::string& code, const Fields& more) {
    Fields fields{{"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", app.redirect}, {"code_verifier", verifier}};
    for (const auto& [name, value] : more) {
        std::erase_if(fields, [&, key = name](const auto& field) { return field.first == key; });
        if (!value.empty()) fields.emplace_back(name, value);
    }
    return postAs(clinic, app, "token", fields);
}

HttpAnswer refresh(const Clinic& clinic, const PatientApp& app, const std::string& token, const Fields& more) {
    Fields fields{{"grant_type", "refresh_token"}, {"refresh_token", token}};
    fields.insert(fields.end(), more.begin(), more.end());
    return postAs(clinic, app, "token", fields);
}

nlohmann::json tokensFor(const Clinic& clinic, const PatientPerson& person, const PatientApp& app, const std::string& scope,
                         const Fields& more) {
    const auto answer = redeem(clinic, app, codeFor(clinic, person, app, scope, more));
    if (answer.status != 200) throw std::runtime_error("no tokens: " + answer.everything());
    return answer.json;
}

}  // namespace polyclinic::test
