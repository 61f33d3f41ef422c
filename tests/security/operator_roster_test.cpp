// Who runs the server, over HTTP: changed by operators who have just signed in, and by nobody else.

#include <QTest>

#include "server_database.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class OperatorRoster : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void cleanupTestCase();
    void operatorsAloneSeeAndChangeIt();
    void everyoneChangesTheirOwnPassword();
    void programsChangeNobody();
    void programsRemoveNoClinicForEver();
    void changesNeedAFreshSignIn();
    void removedPeopleAndProgramsAreOutAtOnce();
    void wrongWishesAreNamed();
};

namespace {

using Json = nlohmann::json;
const std::string firstPassword = "violet-harbor-mitten-92", secondPassword = "copper-meadow-window-17",
                  operatorsApi = "/admin/api/Operator";
const HttpHeaders formType{{"Content-Type", "application/x-www-form-urlencoded"}};

/// Of its own: once there is an operator, nobody can set the server up any more, which others try.
struct RosterServer {
    ServerProcess process;
    Clinic a = makeClinic(process, "t-a", false), own = makeClinic(process, "t-own", true);
};

std::unique_ptr<RosterServer> rosterServer;

struct Helper {
    std::string name, id, token;
};

int signInAnswer(const std::string& name, const std::string& password) {
    return http("POST", rosterServer->process.operators() + "/admin/auth/sign-in", {{"Content-Type", "application/json"}},
                Json{{"username", name}, {"password", password}}.dump())
        .status;
}

/// The access token, as the console gets it: ticket, code with PKCE, token.
std::string tokenOf(const std::string& name, const std::string& password) {
    const auto auth = rosterServer->process.operators() + "/admin/auth";
    const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                      redirect = "http://127.0.0.1:43210/";  // RFC 7636 appendix B
    const auto ticket =
        http("POST", auth + "/sign-in", {{"Content-Type", "application/json"}}, Json{{"username", name}, {"password", password}}.dump());
    const auto sent = http("GET", auth + "/authorize?" +
                                      form({{"response_type", "code"},
                                            {"client_id", "polyclinic-console"},
                                            {"redirect_uri", redirect},
                                            {"state", "s"},
                                            {"code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"},
                                            {"code_challenge_method", "S256"},
                                            {"login_ticket", ticket.json.at("login_ticket")}}));
    const auto location = sent.header("location");
    const auto from = location.find("code=") + 5;
    const auto answer = http("POST", auth + "/token", formType,
                             form({{"grant_type", "authorization_code"},
                                   {"code", location.substr(from, location.find('&', from) - from)},
                                   {"redirect_uri", redirect},
                                   {"client_id", "polyclinic-console"},
                                   {"code_verifier", verifier}}));
    return answer.json.at("access_token");
}

Helper addHelper(const std::string& name) {
    const auto made = operate(rosterServer->process, "POST", operatorsApi, {{"username", name}, {"password", firstPassword}});
    return {name, made.json.at("id"), tokenOf(name, firstPassword)};
}

HttpAnswer asOperator(const std::string& token, const std::string& method, const std::string& path, const Json& body = {}) {
    const auto url = rosterServer->process.operators() + path;
    return body.is_null() ? http(method, url, bearer(token)) : http(method, url, bearerJson(token), body.dump());
}

std::pair<std::string, std::string> addRosterProgram(const std::string& name) {
    auto& server = rosterServer->process;
    const auto made = operate(server, "POST", "/admin/api/OperatorClient", {{"name", name}}).json;
    const auto given = http(
        "POST", server.operators() + "/admin/auth/token", formType,
        form({{"grant_type", "client_credentials"}, {"client_id", made.at("client_id")}, {"client_secret", made.at("client_secret")}}));
    return {made.at("client_id"), given.json.at("access_token")};
}

}  // namespace

void OperatorRoster::initTestCase() { rosterServer = std::make_unique<RosterServer>(); }
void OperatorRoster::cleanupTestCase() { rosterServer.reset(); }

void OperatorRoster::operatorsAloneSeeAndChangeIt() {
    auto& server = rosterServer->process;
    const auto ada = addHelper("ada.lovelace");
    const std::vector<std::pair<std::string, std::string>> all{{"GET", operatorsApi},
                                                               {"POST", operatorsApi},
                                                               {"PUT", operatorsApi + "/" + ada.id},
                                                               {"DELETE", operatorsApi + "/" + ada.id},
                                                               {"POST", operatorsApi + "/" + ada.id + "/$change-password"},
                                                               {"GET", "/admin/api/OperatorClient"},
                                                               {"POST", "/admin/api/OperatorClient"},
                                                               {"DELETE", "/admin/api/OperatorClient/x"}};
    for (const auto& [method, path] : all) {
        const std::string body =
            method == "GET" || method == "DELETE" ? "" : R"({"password":"x","disabled":true,"username":"x","name":"x"})";
        QCOMPARE(http(method, server.operators() + path, {{"Content-Type", "application/json"}}, body).status, 401);
        for (const auto* clinic : {&rosterServer->a, &rosterServer->own})
            QCOMPARE(http(method, server.operators() + path, bearerJson(clinic->token), body).status, 401);
        QCOMPARE(http(method, server.base() + path, bearerJson(ada.token), body).status, 404);
    }
    const auto list = asOperator(ada.token, "GET", operatorsApi);
    QCOMPARE(list.status, 200);
    int selves = 0;
    for (const auto& entry : list.json.at("entry")) {
        const auto& person = entry.at("resource");
        selves += person.value("self", false);
        QCOMPARE(person.value("self", false), person.at("id") == ada.id);
        if (person.at("id") == ada.id)
            QVERIFY(person.at("username") == ada.name && person.contains("lastSignIn") && person.at("disabled") == false);
    }
    QCOMPARE(selves, 1);
    for (const std::string& secret : {std::string("argon2"), firstPassword, ada.token})
        QVERIFY(list.body.find(secret) == std::string::npos);
}

void OperatorRoster::everyoneChangesTheirOwnPassword() {
    auto& server = rosterServer->process;
    const auto bea = addHelper("bea"), cleo = addHelper("cleo");
    const auto program = addRosterProgram("Password setter");
    const Json wish{{"current", firstPassword}, {"password", secondPassword}};
    QCOMPARE(asOperator(cleo.token, "POST", operatorsApi + "/" + bea.id + "/$change-password", wish).status, 403);
    QCOMPARE(asOperator(program.second, "POST", operatorsApi + "/" + bea.id + "/$change-password", wish).status, 403);
    QCOMPARE(signInAnswer("bea", firstPassword), 200);
    const auto weak = asOperator(bea.token, "POST", operatorsApi + "/" + bea.id + "/$change-password",
                                 {{"current", firstPassword}, {"password", "Password123!"}});
    QCOMPARE(weak.status, 422);
    QVERIFY(weak.body.find("Password123!") == std::string::npos);
    // A console that was left open a moment ago proves nobody: the password of now is asked for, and looked at.
    const auto without = asOperator(bea.token, "POST", operatorsApi + "/" + bea.id + "/$change-password", {{"password", secondPassword}});
    QCOMPARE(without.status, 422);
    QCOMPARE(without.json.at("/issue/0/expression/0"_json_pointer), Json("current"));
    const auto notHers = asOperator(bea.token, "POST", operatorsApi + "/" + bea.id + "/$change-password",
                                    {{"current", secondPassword}, {"password", secondPassword}});
    QCOMPARE(notHers.status, 403);
    QCOMPARE(notHers.json.at("/issue/0/expression/0"_json_pointer), Json("current"));
    QCOMPARE(signInAnswer("bea", secondPassword), 401);
    QCOMPARE(signInAnswer("bea", firstPassword), 200);
    QCOMPARE(asOperator(bea.token, "GET", operatorsApi).status, 200);

    const auto elsewhere = tokenOf("bea", firstPassword);
    QCOMPARE(asOperator(bea.token, "POST", operatorsApi + "/" + bea.id + "/$change-password", wish).status, 204);
    QCOMPARE(asOperator(bea.token, "GET", operatorsApi).status, 200);
    QCOMPARE(asOperator(elsewhere, "GET", operatorsApi).status, 401);
    QCOMPARE(signInAnswer("bea", firstPassword), 401);
    QCOMPARE(asOperator(tokenOf("bea", secondPassword), "GET", operatorsApi).status, 200);
    QCOMPARE(asOperator(cleo.token, "GET", operatorsApi).status, 200);
    // Who may use this computer's own credential helps who forgot it.
    QCOMPARE(operate(server, "POST", operatorsApi + "/" + bea.id + "/$change-password", {{"password", firstPassword}}).status, 204);
    QCOMPARE(signInAnswer("bea", secondPassword), 401);
    QCOMPARE(signInAnswer("bea", firstPassword), 200);
}

void OperatorRoster::programsChangeNobody() {
    const auto lea = addHelper("lea");
    const auto program = addRosterProgram("Robot");
    const std::vector<std::tuple<std::string, std::string, Json>> all{
        {"POST", operatorsApi, {{"username", "mia"}, {"password", firstPassword}}},
        {"PUT", operatorsApi + "/" + lea.id, {{"disabled", true}}},
        {"DELETE", operatorsApi + "/" + lea.id, nullptr},
        {"POST", "/admin/api/OperatorClient", {{"name", "x"}}},
        {"DELETE", "/admin/api/OperatorClient/" + program.first, nullptr}};
    for (const auto& [method, path, body] : all) QCOMPARE(asOperator(program.second, method, path, body).status, 403);
    QCOMPARE(asOperator(program.second, "GET", operatorsApi).status, 200);
    QCOMPARE(asOperator(lea.token, "GET", operatorsApi).status, 200);
    QCOMPARE(signInAnswer("mia", firstPassword), 401);
}

void OperatorRoster::programsRemoveNoClinicForEver() {
    auto& server = rosterServer->process;
    const auto program = addRosterProgram("Cleaner");
    for (const bool dedicated : {false, true}) {
        const std::string id = dedicated ? "t-kept-own" : "t-kept";
        const auto clinic = makeClinic(server, id, dedicated);
        QCOMPARE(http("PUT", clinic.fhir + "/Patient/p1", bearerJson(clinic.token), R"({"resourceType":"Patient","id":"p1"})").status, 201);
        const auto purge = "/admin/api/Tenant/" + id + "?purge=true";
        for (const bool trashed : {false, true}) {
            if (trashed) QCOMPARE(asOperator(program.second, "DELETE", "/admin/api/Tenant/" + id).status, 204);
            const auto refused = asOperator(program.second, "DELETE", purge);  // its token is seconds old
            QCOMPARE(refused.status, 403);
            QVERIFY(refused.body.find("Programs do not remove clinics for ever.") != std::string::npos);
        }
        QCOMPARE(asOperator(program.second, "POST", "/admin/api/Tenant/" + id + "/$restore").status, 200);
        QCOMPARE(http("GET", clinic.fhir + "/Patient/p1", bearer(clinic.token)).status, 200);
    }
}

void OperatorRoster::changesNeedAFreshSignIn() {
    auto& server = rosterServer->process;
    const auto dana = addHelper("dana"), emil = addHelper("emil");
    makeClinic(server, "t-stale", false);
    ServerDatabase(server).asSuperuser("UPDATE operator_grant SET created = created - interval '6 minutes' WHERE operator = '" + dana.id +
                                       "'");
    const std::vector<std::tuple<std::string, std::string, Json>> all{
        {"POST", operatorsApi, {{"username", "fay"}, {"password", firstPassword}}},
        {"PUT", operatorsApi + "/" + emil.id, {{"disabled", true}}},
        {"DELETE", operatorsApi + "/" + emil.id, nullptr},
        {"POST", operatorsApi + "/" + dana.id + "/$change-password", {{"password", secondPassword}}},
        {"POST", "/admin/api/OperatorClient", {{"name", "x"}}},
        {"DELETE", "/admin/api/OperatorClient/x", nullptr},
        {"DELETE", "/admin/api/Tenant/t-stale?purge=true", nullptr}};
    for (const auto& [method, path, body] : all) {
        const auto answer = asOperator(dana.token, method, path, body);
        QCOMPARE(answer.status, 401);
        QCOMPARE(answer.json.at("/issue/0/code"_json_pointer), Json("login"));
    }
    // Looking needs none, and nothing has changed.
    QCOMPARE(asOperator(dana.token, "GET", operatorsApi).status, 200);
    QCOMPARE(asOperator(emil.token, "GET", operatorsApi).status, 200);
    QCOMPARE(asOperator(dana.token, "GET", "/admin/api/Tenant/t-stale").status, 200);
    QCOMPARE(signInAnswer("fay", firstPassword), 401);
    QCOMPARE(asOperator(tokenOf("dana", firstPassword), "DELETE", "/admin/api/Tenant/t-stale?purge=true").status, 204);
}

void OperatorRoster::removedPeopleAndProgramsAreOutAtOnce() {
    const auto gina = addHelper("gina"), hugo = addHelper("hugo");
    const auto program = addRosterProgram("Nightly backup");
    QCOMPARE(asOperator(gina.token, "PUT", operatorsApi + "/" + hugo.id, {{"disabled", true}}).json.at("disabled"), Json(true));
    QCOMPARE(asOperator(hugo.token, "GET", operatorsApi).status, 401);
    QCOMPARE(signInAnswer("hugo", firstPassword), 401);
    QCOMPARE(asOperator(gina.token, "PUT", operatorsApi + "/" + hugo.id, {{"disabled", false}}).status, 200);
    QCOMPARE(asOperator(hugo.token, "GET", operatorsApi).status, 401);
    QCOMPARE(asOperator(gina.token, "PUT", operatorsApi + "/" + hugo.id, {{"disabled", false}}).status,
             200);  // changes nothing, is no deed
    QCOMPARE(asOperator(gina.token, "POST", operatorsApi + "/" + gina.id + "/$change-password",
                        {{"current", firstPassword}, {"password", secondPassword}})
                 .status,
             204);
    const auto again = tokenOf("hugo", firstPassword);
    QCOMPARE(asOperator(gina.token, "DELETE", operatorsApi + "/" + hugo.id).status, 204);
    QCOMPARE(asOperator(again, "GET", operatorsApi).status, 401);
    QCOMPARE(signInAnswer("hugo", firstPassword), 401);
    QCOMPARE(asOperator(program.second, "GET", "/admin/api/OperatorClient").status, 200);
    QCOMPARE(asOperator(gina.token, "DELETE", "/admin/api/OperatorClient/" + program.first).status, 204);
    QCOMPARE(asOperator(program.second, "GET", "/admin/api/OperatorClient").status, 401);

    const auto log = asOperator(gina.token, "GET", "/admin/api/AuditEvent?_count=1000&agent=gina");
    for (const auto& [deed, what] : std::vector<std::pair<std::string, std::string>>{{"operator-disable", "hugo"},
                                                                                     {"operator-enable", "hugo"},
                                                                                     {"operator-password", "gina"},
                                                                                     {"operator-delete", "hugo"},
                                                                                     {"operator-client-delete", "Nightly backup"}}) {
        int count = 0;
        for (const auto& entry : log.json.at("entry"))
            count += entry.at("resource").at("/subtype/0/code"_json_pointer) == deed &&
                     entry.at("resource").at("/entity/0"_json_pointer).value("name", "") == what;
        QVERIFY2(count == 1, deed.c_str());
    }
}

void OperatorRoster::wrongWishesAreNamed() {
    const auto ines = addHelper("ines");
    QCOMPARE(asOperator(ines.token, "DELETE", operatorsApi + "/nobody").status, 404);
    QCOMPARE(asOperator(ines.token, "PUT", operatorsApi + "/nobody", {{"disabled", true}}).status, 404);
    QCOMPARE(asOperator(ines.token, "DELETE", "/admin/api/OperatorClient/nobody").status, 404);
    QCOMPARE(asOperator(ines.token, "PUT", operatorsApi + "/" + ines.id, Json::array()).status, 400);
    const auto renamed = asOperator(ines.token, "PUT", operatorsApi + "/" + ines.id, {{"username", "new"}, {"disabled", false}});
    QCOMPARE(renamed.status, 422);
    QCOMPARE(renamed.json.at("/issue/0/expression/0"_json_pointer), Json("username"));
    for (const Json& wish : {Json::object(), Json{{"disabled", "yes"}}}) {
        const auto answer = asOperator(ines.token, "PUT", operatorsApi + "/" + ines.id, wish);
        QCOMPARE(answer.status, 422);
        QCOMPARE(answer.json.at("/issue/0/expression/0"_json_pointer), Json("disabled"));
    }
    QCOMPARE(asOperator(ines.token, "POST", operatorsApi + "/" + ines.id + "/$change-password", Json::object())
                 .json.at("/issue/0/expression/0"_json_pointer),
             Json("password"));
    QCOMPARE(asOperator(ines.token, "POST", operatorsApi, {{"username", "INES"}, {"password", firstPassword}}).status, 409);
    // Nobody is left out: with every other one off, the last stays.
    const auto list = asOperator(ines.token, "GET", operatorsApi).json;
    for (const auto& entry : list.at("entry"))
        if (const auto id = entry.at("resource").at("id").get<std::string>(); id != ines.id)
            QCOMPARE(asOperator(ines.token, "PUT", operatorsApi + "/" + id, {{"disabled", true}}).status, 200);
    QCOMPARE(asOperator(ines.token, "DELETE", operatorsApi + "/" + ines.id).status, 409);
    QCOMPARE(asOperator(ines.token, "PUT", operatorsApi + "/" + ines.id, {{"disabled", true}}).status, 409);
    QCOMPARE(asOperator(ines.token, "GET", operatorsApi).status, 200);
    for (const auto& entry : list.at("entry"))
        QCOMPARE(asOperator(ines.token, "PUT", operatorsApi + "/" + entry.at("resource").at("id").get<std::string>(), {{"disabled", false}})
                     .status,
                 200);
}

POLYCLINIC_TEST(OperatorRoster)
#include "operator_roster_test.moc"
