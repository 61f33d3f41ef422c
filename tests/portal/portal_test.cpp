// Doors: guards of pages and forms, joining, signing in and out, passwords.

#include "portal_test.h"

#include "test_case.h"

void PortalTest::initTestCase() {
    a_ = makeClinic(server(), "portal-a", false);
    b_ = makeClinic(server(), "portal-b", true);
    const auto put = operate(server(), "PUT", "/admin/api/Tenant/portal-a",
                             {{"resourceType", "Tenant"},
                              {"name", "Oak Street Clinic"},
                              {"language", "en"},
                              {"contact", {{"phone", "+1 555 0142"}}},
                              {"branding", {{"color", "#0B6E4F"}}}});
    QCOMPARE(put.status, 200);
    QCOMPARE(put.json["branding"]["color"], "#0b6e4f");
    keepPatient(a_, "p1", "Maria", "Gomez", "1984-03-12");
    keepPatient(a_, "p2", "Ingrid", "Solberg", "1951-11-30");
    keepPatient(b_, "p1", "Anna", "Weber", "1984-03-12");
    maria_ = invite(a_, "p1");
    ingrid_ = invite(a_, "p2");
    other_ = invite(b_, "p1");
    Browser first(portalOf(a_)), second(portalOf(a_)), third(portalOf(b_));
    const auto home = join(first, maria_.code, mariasBirthDate, firstPassword);
    QCOMPARE(home.status, 200);
    QVERIFY(contains(textOf(home), "Hello Maria Gomez"));
    QVERIFY(contains(textOf(home), "Your user name is " + maria_.username));
    QVERIFY(contains(textOf(home), "No apps can see your record."));
    QVERIFY(
        contains(textOf(join(second, ingrid_.code, {{"day", "30"}, {"month", "11"}, {"year", "1951"}}, firstPassword)), "Hello Ingrid"));
    QVERIFY(contains(textOf(join(third, other_.code, mariasBirthDate, firstPassword)), "Hello Anna"));
}

void PortalTest::F06_everyPageIsGuarded_data() {
    QTest::addColumn<QString>("page");
    QTest::addColumn<bool>("signedIn");
    QTest::addColumn<int>("status");
    for (const char* page :
         {"", "sign-in", "sign-in?notice=out", "sign-in?notice=timeout", "sign-in?request=unknown", "activate", "link", "reset", "help"})
        QTest::newRow(page) << page << false << 200;
    for (const char* page : {"home", "apps", "activity", "activity?who=apps&before=1", "account", "account/password", "sessions", "help"})
        QTest::newRow((std::string("signed in ") + page).c_str()) << page << true << 200;
    for (const char* page : {"nowhere", "apps/none", "apps/none/stop", "brand/none.css", "sessions/none"})
        QTest::newRow(page) << page << true << 404;
}

void PortalTest::F06_everyPageIsGuarded() {
    QFETCH(QString, page);
    QFETCH(bool, signedIn);
    QFETCH(int, status);
    auto browser = signedIn ? mariasBrowser() : Browser(portalOf(a_));
    const auto answer = browser.get(page.toStdString());
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.header("content-type"), std::string("text/html; charset=utf-8"));
    QCOMPARE(answer.header("content-security-policy"),
             std::string("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
                         "frame-ancestors 'none'; base-uri 'none'"));
    QCOMPARE(answer.header("x-frame-options"), std::string("DENY"));  // D37
    QCOMPARE(answer.header("x-content-type-options"), std::string("nosniff"));
    QCOMPARE(answer.header("referrer-policy"), std::string("same-origin"));
    QCOMPARE(answer.header("cross-origin-opener-policy"), std::string("same-origin"));
    QCOMPARE(answer.header("cache-control"), std::string("no-store"));
    QCOMPARE(std::count(answer.body.begin(), answer.body.end(), '\0'), 0);
    QVERIFY(contains(answer.body, "<html lang=\"en\" dir=\"ltr\">") && contains(answer.body, "class=\"skip\""));
    QVERIFY(contains(answer.body, "Oak Street Clinic") && contains(answer.body, "+1 555 0142"));
    QCOMPARE(answer.body.find("<h1"), answer.body.rfind("<h1"));
    QVERIFY(answer.body.size() < 30'000);
    QVERIFY(!contains(answer.body, "{{") && !contains(answer.body, "style=\""));
}

void PortalTest::everyFormNeedsItsToken_data() {
    QTest::addColumn<QString>("form");
    for (const char* form : {"sign-in", "link", "sign-out", "activate", "activate/birth-date", "activate/password", "apps/none/stop",
                             "account", "account/password", "sessions/end-others", "sessions/none/end"})
        QTest::newRow(form) << form;
}

void PortalTest::everyFormNeedsItsToken() {
    QFETCH(QString, form);
    auto browser = mariasBrowser();
    browser.get("sign-in");
    auto others = Browser(portalOf(a_));
    signIn(others, ingrid_.username, firstPassword);
    const auto foreign = hiddenOf(others.get("home"), "/sign-out");
    for (const Fields& fields : {Fields{}, Fields{{"csrf_token", ""}}, Fields{{"csrf_token", "AAAA"}}, foreign}) {
        const auto answer = browser.post(form.toStdString(), fields);
        QCOMPARE(answer.status, 403);
        QVERIFY(contains(textOf(answer), "Please send that again"));
    }
    QCOMPARE(browser.get("home").status, 200);
}

void PortalTest::F09_formsOfOtherSites_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::addColumn<int>("status");
    QTest::newRow("other origin") << "Origin"
                                  << "https://evil.example" << 403;
    QTest::newRow("no origin") << "Origin"
                               << "null" << 403;
    QTest::newRow("cross-site") << "Sec-Fetch-Site"
                                << "cross-site" << 403;
    QTest::newRow("same site, other origin") << "Sec-Fetch-Site"
                                             << "same-site" << 403;
    QTest::newRow("text") << "Content-Type"
                          << "text/plain" << 415;
    QTest::newRow("json") << "Content-Type"
                          << "application/json" << 415;
    QTest::newRow("parts") << "Content-Type"
                           << "multipart/form-data; boundary=x" << 415;
}

void PortalTest::F09_formsOfOtherSites() {
    QFETCH(QString, name);
    QFETCH(QString, value);
    QFETCH(int, status);
    auto browser = mariasBrowser();
    const auto token = hiddenOf(browser.get("account"), "/account");
    Fields fields = token;
    fields.emplace_back("email", "evil@example.org");
    QCOMPARE(browser.post("account", fields, {{name.toStdString(), value.toStdString()}}).status, status);
    QVERIFY(!contains(browser.get("account").body, "evil@example.org"));
}

void PortalTest::theSignedOutAreAskedToSignIn() {
    for (const std::string page : {"home", "apps", "apps/none", "activity", "account", "account/password", "sessions"}) {
        Browser browser(portalOf(a_));
        const auto answer = browser.get(page);
        QCOMPARE(answer.status, 303);
        QVERIFY(contains(answer.header("location"), "/tenant/portal-a/patient/portal/sign-in?notice=first&from="));
        QVERIFY(contains(textOf(browser.follow(answer)), "Sign in to see this page."));
    }
    Browser browser(portalOf(a_));
    QVERIFY(contains(textOf(signIn(browser, maria_.username, password_, "sign-in?from=account/password")), "Password you have now"));
    browser.cookies["pc-patient-portal-a"] = std::string(43, 'x');
    QVERIFY(contains(textOf(browser.visit("apps")), "because you did nothing for 15 minutes"));
    QCOMPARE(Browser(portalOf(a_)).get("stay").status, 401);
    QCOMPARE(mariasBrowser().get("stay").status, 204);
}

void PortalTest::signInFailsTheSameForEveryCause() {
    keepPatient(a_, "p3", "Lena", "Off", "1990-01-02");
    keepPatient(a_, "p4", "Not", "Yet", "1990-01-02");
    const auto off = invite(a_, "p3"), waiting = invite(a_, "p4");
    Browser joined(portalOf(a_));
    QCOMPARE(join(joined, off.code, {{"day", "2"}, {"month", "01"}, {"year", "1990"}}, firstPassword).status, 200);
    auto account = operateOn(a_, "GET", "Account/" + off.account).json;
    account["disabled"] = true;
    QCOMPARE(operateOn(a_, "PUT", "Account/" + off.account, account).status, 200);
    QCOMPARE(joined.get("home").status, 303);  // switched off: out at once
    std::string said;
    for (const auto& [name, password] : Fields{{"nobody", firstPassword},
                                               {maria_.username, "wrong-password-123"},
                                               {off.username, firstPassword},
                                               {waiting.username, firstPassword},
                                               {other_.username + "x", firstPassword}}) {
        Browser browser(portalOf(a_));
        const auto answer = signIn(browser, name, password);
        QCOMPARE(answer.status, 401);
        QVERIFY(contains(textOf(answer), "The user name or password is not right."));
        QVERIFY(contains(answer.body, "value=\"" + name + "\"") && !contains(answer.body, password));
        auto same = textOf(answer);
        if (said.empty()) said = same;
        QCOMPARE(same, said);
        QVERIFY(!browser.cookies.contains("pc-patient-portal-a"));
    }
}

void PortalTest::D38_nothingLeadsElsewhere_data() {
    QTest::addColumn<QString>("from");
    for (const char* from : {"//evil.example", "https:evil.example", "/\\evil.example", "https://evil.example/", "../../admin",
                             "apps/../../x", "home%0d%0aSet-Cookie:a=b", "javascript:alert(1)"})
        QTest::newRow(from) << from;
}

void PortalTest::D38_nothingLeadsElsewhere() {
    QFETCH(QString, from);
    Browser browser(portalOf(a_));
    const auto page = browser.get("sign-in?from=" + encoded(from.toStdString()) + "&returnTo=" + encoded(from.toStdString()));
    auto fields = hiddenOf(page, "/sign-in");
    std::erase_if(fields, [](const auto& field) { return field.first == "from"; });
    for (const char* name : {"from", "returnTo", "next"}) fields.emplace_back(name, from.toStdString());
    fields.emplace_back("username", maria_.username);
    fields.emplace_back("password", password_);
    const auto answer = browser.post("sign-in", fields);
    QCOMPARE(answer.status, 303);
    QCOMPARE(answer.header("location"), std::string("/tenant/portal-a/patient/portal/home"));
}

void PortalTest::D40_signedOutIsSignedOut() {
    auto browser = mariasBrowser();
    const auto before = browser.cookies.at("pc-patient-portal-a");
    const auto home = browser.get("home");
    const auto answer = browser.send(home, "/sign-out");
    QCOMPARE(answer.status, 303);
    QVERIFY(!browser.cookies.contains("pc-patient-portal-a"));
    QVERIFY(contains(textOf(browser.follow(answer)), "You are signed out."));
    browser.cookies["pc-patient-portal-a"] = before;
    QCOMPARE(browser.get("home").status, 303);
    QCOMPARE(browser.post("account", hiddenOf(home, "/sign-out")).status, 303);
    // D39: signing in gives another cookie than the one that was there.
    signIn(browser, maria_.username, password_);
    QVERIFY(browser.cookies.at("pc-patient-portal-a") != before);
}

void PortalTest::F12_cookies() {
    Browser browser(portalOf(a_));
    const auto page = browser.get("sign-in?lang=es");
    QCOMPARE(browser.setCookies.size(), std::size_t(2));
    for (const auto& line : browser.setCookies)
        QVERIFY(contains(line, "; HttpOnly") && contains(line, "; SameSite=Lax") && contains(line, "Path=/"));
    browser.send(page, "/sign-in", {{"username", maria_.username}, {"password", password_}});
    // The session, and that this browser has signed in before.
    QCOMPARE(browser.setCookies.size(), std::size_t(2));
    QVERIFY(browser.setCookies.front().starts_with("pc-patient-portal-a="));
    QVERIFY(browser.setCookies.back().starts_with("pc-patient-portal-a.device="));
    for (const auto& line : browser.setCookies) QVERIFY(contains(line, "; HttpOnly; SameSite=Lax") && !contains(line, "Domain"));
}

void PortalTest::codesThatDoNotFitSayTheSame() {
    keepPatient(a_, "p5", "Code", "Holder", "1970-07-07");
    const auto invited = invite(a_, "p5");
    std::string said;
    // Wrong, unknown, empty, hostile, of another clinic, and used up.
    for (const std::string& code : {invited.code.substr(0, 6) + "0000-0000", std::string("ZZZZZ-0000-0000"), std::string(),
                                    std::string("<script>'\""), other_.code, maria_.code}) {
        Browser browser(portalOf(a_));
        const auto answer = browser.send(browser.get("activate"), "/activate", {{"code", code}});
        QCOMPARE(answer.status, 400);
        const auto text = textOf(answer);
        QVERIFY(contains(text, "This does not fit.") && contains(text, "call +1 555 0142"));
        if (said.empty()) said = text;
        QCOMPARE(text, said);
        QVERIFY(!contains(answer.body, "<script>'"));
    }
    // The birth date counts, too, and may be typed again.
    Browser browser(portalOf(a_));
    auto page = browser.follow(browser.send(browser.get("activate"), "/activate", {{"code", invited.code}}));
    QVERIFY(contains(textOf(page), "Step 2 of 3"));
    QVERIFY(!contains(page.body, invited.code));
    for (const Fields& date :
         {Fields{{"day", "8"}, {"month", "7"}, {"year", "1970"}}, Fields{{"day", "45"}, {"month", "13"}, {"year", "x"}}, Fields{}}) {
        const auto answer = browser.send(page, "/activate/birth-date", date);
        QCOMPARE(answer.status, 400);
        QVERIFY(contains(textOf(answer), "This does not fit."));
    }
    page = browser.follow(browser.send(page, "/activate/birth-date", {{"day", " 7 "}, {"month", "07"}, {"year", "1970"}}));
    QVERIFY(contains(textOf(page), "Step 3 of 3") && contains(textOf(page), "Your user name is " + invited.username));
    QVERIFY(!contains(page.body, invited.code));
}

void PortalTest::stepsCannotBeSkipped() {
    Browser browser(portalOf(a_));
    for (const char* step : {"activate/birth-date", "activate/password"}) {
        const auto answer = browser.get(step);
        QCOMPARE(answer.status, 303);
        QCOMPARE(answer.header("location"), std::string("/tenant/portal-a/patient/portal/activate"));
    }
    keepPatient(a_, "p6", "Step", "Skipper", "1970-07-07");
    const auto invited = invite(a_, "p6");
    const auto page = browser.get("activate");
    QCOMPARE(browser.send(page, "/activate", {{"code", invited.code}}).status, 303);
    const auto token = hiddenOf(page, "/activate");
    auto fields = token;
    fields.emplace_back("password", firstPassword);
    // Without the birth date there is no password, and a browser without the cookie starts at the beginning.
    QCOMPARE(browser.post("activate/password", fields).header("location"), std::string("/tenant/portal-a/patient/portal/activate"));
    auto stolen = browser.cookies;
    Browser thief(portalOf(a_));
    const auto own = thief.get("activate");
    for (const auto& [name, value] : stolen)
        if (contains(name, ".code")) thief.cookies[name] = value;
    QCOMPARE(thief.get("activate/birth-date").status, 303);
    Browser elsewhere(portalOf(b_));
    elsewhere.get("activate");
    for (const auto& [name, value] : stolen)
        if (contains(name, ".code")) elsewhere.cookies["pc-patient-portal-b.code"] = value;
    QCOMPARE(elsewhere.get("activate/birth-date").status, 303);
}

void PortalTest::passwordsThatWillNotDo() {
    auto browser = mariasBrowser();
    const auto page = browser.get("account/password");
    const auto said = [&](const std::string& current, const std::string& password) {
        const auto answer = browser.send(page, "/account/password", {{"current", current}, {"password", password}});
        return std::to_string(answer.status) + textOf(answer);
    };
    for (const auto& [password, words] : Fields{{"short", "it needs 12 characters or more"},
                                                {"passwordpassword", "too easy to guess"},
                                                {"Oak Street Clinic rocks", "must not hold your user name or the name of the clinic"},
                                                {std::string(200, 'x'), "128 characters at most"}}) {
        const auto answer = said(password_, password);
        QVERIFY2(answer.starts_with("400") && contains(answer, words), answer.substr(0, 600).c_str());
    }
    const auto wrong = said("not-the-password-at-all", secondPassword);
    QVERIFY2(wrong.starts_with("403") && contains(wrong, "The password you have now is not right."), wrong.c_str());
    QVERIFY(contains(textOf(browser.get("home")), "Hello Maria"));
}

void PortalTest::passwordChanges() {
    auto browser = mariasBrowser(), phone = mariasBrowser();
    const auto before = browser.cookies.at("pc-patient-portal-a");
    const auto answer =
        browser.send(browser.get("account/password"), "/account/password", {{"current", password_}, {"password", secondPassword}});
    QCOMPARE(answer.status, 303);  // D42
    QVERIFY(contains(textOf(browser.follow(answer)), "Your password is changed."));
    QVERIFY(browser.cookies.at("pc-patient-portal-a") != before);
    QCOMPARE(phone.get("home").status, 303);
    auto old = Browser(portalOf(a_));
    QCOMPARE(signIn(old, maria_.username, password_).status, 401);
    password_ = secondPassword;
    QCOMPARE(mariasBrowser().get("home").status, 200);
}

void PortalTest::forgottenPasswords() {
    auto before = mariasBrowser();
    const auto help = Browser(portalOf(a_)).get("reset");
    QVERIFY(contains(textOf(help), "Call Oak Street Clinic on +1 555 0142"));
    Browser browser(portalOf(a_));
    const auto code = resetCode(a_, maria_.account);
    auto page = browser.follow(browser.send(browser.get("activate"), "/activate", {{"code", code}}));
    page = browser.follow(browser.send(page, "/activate/birth-date", mariasBirthDate));
    QVERIFY(contains(textOf(page), "Choose a new password") && contains(textOf(page), "Also stop all apps"));
    const auto answer = browser.send(page, "/activate/password", {{"password", firstPassword}});
    QCOMPARE(answer.status, 303);
    QVERIFY(contains(textOf(browser.follow(answer)), "Your new password is saved."));
    QCOMPARE(before.get("home").status, 303);
    password_ = firstPassword;
    QCOMPARE(mariasBrowser().get("home").status, 200);
    // The code is used up.
    QCOMPARE(browser.send(browser.get("activate"), "/activate", {{"code", code}}).status, 400);
}

POLYCLINIC_TEST(PortalTest)
