// What happened with a record, and an app that asks for everything in it.

#include "portal_test.h"

namespace {

Json about(const std::string& type, const std::string& id, const std::string& patient) {
    Json resource{{"resourceType", type}, {"id", id}};
    resource[type == "AllergyIntolerance" || type == "Immunization" ? "patient" : "subject"] = {{"reference", "Patient/" + patient}};
    if (type == "Observation") resource.update({{"status", "final"}, {"code", {{"text", "Glucose"}}}});
    if (type == "AllergyIntolerance") resource["code"] = {{"text", "Penicillin"}};
    if (type == "Immunization")
        resource.update({{"status", "completed"}, {"vaccineCode", {{"text", "Tetanus"}}}, {"occurrenceDateTime", "2026-01-01"}});
    return resource;
}

}  // namespace

void PortalTest::activityTellsWhatHappened() {
    keepPatient(a_, "p8", "Rosa", "Diaz", "1970-07-07");
    keepResource(a_, about("Observation", "p8-lab", "p8"));
    const auto invited = invite(a_, "p8");
    Browser rosa(portalOf(a_));
    join(rosa, invited.code, {{"day", "7"}, {"month", "7"}, {"year", "1970"}}, firstPassword);
    const std::string scope = "launch/patient offline_access patient/Patient.rs patient/Observation.rs patient/Condition.cruds";
    const auto app = registerApp(a_, {{"name", "Rosa's <b>Diary</b>"}}), refused = registerApp(a_, {{"name", "Nosy App"}});
    const auto tokens = tokensFor(a_, app, allowApp(rosa, a_, app, scope));
    const auto token = bearer(tokens["access_token"]);
    for (int i = 0; i < 3; ++i) QCOMPARE(http("GET", apiOf(a_) + "/Observation/p8-lab", token).status, 200);
    QCOMPARE(http("GET", apiOf(a_) + "/Condition?patient=p8", token).status, 200);
    QCOMPARE(http("GET", apiOf(a_) + "/AllergyIntolerance?patient=p8", token).status, 403);
    QCOMPARE(
        http("POST", a_.fhir.substr(0, a_.fhir.size() - 8) + "patient/auth/token", {{"Content-Type", "application/x-www-form-urlencoded"}},
             form({{"grant_type", "refresh_token"}, {"refresh_token", tokens["refresh_token"]}, {"client_id", app}}))
            .status,
        200);
    const auto page = rosa.visit(authorizeAddress(a_, refused, "launch/patient patient/Observation.rs"));
    QCOMPARE(rosa.send(page, "/consent", {{"decision", "deny"}}).status, 303);
    QCOMPARE(http("GET", a_.fhir + "/Patient/p8", bearer(a_.token)).status, 200);
    resetCode(a_, invited.account);
    Browser stranger(portalOf(a_));
    QCOMPARE(signIn(stranger, invited.username, "wrong-password-123").status, 401);

    const auto answer = rosa.get("activity");
    const auto text = textOf(answer);
    for (const char* said :
         {"Somebody typed your user name with a wrong password.", "The clinic gave you a code for a new password.",
          "The clinic opened your name, birth date and contact details.", "You did not allow Nosy App.",
          "Rosa's <b>Diary</b> looked for your health conditions and found nothing.",
          "Rosa's <b>Diary</b> looked at your test results and measurements. 3 times", "Rosa's <b>Diary</b> got its access.",
          "Rosa's <b>Diary</b> tried to look at your allergies and was refused.", "You allowed Rosa's <b>Diary</b>.",
          "You joined with your code.", "The clinic gave you a code to join.", "Today"})
        QVERIFY2(contains(text, said), said);
    for (const auto& never : {std::string("renew"), a_.id}) QVERIFY2(!contains(text, never), text.c_str());
    QVERIFY(!contains(answer.body, "<b>Diary"));
    // The list says what it is, and what it is not.
    QVERIFY(
        contains(text, "When people at the clinic work with other parts of your record, such as test results, that is not in this list."));
    QCOMPARE(answer.body.find("<table"), answer.body.rfind("<table"));
    // The newest stands first.
    QVERIFY(text.find("wrong password") < text.find("got its access") && text.find("got its access") < text.find("You joined"));

    const auto only = [&](const std::string& who) { return textOf(rosa.get("activity?who=" + who)); };
    QVERIFY(contains(only("apps"), "3 times") && !contains(only("apps"), "You joined") && !contains(only("apps"), "The clinic opened"));
    QVERIFY(contains(only("me"), "You joined") && !contains(only("me"), "looked at") && !contains(only("me"), "The clinic opened"));
    QVERIFY(contains(only("clinic"), "The clinic opened") && !contains(only("clinic"), "You joined") &&
            !contains(only("clinic"), "looked at"));
    const auto grant = operateOn(a_, "GET", "Grant?client=" + app).json["entry"][0]["resource"]["id"].get<std::string>();
    QCOMPARE(operateOn(a_, "DELETE", "Grant/" + grant).status, 204);
    QVERIFY(contains(only("clinic"), "The clinic stopped the access of Rosa's <b>Diary</b>."));
    QVERIFY(contains(textOf(rosa.get("activity?lang=es")), "consultó sus resultados"));
    QVERIFY(contains(rosa.get("activity?lang=ar").body, "dir=\"rtl\""));

    // Nobody else reads it, here or in the other clinic.
    keepPatient(b_, "p8", "Other", "Rosa", "1970-07-07");
    const auto elsewhere = invite(b_, "p8");
    Browser other(portalOf(b_));
    join(other, elsewhere.code, {{"day", "7"}, {"month", "7"}, {"year", "1970"}}, firstPassword);
    for (const auto& said : {textOf(mariasBrowser().get("activity")), textOf(other.get("activity"))})
        QVERIFY(!contains(said, "Diary</b>") && !contains(said, "Nosy") && contains(said, "You joined with your code."));
}

void PortalTest::activityIsPaged() {
    keepPatient(b_, "p9", "Long", "Story", "1970-07-07");
    const auto invited = invite(b_, "p9");
    Browser browser(portalOf(b_));
    join(browser, invited.code, {{"day", "7"}, {"month", "7"}, {"year", "1970"}}, firstPassword);
    const auto app = registerApp(b_);
    const auto tokens = tokensFor(b_, app, allowApp(browser, b_, app, "launch/patient patient/Patient.rs patient/Observation.rs"));
    const auto token = bearer(tokens["access_token"]);
    for (int i = 0; i < 510; ++i) QCOMPARE(http("GET", apiOf(b_) + "/Patient/p9", token).status, 200);
    const auto first = browser.get("activity");
    QVERIFY(contains(textOf(first), "contact details. 500 times") && !contains(textOf(first), "You joined"));
    const auto at = first.body.find("activity?before=");
    QVERIFY(at != std::string::npos && first.body.size() < 60'000);
    const auto second = textOf(browser.get(first.body.substr(at, first.body.find('"', at) - at)));
    QVERIFY(contains(second, "contact details. 10 times") && contains(second, "You joined") && !contains(second, "Older activity"));
    for (const char* hostile : {"before=0", "before=-1"})
        QVERIFY(contains(textOf(browser.get(std::string("activity?") + hostile)), "Nothing yet."));
    for (const char* hostile : {"before=99999999999999999999", "before=x'--", "before=", "who=%3Cscript%3E"})
        QVERIFY2(contains(textOf(browser.get(std::string("activity?") + hostile)), "Older activity"), hostile);
}

void PortalTest::everythingIsAskedKindByKind() {
    for (const auto* clinic : {&a_, &b_}) keepPatient(*clinic, "p10", "Kind", "Ling", "1970-07-07");
    keepResource(a_, about("Observation", "p10-lab", "p10"));
    keepResource(a_, about("AllergyIntolerance", "p10-allergy", "p10"));
    keepResource(b_, about("Immunization", "p10-shot", "p10"));
    const std::string scope = "launch/patient offline_access patient/*.rs";
    const Json wish{{"name", "Sees All"}, {"scopes", scope}};
    const auto boxes = [](const HttpAnswer& page) {
        std::vector<std::string> found;
        for (std::size_t at = 0; (at = page.body.find("name=\"scope\" type=\"checkbox\" value=\"", at)) != std::string::npos;) {
            at += 36;
            found.push_back(unescapedHtml(page.body.substr(at, page.body.find('"', at) - at)));
        }
        return found;
    };
    const auto status = [](const Clinic& clinic, const Json& tokens, const std::string& path) {
        return http("GET", apiOf(clinic) + "/" + path, bearer(tokens["access_token"])).status;
    };
    for (const auto* clinic : {&a_, &b_}) {
        const auto invited = invite(*clinic, "p10");
        Browser browser(portalOf(*clinic));
        join(browser, invited.code, {{"day", "7"}, {"month", "7"}, {"year", "1970"}}, firstPassword);
        const auto app = registerApp(*clinic, wish);
        const auto page = browser.visit(authorizeAddress(*clinic, app, scope));
        if (clinic == &b_) {
            QCOMPARE(boxes(page), (std::vector<std::string>{"patient/Immunization.rs patient/ImmunizationEvaluation.rs", "patient/*.rs"}));
            continue;
        }
        QCOMPARE(boxes(page), (std::vector<std::string>{"patient/AllergyIntolerance.rs", "patient/Observation.rs", "patient/*.rs"}));
        QVERIFY(contains(textOf(page), "Everything else in your health record at Oak Street Clinic"));
        QVERIFY(contains(textOf(page), "See basic facts about clinics, staff and medicines"));

        const auto whole = tokensFor(a_, app, allowApp(browser, a_, app, scope));
        QCOMPARE(whole["scope"], "launch/patient offline_access patient/*.rs");
        for (const char* path : {"Observation/p10-lab", "AllergyIntolerance/p10-allergy", "Immunization?patient=p10", "Patient/p10"})
            QCOMPARE(status(a_, whole, path), 200);

        const auto noLabs = tokensFor(a_, app, allowApp(browser, a_, app, scope, {"Observation"}));
        QVERIFY(!contains(noLabs["scope"], "*") && !contains(noLabs["scope"], "patient/Observation."));
        QCOMPARE(status(a_, noLabs, "Observation/p10-lab"), 403);
        QCOMPARE(status(a_, noLabs, "Observation?patient=p10"), 403);
        for (const char* path : {"AllergyIntolerance/p10-allergy", "Immunization?patient=p10", "Patient/p10", "Practitioner?_count=1"})
            QCOMPARE(status(a_, noLabs, path), 200);
        auto grants = operateOn(a_, "GET", "Grant?client=" + app + "&status=active").json;
        const auto details = textOf(browser.get("apps/" + grants["entry"][0]["resource"]["id"].get<std::string>()));
        QVERIFY(contains(details, "Everything in your health record at Oak Street Clinic, but not what is named below") &&
                contains(details, "It cannot see Your test results and measurements"));

        const auto labsOnly = tokensFor(a_, app, allowApp(browser, a_, app, scope, {"AllergyIntolerance", "*"}));
        for (const char* path : {"Observation/p10-lab", "Patient/p10", "Practitioner?_count=1"}) QCOMPARE(status(a_, labsOnly, path), 200);
        for (const char* path : {"AllergyIntolerance/p10-allergy", "Immunization?patient=p10", "Goal?patient=p10"})
            QCOMPARE(status(a_, labsOnly, path), 403);
    }
}
