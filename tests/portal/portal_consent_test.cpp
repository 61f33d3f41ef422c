// What a person is asked: changes kind by kind, an app that comes again, and answers that do not do.

#include <map>
#include <regex>

#include "portal_test.h"
#include "server_database.h"

namespace {

/// Each box of a consent page by its value: ticked or not, and whether it is said to be new.
struct Box {
    bool ticked = false, fresh = false;
    bool operator==(const Box&) const = default;
};
std::map<std::string, Box> boxesOf(const HttpAnswer& page) {
    static const std::regex box("type=\"checkbox\" value=\"([^\"]*)\"( checked)?[^>]*><label[^>]*>[^<]*(<span class=\"tag new\">)?");
    std::map<std::string, Box> boxes;
    for (std::sregex_iterator one(page.body.begin(), page.body.end(), box), end; one != end; ++one)
        boxes[unescapedHtml((*one)[1])] = {(*one)[2].matched, (*one)[3].matched};
    return boxes;
}

const std::string born = "1961-02-03";
const Fields birthDate{{"day", "3"}, {"month", "2"}, {"year", "1961"}};

}  // namespace

void PortalTest::anAppThatComesAgainFindsTheAnswerOfBefore() {
    for (const auto* clinic : {&a_, &b_}) keepPatient(*clinic, "p11", "Aino", "Laine", born);
    Browser browser(portalOf(a_));
    join(browser, invite(a_, "p11").code, birthDate, firstPassword);
    const std::string scope = "launch/patient offline_access patient/Observation.rs patient/Condition.cruds";
    const auto app = registerApp(a_, {{"name", "Comes Again"}, {"scopes", scope + " patient/Immunization.rs"}});
    const auto asked = [&](const std::string& what) { return browser.visit(authorizeAddress(a_, app, what)); };
    const auto first = asked(scope);
    QVERIFY(!contains(textOf(first), "has had access since"));
    QCOMPARE(boxesOf(first), (std::map<std::string, Box>{{"patient/Observation.rs", {true, false}},
                                                         {"patient/Condition.rs", {true, false}},
                                                         {"patient/Condition.cud", {true, false}}}));
    tokensFor(a_, app, allowApp(browser, a_, app, scope, {"Condition.cud"}));
    // What she refused is not ticked again; what is new is told apart and stands as on a first visit.
    const auto second = asked(scope + " patient/Immunization.rs");
    QVERIFY(contains(textOf(second), "Comes Again has had access since") && contains(textOf(second), "takes the place of that one"));
    QCOMPARE(boxesOf(second), (std::map<std::string, Box>{{"patient/Observation.rs", {true, false}},
                                                          {"patient/Condition.rs", {true, false}},
                                                          {"patient/Condition.cud", {false, true}},
                                                          {"patient/Immunization.rs", {true, true}}}));
    QVERIFY(contains(textOf(second), "Your vaccinations New"));
    // An answer that does not do keeps what was ticked just now.
    const auto wrong =
        browser.send(second, "/consent", {{"decision", "allow"}, {"scope", "patient/Immunization.rs"}, {"duration", "for ever"}});
    QCOMPARE(wrong.status, 400);
    QCOMPARE(boxesOf(wrong), (std::map<std::string, Box>{{"patient/Observation.rs", {false, false}},
                                                         {"patient/Condition.rs", {false, false}},
                                                         {"patient/Condition.cud", {false, true}},
                                                         {"patient/Immunization.rs", {true, true}}}));
    QVERIFY(!contains(wrong.body, "type=\"radio\" value=\"year\" checked") && contains(textOf(wrong), "Choose how long"));
    QCOMPARE(browser.send(wrong, "/consent", {{"decision", "allow"}, {"scope", "patient/Immunization.rs"}, {"duration", "year"}}).status,
             303);
    // The last answer counts, also for somebody else's app and after a stop: both are asked afresh.
    const auto third = boxesOf(asked(scope));
    QVERIFY(!third.at("patient/Observation.rs").ticked && third.at("patient/Observation.rs").fresh);
    const auto other = registerApp(a_, {{"name", "Never Came"}, {"scopes", scope}});
    QVERIFY(boxesOf(browser.visit(authorizeAddress(a_, other, scope))).at("patient/Condition.cud").ticked);
    const auto grants = operateOn(a_, "GET", "Grant?client=" + app + "&status=active").json;
    QCOMPARE(operateOn(a_, "DELETE", "Grant/" + grants["entry"][0]["resource"]["id"].get<std::string>()).status, 204);
    QVERIFY(boxesOf(asked(scope)).at("patient/Observation.rs").ticked);
    // What she answers in one clinic is unknown in the other.
    Browser there(portalOf(b_));
    join(there, invite(b_, "p11").code, birthDate, firstPassword);
    const auto namesake = registerApp(b_, {{"name", "Comes Again"}, {"scopes", scope}});
    QVERIFY(!contains(textOf(there.visit(authorizeAddress(b_, namesake, scope))), "has had access since"));
}

void PortalTest::changesAreAskedKindByKind() {
    keepPatient(a_, "p12", "Otto", "Weiss", born);
    keepResource(a_, {{"resourceType", "Goal"},
                      {"id", "p12-goal"},
                      {"lifecycleStatus", "active"},
                      {"description", {{"text", "Walk"}}},
                      {"subject", {{"reference", "Patient/p12"}}}});
    Browser browser(portalOf(a_));
    join(browser, invite(a_, "p12").code, birthDate, firstPassword);
    const std::string scope = "launch/patient offline_access patient/*.cruds";
    const auto app = registerApp(a_, {{"name", "Writes All"}, {"scopes", scope}});
    const auto page = browser.visit(authorizeAddress(a_, app, scope));
    const auto boxes = boxesOf(page);
    std::vector<std::string> values;
    for (const auto& [value, box] : boxes) values.push_back(value);
    QCOMPARE(values,
             (std::vector<std::string>{"patient/*.cud", "patient/*.rs", "patient/Goal.cud", "patient/Goal.rs", "patient/Patient.u"}));
    QVERIFY(contains(textOf(page), "Add, change and delete health goals") &&
            contains(textOf(page), "Add, change and delete information of any other kind"));
    const auto tokens = tokensFor(a_, app, allowApp(browser, a_, app, scope, {"Goal.cud"}));
    QVERIFY(contains(tokens["scope"], "patient/*.rs") && contains(tokens["scope"], "patient/Condition.cud"));
    for (const char* part : {"*.cud", "*.cruds", "patient/Goal."}) QVERIFY2(!contains(tokens["scope"], part), part);
    const auto write = [&](const std::string& type, const Json& resource) {
        return http("POST", apiOf(a_) + "/" + type, bearerJson(tokens["access_token"]), resource.dump()).status;
    };
    const Json subject{{"reference", "Patient/p12"}};
    const Json goal{{"resourceType", "Goal"}, {"lifecycleStatus", "active"}, {"description", {{"text", "Run"}}}, {"subject", subject}};
    QCOMPARE(write("Goal", goal), 403);
    QCOMPARE(http("DELETE", apiOf(a_) + "/Goal/p12-goal", bearer(tokens["access_token"])).status, 403);
    QCOMPARE(http("GET", apiOf(a_) + "/Goal/p12-goal", bearer(tokens["access_token"])).status, 200);
    QCOMPARE(write("Condition", {{"resourceType", "Condition"}, {"code", {{"text", "Cold"}}}, {"subject", subject}}), 201);
    const auto grants = operateOn(a_, "GET", "Grant?client=" + app + "&status=active").json;
    const auto details = textOf(browser.get("apps/" + grants["entry"][0]["resource"]["id"].get<std::string>()));
    QVERIFY2(contains(details, "Information of any kind, but not what is named below") &&
                 contains(details, "It cannot add, change or delete Health goals"),
             details.c_str());
}

void PortalTest::accessThatNobodyPickedUpWasNotChosenToEnd() {
    const auto app = registerApp(a_, {{"name", "Lost On The Way"}});
    auto browser = mariasBrowser();
    const auto grant = connectApp(browser, a_, app, "launch/patient patient/Observation.rs offline_access");
    ServerDatabase(server()).asSuperuser("UPDATE app_grant SET ended = now(), ended_by = 'expired' WHERE id = '" + grant + "'");
    const auto page = textOf(browser.get("apps/" + grant));
    QVERIFY(contains(page, "The app never picked up this access. It ended on ") && !contains(page, "as you had chosen"));
    ServerDatabase(server()).asSuperuser("UPDATE app_grant SET ended = NULL, ended_by = NULL, ends = now() WHERE id = '" + grant + "'");
    QVERIFY(contains(textOf(browser.get("apps/" + grant)), "as you had chosen"));
}

void PortalTest::anOldRequestIsNoFaultOfTheForm() {
    Browser browser(portalOf(a_));
    const auto page = browser.get("sign-in?request=long-gone");
    QCOMPARE(page.status, 200);
    QVERIFY(contains(textOf(page), "The request of the app is too old.") && !contains(page.body, "class=\"field wrong\""));
    const auto wrong = signIn(browser, "nobody", "wrong-password-1");
    QVERIFY(contains(wrong.body, "class=\"field wrong\""));
}
