#include "patient_token.h"

#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

namespace polyclinic::test {
namespace {

std::string letters(std::size_t count) {
    static std::mt19937_64 dice(std::random_device{}());
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "abcdefghijklmnopqrstuvwxyz0123456789"[dice() % 36];
    return text;
}

/// "patient/Type.rs" as the tables keep it.
std::string structured(const std::string& scopes) {
    auto all = nlohmann::json::array();
    std::istringstream words(scopes);
    for (std::string word; words >> word;) {
        const auto slash = word.find('/'), dot = word.find('.');
        auto verbs = word.substr(dot + 1);
        const bool v1 = verbs == "read" || verbs == "write" || verbs == "*";
        if (v1) verbs = verbs == "read" ? "rs" : verbs == "write" ? "cud" : "cruds";
        nlohmann::json scope{{"level", word.substr(0, slash)}, {"type", word.substr(slash + 1, dot - slash - 1)}, {"verbs", verbs}};
        if (v1) scope["v1"] = true;
        all.push_back(std::move(scope));
    }
    return all.dump();
}

}  // namespace

std::string plantPatientToken(ServerProcess& server, const ServerDatabase& database, const PatientToken& wish) {
    const auto clinic = "/admin/api/Tenant/" + wish.clinic;
    const auto client = operate(server, "POST", clinic + "/Client",
                                {{"name", "App " + letters(6)},
                                 {"kind", "patient-app"},
                                 {"type", "public"},
                                 {"redirectUris", {"https://app.example.org/back"}},
                                 {"scopes", "patient/*.cruds"}});
    if (client.status != 201) throw std::runtime_error("no client: " + client.body);
    const std::string app = client.json.at("id"), account = "acc-" + letters(8), grant = "gr-" + letters(8), token = "pat_" + letters(43);
    const auto n = std::to_string(database.numberOf(wish.clinic));
    // One account a patient: a second token is another grant of it.
    const std::string user = wish.patient.empty() ? "Patient/" + letters(8) : "Patient/" + wish.patient;
    const auto quoted = [](const std::string& text) { return "'" + text + "'"; };
    database.asSuperuser(
        "INSERT INTO account (tenant_id, realm, id, username, username_key, fhir_user, disabled, version, created, updated) VALUES (" + n +
        ", 'patient', " + quoted(account) + ", " + quoted(account) + ", " + quoted(account) + ", " + quoted(user) +
        ", false, 1, now(), now()) ON CONFLICT DO NOTHING;\n"
        "INSERT INTO app_grant (tenant_id, realm, id, account, client, patient, scopes, words, created, ends, ended, ended_by) SELECT " +
        n + ", 'patient', " + quoted(grant) + ", id, " + quoted(app) + ", " + quoted(wish.patient) + ", " +
        quoted(structured(wish.scopes)) + ", " + quoted(wish.words) + ", now(), now() + interval '1 year', " +
        (wish.ended ? "now(), 'clinic'" : "NULL, NULL") + " FROM account WHERE tenant_id = " + n +
        " AND realm = 'patient' AND fhir_user = " + quoted(user) +
        ";\n"
        "INSERT INTO access_token (tenant_id, realm, hash, id, client, audience, scopes, words, issued, expires, app_grant) VALUES (" +
        n + ", 'patient', sha256(" + quoted(token) + "), " + quoted("tk-" + letters(8)) + ", " + quoted(app) + ", " +
        quoted(wish.audience) + ", " + quoted(structured(wish.scopes)) + ", " + quoted(wish.words) +
        ", now(), now() + interval '1 hour', " + quoted(grant) + ");");
    return token;
}

}  // namespace polyclinic::test
