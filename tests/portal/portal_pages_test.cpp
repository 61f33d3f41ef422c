// Behind the doors: apps, account, devices, languages, the clinic's look, and what hostile texts do not do.

#include "portal_test.h"

void PortalTest::F08_whatIsOfOthersIsNotThere() {
    const auto app = registerApp(a_);
    Browser ingrid(portalOf(a_));
    signIn(ingrid, ingrid_.username, firstPassword);
    const auto grant = connectApp(ingrid, a_, app, "launch/patient patient/Observation.rs offline_access");
    QCOMPARE(ingrid.get("apps/" + grant).status, 200);
    auto maria = mariasBrowser();
    const auto token = hiddenOf(maria.get("home"), "/sign-out");
    QCOMPARE(maria.get("apps/" + grant).status, 404);
    QCOMPARE(maria.get("apps/" + grant + "/stop").status, 404);
    QCOMPARE(maria.post("apps/" + grant + "/stop", token).status, 404);
    const auto sessions = operateOn(a_, "GET", "Session?account=" + ingrid_.account).json;
    const std::string session = sessions["entry"][0]["resource"]["id"];
    QCOMPARE(maria.post("sessions/" + session + "/end", token).status, 404);
    Browser anna(portalOf(b_));
    signIn(anna, other_.username, firstPassword);
    const auto annas = hiddenOf(anna.get("home"), "/sign-out");
    QCOMPARE(anna.get("apps/" + grant).status, 404);
    QCOMPARE(anna.post("apps/" + grant + "/stop", annas).status, 404);
    QCOMPARE(anna.post("sessions/" + session + "/end", annas).status, 404);
    QCOMPARE(ingrid.get("home").status, 200);
    QVERIFY(contains(textOf(ingrid.get("apps/" + grant)), "Your test results and measurements"));
    QVERIFY(contains(textOf(ingrid.get("apps")), "Heart Diary"));
    QVERIFY(!contains(textOf(maria.get("apps")), "Heart Diary") && !contains(textOf(anna.get("apps")), "Heart Diary"));
}

void PortalTest::anAppIsStoppedInThreeSteps() {
    const auto app = registerApp(a_, {{"name", "Knee Diary"}});
    auto browser = mariasBrowser();
    const auto grant =
        connectApp(browser, a_, app,
                   "openid fhirUser launch/patient offline_access patient/Patient.rs patient/Observation.rs patient/Condition.cruds");
    QVERIFY(contains(textOf(browser.get("home")), "1 app can use your record."));
    QVERIFY(contains(textOf(browser.get("apps")), "Made by Pulse Labs"));
    const auto details = browser.get("apps/" + grant);
    for (const char* words :
         {"Knee Diary is made by Pulse Labs, not by Oak Street Clinic.", "It can see", "Your test results and measurements",
          "Your health conditions", "Add, change and delete health conditions", "Know who you are", "Not used yet.",
          "See your name, birth date and contact details", "or until you stop it."})
        QVERIFY2(contains(textOf(details), words), words);
    const auto sure = browser.get("apps/" + grant + "/stop");
    QVERIFY(contains(textOf(sure), "Stop access of Knee Diary?") && contains(textOf(sure), "ask Pulse Labs"));
    const auto answer = browser.send(sure, "/stop");
    QCOMPARE(answer.status, 303);
    const auto done = browser.follow(answer);
    QVERIFY(contains(textOf(done), "Knee Diary can no longer get your information."));
    QVERIFY(contains(textOf(done), "It could see") && contains(textOf(done), "It could add, change or delete") &&
            !contains(textOf(done), "It can"));
    QVERIFY(contains(done.body, "role=\"status\""));
    QCOMPARE(operateOn(a_, "GET", "Grant?client=" + app + "&status=active").json["total"], 0);
    // Once more is no fault, and nothing says that it was stopped twice.
    QVERIFY(contains(textOf(browser.follow(browser.send(sure, "/stop"))), "Knee Diary had no access any more."));
    QVERIFY(contains(textOf(browser.visit("apps/" + grant + "/stop")), "had no access any more"));
    const auto apps = textOf(browser.get("apps"));
    QVERIFY(contains(apps, "No apps can see your record.") && contains(apps, "Past apps") && contains(apps, "You stopped this access on"));
    const auto deeds = operateOn(a_, "GET", "AuditEvent?_count=50").body;
    QVERIFY(contains(deeds, "grant-end"));
    // What is said to have been done cannot be made up by an address.
    const auto again = connectApp(browser, a_, app, "launch/patient patient/Observation.rs offline_access");
    QVERIFY(!contains(textOf(browser.get("apps/" + again + "?done=stopped")), "can no longer get"));
}

void PortalTest::allAppsAreStoppedAtOnce() {
    for (const auto* clinic : {&a_, &b_}) keepPatient(*clinic, "p14", "Vera", "Ross", "1970-07-07");
    const Fields birthDate{{"day", "7"}, {"month", "7"}, {"year", "1970"}};
    Browser browser(portalOf(a_)), there(portalOf(b_));
    join(browser, invite(a_, "p14").code, birthDate, firstPassword);
    join(there, invite(b_, "p14").code, birthDate, firstPassword);
    const std::string scope = "launch/patient offline_access patient/Patient.rs";
    const auto one = registerApp(a_, {{"name", "One"}}), two = registerApp(a_, {{"name", "Two"}}), elsewhere = registerApp(b_);
    const auto alone = tokensFor(a_, one, allowApp(browser, a_, one, scope));
    QVERIFY(!contains(textOf(browser.get("apps")), "Stop all apps"));
    const auto second = tokensFor(a_, two, allowApp(browser, a_, two, scope)),
               others = tokensFor(b_, elsewhere, allowApp(there, b_, elsewhere, scope));
    auto maria = mariasBrowser();
    const auto hers = tokensFor(a_, two, allowApp(maria, a_, two, scope));
    const auto status = [](const Clinic& clinic, const Json& tokens, const std::string& id) {
        return http("GET", apiOf(clinic) + "/Patient/" + id, bearer(tokens["access_token"])).status;
    };
    QVERIFY(contains(textOf(browser.get("apps")), "Stop all apps"));
    const auto sure = browser.get("apps/all/stop");
    QVERIFY(contains(textOf(sure), "Stop the access of all apps? 2 apps can no longer get information"));
    QCOMPARE(status(a_, alone, "p14"), 200);
    const auto done = textOf(browser.follow(browser.send(sure, "/stop")));
    QVERIFY(contains(done, "No app can get your information any more. They keep what they already received."));
    for (const auto* tokens : {&alone, &second}) QCOMPARE(status(a_, *tokens, "p14"), 401);
    // Hers alone: not another person's, not those of the other clinic.
    QCOMPARE(status(a_, hers, "p1"), 200);
    QCOMPARE(status(b_, others, "p14"), 200);
    const auto activity = textOf(browser.get("activity"));
    QVERIFY(contains(activity, "You stopped the access of One.") && contains(activity, "You stopped the access of Two."));
    // Once more there is nothing to stop, and an address alone says nothing.
    QCOMPARE(browser.get("apps/all/stop").header("location"), portalOf(a_).substr(portalOf(a_).find("/tenant/")) + "/apps");
    QVERIFY(!contains(textOf(maria.get("apps?done=all")), "any more"));
}

void PortalTest::offeredAppsAreListed() {
    registerApp(a_, {{"name", "Offered Diary"},
                     {"offered", true},
                     {"launchUri", "https://diary.example.org/launch?x=1"},
                     {"description", "Counts your <steps>."}});
    registerApp(a_, {{"name", "Hidden Diary"}, {"launchUri", "https://diary.example.org/launch"}});
    registerApp(a_, {{"name", "Unlaunched Diary"}, {"offered", true}});
    auto browser = mariasBrowser();
    for (const char* page : {"home", "apps"}) {
        const auto answer = browser.get(page);
        QVERIFY(contains(textOf(answer), "Offered Diary") && contains(textOf(answer), "Counts your <steps>."));
        QVERIFY(!contains(textOf(answer), "Hidden Diary") && !contains(textOf(answer), "Unlaunched Diary"));
        QVERIFY(contains(answer.body, "https://diary.example.org/launch?x=1&amp;iss=http%3A%2F%2F"));
    }
    Browser anna(portalOf(b_));
    QVERIFY(!contains(textOf(signIn(anna, other_.username, firstPassword)), "Offered Diary"));
}

void PortalTest::accountIsSaved() {
    auto browser = mariasBrowser();
    const auto page = browser.get("account");
    QVERIFY(contains(textOf(page), "Maria Gomez") && contains(textOf(page), maria_.username));
    for (const std::string bad : {"nowhere", "a@b", "@example.org", "a b@example.org", "a@example.org,b@example.org", "<x>@example.org"}) {
        const auto answer = browser.send(page, "/account", {{"email", bad}, {"language", "en"}});
        QCOMPARE(answer.status, 400);
        QVERIFY(contains(textOf(answer), "Enter an e-mail address such as") && contains(answer.body, "aria-invalid=\"true\""));
    }
    auto answer = browser.send(page, "/account", {{"email", " maria@example.org "}, {"language", "es"}});
    QCOMPARE(answer.status, 303);
    QVERIFY(contains(textOf(browser.follow(answer)), "Sus cambios están guardados."));
    auto account = operateOn(a_, "GET", "Account/" + maria_.account).json;
    QVERIFY(account["email"] == "maria@example.org" && account["language"] == "es");
    // The account's language follows her to another device.
    auto phone = Browser(portalOf(a_));
    QVERIFY(contains(textOf(signIn(phone, maria_.username, password_)), "Hola, Maria Gomez"));
    QCOMPARE(browser.send(browser.get("account"), "/account", {{"email", ""}, {"language", "en"}}).status, 303);
    account = operateOn(a_, "GET", "Account/" + maria_.account).json;
    QVERIFY(!account.contains("email") && account["language"] == "en" && account["username"] == maria_.username);
}

void PortalTest::devicesAreSignedOut() {
    auto browser = mariasBrowser(), phone = mariasBrowser(), third = mariasBrowser();
    const auto page = browser.get("sessions");
    QVERIFY(contains(textOf(page), "This device"));
    const auto sessions = operateOn(a_, "GET", "Session?account=" + maria_.account).json["entry"];
    QVERIFY(sessions.size() >= 3);
    // This one is listed first; the form of another one signs that one out.
    const auto second = page.body.find("/end\"", page.body.find("/end\"") + 1);
    const auto begin = page.body.rfind("/sessions/", second);
    const auto id = page.body.substr(begin + 10, second - begin - 10);
    auto answer = browser.send(page, "/sessions/" + id + "/end");
    QCOMPARE(answer.status, 303);
    QVERIFY(contains(textOf(browser.follow(answer)), "That device is signed out."));
    QCOMPARE((phone.get("home").status == 303) + (third.get("home").status == 303) <= 1, true);
    answer = browser.send(browser.get("sessions"), "/sessions/end-others");
    const auto alone = textOf(browser.follow(answer));
    QVERIFY(contains(alone, "signed out.") && contains(alone, "You are signed in on this device only."));
    QCOMPARE(phone.get("home").status, 303);
    QCOMPARE(third.get("home").status, 303);
    QCOMPARE(browser.get("home").status, 200);
    // Its own entry signs this device out.
    const auto last = browser.get("sessions");
    const auto own = last.body.find("/end\"");
    const auto start = last.body.rfind("/sessions/", own);
    browser.follow(browser.send(last, last.body.substr(start, own + 4 - start)));
    QCOMPARE(browser.get("home").status, 303);
}

void PortalTest::signInForAnAppLeadsBackToIt() {
    const auto app = registerApp(a_, {{"name", "Sleep Diary"}});
    Browser browser(portalOf(a_));
    const auto page = browser.visit(authorizeAddress(a_, app, "launch/patient patient/Observation.rs"));
    QCOMPARE(page.status, 200);
    QVERIFY(contains(textOf(page), "Sleep Diary asks to use your health record. Sign in first."));
    QVERIFY(contains(page.header("content-security-policy"), "form-action 'self' https://diary.example.org;"));
    QVERIFY(contains(page.body, "/activate?request="));
    auto wrong = browser.send(page, "/sign-in", {{"username", maria_.username}, {"password", "wrong-password-9"}});
    QVERIFY(contains(textOf(wrong), "Sleep Diary asks") && wrong.status == 401);
    const auto consent = browser.follow(browser.send(wrong, "/sign-in", {{"username", maria_.username}, {"password", password_}}));
    QVERIFY(contains(textOf(consent), "Allow Sleep Diary to see your health record?"));
    QVERIFY(contains(textOf(consent), "Signed in as Maria Gomez"));
    QVERIFY(contains(consent.header("content-security-policy"), "form-action 'self' https://diary.example.org;"));
    QVERIFY(contains(consent.header("content-security-policy"), "frame-ancestors 'none'"));
    // A request of one clinic is unknown in the other.
    const auto id = hiddenOf(wrong, "/sign-in");
    for (const auto& [name, value] : id)
        if (name == "request") {
            const auto other = Browser(portalOf(b_)).get("sign-in?request=" + value);
            QVERIFY(contains(textOf(other), "too old") && !contains(textOf(other), "Sleep Diary"));
            QVERIFY(!contains(other.header("content-security-policy"), "diary.example.org"));
        }
}

void PortalTest::languagesAreKept() {
    Browser browser(portalOf(a_));
    QVERIFY(contains(browser.get("sign-in?lang=ar").body, "<html lang=\"ar\" dir=\"rtl\">"));
    QVERIFY(contains(browser.get("help").body, "<html lang=\"ar\" dir=\"rtl\">"));
    QVERIFY(contains(textOf(signIn(browser, maria_.username, password_)), "مرحباً"));
    QVERIFY(contains(browser.get("nowhere").body, "dir=\"rtl\""));
    QVERIFY(contains(browser.get("apps?lang=es").body, "<html lang=\"es\""));
    QCOMPARE(browser.cookies.at("pc-lang"), std::string("es"));
    browser.get("apps?lang=%3Cscript%3E");
    QCOMPARE(browser.cookies.at("pc-lang"), std::string("es"));
    const auto accept = Browser(portalOf(a_)).get("sign-in", {{"Accept-Language", "es-MX,es;q=0.9,en;q=0.8"}});
    QVERIFY(contains(accept.body, "<html lang=\"es\" dir=\"ltr\">"));
    QCOMPARE(accept.header("content-language"), std::string("es"));
    // Links to the same page in the other languages.
    QVERIFY(contains(accept.body, "/patient/portal/sign-in?lang=ar"));
}

void PortalTest::brandingIsServed() {
    Browser browser(portalOf(a_));
    const auto page = browser.get("sign-in");
    const auto at = page.body.find("/tenant/portal-a/patient/portal/brand/theme.");
    QVERIFY(at != std::string::npos);
    const auto theme = browser.get(page.body.substr(at, page.body.find('"', at) - at));
    QCOMPARE(theme.status, 200);
    QCOMPARE(theme.header("content-type"), std::string("text/css; charset=utf-8"));
    QCOMPARE(theme.header("cache-control"), std::string("public, max-age=31536000, immutable"));
    QVERIFY(contains(theme.body, "--brand:#0b6e4f"));
    const auto shared = page.body.find("/assets/pages.");
    const auto style = browser.get(page.body.substr(shared, page.body.find('"', shared) - shared));
    QCOMPARE(style.status, 200);
    QCOMPARE(style.header("cache-control"), std::string("public, max-age=31536000, immutable"));
    QVERIFY(!contains(Browser(portalOf(b_)).get("sign-in").body, "brand/"));
    QCOMPARE(Browser(portalOf(b_)).get(page.body.substr(at, page.body.find('"', at) - at).replace(8, 8, "portal-b")).status, 404);

    // A picture of one point.
    const std::string png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const Json wish{{"resourceType", "Tenant"},
                    {"name", "Lake Clinic"},
                    {"isolation", "dedicated"},
                    {"branding", {{"logo", {{"contentType", "image/png"}, {"data", png}}}}}};
    const auto put = operate(server(), "PUT", "/admin/api/Tenant/portal-b", wish);
    QCOMPARE(put.status, 200);
    QCOMPARE(put.json["branding"]["logo"]["data"], png);
    const auto dressed = Browser(portalOf(b_)).get("sign-in");
    const auto logo = dressed.body.find("/tenant/portal-b/patient/portal/brand/logo.");
    QVERIFY(logo != std::string::npos);
    const auto picture = browser.get(dressed.body.substr(logo, dressed.body.find('"', logo) - logo));
    QCOMPARE(picture.header("content-type"), std::string("image/png"));
    QCOMPARE(picture.header("x-content-type-options"), std::string("nosniff"));
    QCOMPARE(picture.header("content-security-policy"), std::string("default-src 'none'; sandbox"));
    QVERIFY(picture.body.starts_with("\x89PNG"));
}

void PortalTest::brandingThatWillNotDo_data() {
    QTest::addColumn<QString>("branding");
    QTest::addColumn<QString>("place");
    QTest::newRow("too light") << R"({"color":"#ffdd00"})"
                               << "Tenant.branding.color";
    QTest::newRow("name") << R"({"color":"red"})"
                          << "Tenant.branding.color";
    QTest::newRow("css") << R"({"color":"#000;}*{}"})"
                         << "Tenant.branding.color";
    QTest::newRow("svg") << R"({"logo":{"contentType":"image/svg+xml","data":"PHN2Zz48c2NyaXB0Lz48L3N2Zz4="}})"
                         << "Tenant.branding.logo";
    QTest::newRow("svg as png") << R"({"logo":{"contentType":"image/png","data":"PHN2Zz48c2NyaXB0Lz48L3N2Zz4="}})"
                                << "Tenant.branding.logo";
    QTest::newRow("no base64") << R"({"logo":{"contentType":"image/png","data":"%%%"}})"
                               << "Tenant.branding.logo.data";
    QTest::newRow("address") << R"({"logo":{"url":"https://evil.example/x.png"}})"
                             << "Tenant.branding.logo";
    QTest::newRow("style") << R"css({"css":"@import url(//evil.example)"})css"
                           << "Tenant.branding";
    QTest::newRow("no object") << R"("red")"
                               << "Tenant.branding";
}

void PortalTest::brandingThatWillNotDo() {
    QFETCH(QString, branding);
    QFETCH(QString, place);
    const auto answer =
        operate(server(), "PUT", "/admin/api/Tenant/portal-a",
                {{"resourceType", "Tenant"}, {"name", "Oak Street Clinic"}, {"branding", Json::parse(branding.toStdString())}});
    QCOMPARE(answer.status, 422);
    QCOMPARE(QString::fromStdString(answer.json["issue"][0]["expression"][0]), place);
}

void PortalTest::F04_hostileAddresses_data() {
    QTest::addColumn<QString>("address");
    for (const char* address : {"/tenant/<script>/patient/portal", "/tenant/%3Cscript%3Ealert(1)%3C%2Fscript%3E/patient/portal",
                                "/tenant/portal-a/patient/portal/<script>", "/tenant/portal-a/patient/portal/apps/%22%3E%3Cscript%3E",
                                "/tenant/portal-a/patient/portal/sign-in?notice=<script>&from=<script>&request=<script>&lang=<script>",
                                "/tenant/nobody/patient/portal", "/t/%3Cscript%3E", "/t/nobody"})
        QTest::newRow(address) << address;
}

void PortalTest::F04_hostileAddresses() {
    QFETCH(QString, address);
    auto browser = mariasBrowser();
    const auto answer = browser.get(address.toStdString());
    QVERIFY(answer.status == 404 || answer.status == 400 || (answer.status == 200 && address.contains('?')));
    QVERIFY(!contains(answer.body, "<script>"));
    QCOMPARE(answer.header("x-content-type-options"), std::string("nosniff"));
    if (answer.header("content-type").starts_with("text/html"))
        QVERIFY(contains(answer.header("content-security-policy"), "default-src 'none'"));
}

void PortalTest::F01_hostileNames() {
    const std::string evil = "<script>alert(1)</script><img src=x onerror=alert(1)>";
    keepPatient(a_, "p7", evil, "<svg onload=alert(1)>", "1970-07-07");
    const auto invited = invite(a_, "p7", {{"username", "evil-name"}});
    Browser browser(portalOf(a_));
    auto page = join(browser, invited.code, {{"day", "7"}, {"month", "7"}, {"year", "1970"}}, firstPassword);
    const auto app = registerApp(a_, {{"name", evil + "\xe2\x80\xae"},
                                      {"publisher", evil},
                                      {"description", evil},
                                      {"offered", true},
                                      {"launchUri", "https://diary.example.org/launch"}});
    const auto grant = connectApp(browser, a_, app, "launch/patient patient/Observation.rs offline_access");
    for (const std::string address : {"home", "apps", "account", "sessions", "help"}) {
        const auto answer = browser.get(address);
        QCOMPARE(answer.status, 200);
        QVERIFY2(!contains(answer.body, "<script>alert") && !contains(answer.body, "<img src=x") && !contains(answer.body, "<svg onload"),
                 address.c_str());
    }
    for (const std::string& address : {"apps/" + grant, "apps/" + grant + "/stop"}) {
        const auto answer = browser.get(address);
        QVERIFY(answer.status == 200 && !contains(answer.body, "<script>alert") && !contains(answer.body, "<img src=x"));
        QVERIFY(!contains(answer.body, "\xe2\x80\xae") && contains(answer.body, "&lt;script&gt;alert(1)"));
    }
}

void PortalTest::peopleAreCalledByTheNameTheyGoBy() {
    keepPatient(a_, "p13", "Ruth", "Stein", "1970-07-07");
    Browser browser(portalOf(a_));
    const auto invited = invite(a_, "p13");
    join(browser, invited.code, {{"day", "7"}, {"month", "7"}, {"year", "1970"}}, firstPassword);
    const auto called = [&](const Json& names) {
        keepResource(a_, {{"resourceType", "Patient"}, {"id", "p13"}, {"birthDate", "1970-07-07"}, {"name", names}});
        const auto page = textOf(browser.get("home"));
        const auto at = page.rfind("Hello ");
        return page.substr(at, page.find(" You signed", at) - at);
    };
    const Json old{{"use", "official"}, {"given", {"Ruth"}}, {"family", "Stein"}, {"period", {{"end", "2020-01-01"}}}};
    const Json now{{"use", "official"}, {"given", {"Ruth"}}, {"family", "Adler"}, {"period", {{"start", "2020-01-01"}}}};
    QCOMPARE(called({old, now}), std::string("Hello Ruth Adler"));
    QCOMPARE(called({now, {{"use", "usual"}, {"given", {"Ruthie"}}, {"family", "Adler"}}}), std::string("Hello Ruthie Adler"));
    QCOMPARE(called({{{"use", "maiden"}, {"family", "Stein"}}, {{"text", "Ruth A. Adler"}}}), std::string("Hello Ruth A. Adler"));
    QCOMPARE(called({{{"use", "anonymous"}}}), "Hello " + invited.username);
}

void PortalTest::clinicsDoNotMix() {
    // One browser, both clinics: two sessions side by side; neither opens the other's door.
    auto browser = mariasBrowser();
    const auto mine = browser.cookies.at("pc-patient-portal-a");
    Browser both(portalOf(b_));
    both.cookies = browser.cookies;
    QCOMPARE(both.get("home").status, 303);
    QVERIFY(contains(textOf(signIn(both, other_.username, firstPassword)), "Hello Anna Weber"));
    QCOMPARE(both.cookies.at("pc-patient-portal-a"), mine);
    QVERIFY(contains(textOf(both.get(portalOf(a_) + "/home")), "Hello Maria Gomez"));
    both.cookies["pc-patient-portal-b"] = mine;
    QCOMPARE(both.get("home").status, 303);
    // A user name of one is nobody in the other.
    Browser wrong(portalOf(b_));
    QCOMPARE(signIn(wrong, maria_.username, password_).status, 401);
    // Form tokens do not travel either.
    const auto token = hiddenOf(browser.get("home"), "/sign-out");
    Browser anna(portalOf(b_));
    signIn(anna, other_.username, firstPassword);
    QCOMPARE(anna.post("sign-out", token).status, 403);
}

void PortalTest::previewSaysWhatThePatientReads() {
    const auto answer = operateOn(a_, "POST", "$consent-preview",
                                  {{"name", "Heart\xe2\x80\xae Diary"},
                                   {"publisher", "Pulse Labs"},
                                   {"scopes",
                                    "openid fhirUser launch/patient offline_access patient/Patient.rs patient/Observation.rs "
                                    "patient/Condition.cud patient/Practitioner.rs user/Observation.rs nonsense"}});
    QCOMPARE(answer.status, 200);
    const auto& said = answer.json;
    QCOMPARE(said["title"], "Allow Heart Diary to see and change your health record?");
    QCOMPARE(said["maker"], "Heart Diary is made by Pulse Labs, not by Oak Street Clinic.");
    QCOMPARE(said["always"].size(), std::size_t(3));
    QCOMPARE(said["always"][1]["short"], "See your name, birth date and contact details");
    QCOMPARE(said["see"].size(), std::size_t(1));
    QCOMPARE(said["see"][0]["short"], "Your test results and measurements");
    QCOMPARE(said["see"][0]["scope"], "patient/Observation.rs");
    QCOMPARE(said["change"][0]["long"], "It cannot read them.");
    QCOMPARE(said["notes"][0]["short"], "See basic facts about clinics, staff and medicines");
    QCOMPARE(said["refused"].dump(), std::string("[\"nonsense\",\"user/Observation.rs\"]"));
    const auto spanish =
        operateOn(a_, "POST", "$consent-preview", {{"name", "X"}, {"scopes", "patient/*.cruds"}, {"language", "es-MX"}}).json;
    QCOMPARE(spanish["see"][0]["short"], "Todo lo que hay en su historia clínica en Oak Street Clinic");
    QCOMPARE(spanish["change"][0]["warn"], true);
    QCOMPARE(operateOn(a_, "POST", "$consent-preview", Json::array()).status, 400);
    QCOMPARE(operateOn(a_, "POST", "$consent-preview", {{"name", 1}}).status, 422);
    QCOMPARE(operate(server(), "POST", "/admin/api/Tenant/nobody/$consent-preview", {{"name", "X"}}).status, 404);
}

void PortalTest::shortAddressLeadsToThePortal() {
    Browser browser(portalOf(a_));
    const auto answer = browser.get("/t/portal-a");
    QCOMPARE(answer.status, 303);
    QCOMPARE(answer.header("location"), portalOf(a_));
}
