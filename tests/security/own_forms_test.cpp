// Every form of every page, out of the route tables: it is taken from our own pages alone. A form that is added is tried too.

#include <QTest>
#include <set>

#include "api/route.h"
#include "patient_app.h"
#include "portal_people.h"
#include "server_database.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class OwnForms : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void areTakenFromOurPagesAlone_data();
    void areTakenFromOurPagesAlone();
    void areAllKnown();

  private:
    /// A form as its browser would send it, and the token of the same form in another browser.
    struct Shown {
        std::string url, cookie, token, foreignToken;
        Fields fields;
    };
    Shown shownOf(const std::string& pattern);
    Shown ofPortal(const std::string& page);
    Shown ofConsent();
    Shown ofOperators();
    std::string state() const;

    std::optional<PortalVisitor> maria_, other_;
    test::Person person_;
    PatientApp app_;
    PatientPerson consenter_, neighbour_;
};

namespace {

const std::string portalPlace = std::string(tenancy::tenantPattern) + "patient/portal/";
const std::string consentPlace = std::string(tenancy::tenantPattern) + "patient/auth/consent", operatorPlace = "/admin/auth/authorize";

/// Forms before sign-in, and the page whose token they take. All others are of people who are signed in.
const std::map<std::string, std::string> openForms{{"sign-in", "sign-in"},
                                                   {"link", "link"},
                                                   {"activate", "activate"},
                                                   {"activate/birth-date", "activate"},
                                                   {"activate/password", "activate"}};

/// Forms are what pages post. The authorization endpoints of clinics are no pages of ours: apps' sites post to them, and they make
/// nothing (RFC 6749 section 3.1).
std::vector<std::string> formRoutes() {
    std::vector<std::string> patterns;
    for (const auto& table : {api::routesOfClinics(), api::routesOfOperators()})
        for (const auto& row : table)
            if (row.method == http::Method::post && row.target.faults == api::FaultWriter::page &&
                !(row.pattern.starts_with(tenancy::tenantPattern) && row.pattern.ends_with("/auth/authorize")))
                patterns.push_back(row.pattern);
    return patterns;
}

std::string tokenIn(const std::string& page) {
    std::smatch found;
    if (!std::regex_search(page, found, std::regex("name=\"csrf_token\" value=\"([^\"]+)\""))) throw std::runtime_error("no form: " + page);
    return found[1];
}

void replace(std::string& text, const std::string& from, const std::string& to) {
    if (const auto at = text.find(from); at != text.npos) text.replace(at, from.size(), to);
}

}  // namespace

void OwnForms::initTestCase() {
    auto& server = shortServer();
    maria_.emplace(server.a, "127.31.0.1");
    other_.emplace(server.a, "127.31.0.2");
    person_ = activated(server.a, "own-forms", *maria_);
    activated(server.a, "own-forms-other", *other_);
    app_ = registerApp(server.process, server.a, false, "launch/patient openid fhirUser offline_access patient/Patient.rs");
    consenter_ = signedInPerson(server.process, server.a, "own-forms-consent");
    neighbour_ = signedInPerson(server.process, server.a, "own-forms-neighbour");
}

/// What forms change, but for when somebody was last here.
std::string OwnForms::state() const {
    std::string text;
    for (const char* table : {"account", "session", "app_grant", "auth_request", "token_family", "one_time_code", "known_device",
                              "operator_account", "operator_grant", "operator_token"})
        for (const auto& line :
             ServerDatabase(shortServer().process)
                 .asSuperuser("SELECT to_jsonb(x) - 'last_seen' - 'seen' - 'last_used' FROM " + std::string(table) + " x ORDER BY 1"))
            text += std::string(table) + " " + line + "\n";
    return text;
}

OwnForms::Shown OwnForms::ofPortal(const std::string& page) {
    const auto& clinic = shortServer().a;
    const auto open = openForms.find(page);
    std::string shown = "account";
    PortalVisitor nobody(clinic, "127.31.0.1"), stranger(clinic, "127.31.0.2");
    if (open != openForms.end())
        shown = open->second;
    else if (!maria_->isSignedIn() && maria_->signIn("own-forms", good).status != 303)
        throw std::runtime_error("nobody is signed in");
    auto& browser = open != openForms.end() ? nobody : *maria_;
    auto& elsewhere = open != openForms.end() ? stranger : *other_;
    Shown form;
    form.url = patientPortal(clinic) + "/" + page;
    if (page.starts_with("apps/")) replace(form.url, ":id", "all");
    replace(form.url, ":id",
            ServerDatabase(shortServer().process)
                .asSuperuser("SELECT id FROM session WHERE account = '" + person_.account + "' LIMIT 1")
                .at(0));
    form.token = tokenIn(browser.get(shown).body);
    form.foreignToken = tokenIn(elsewhere.get(shown).body);
    form.cookie = browser.cookies();
    form.fields = {{"username", "own-forms"}, {"password", good}, {"current", good}, {"email", "evil@example.org"}, {"code", person_.code}};
    return form;
}

OwnForms::Shown OwnForms::ofConsent() {
    const auto& clinic = shortServer().a;
    const auto asked = test::request(clinic, app_, "launch/patient openid fhirUser patient/Patient.rs");
    const auto shown = consentForm(clinic, consenter_, asked), elsewhere = consentForm(clinic, neighbour_, asked);
    Shown form{shown.action, consenter_.cookie, tokenIn(shown.page.body), tokenIn(elsewhere.page.body), {{"decision", "deny"}}};
    for (const auto& field : shown.hidden)
        if (field.first != "csrf_token") form.fields.push_back(field);
    return form;
}

OwnForms::Shown OwnForms::ofOperators() {
    const Fields asked{{"response_type", "code"},
                       {"client_id", "polyclinic-console"},
                       {"redirect_uri", "http://127.0.0.1:43210/"},
                       {"state", "s"},
                       {"code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"},
                       {"code_challenge_method", "S256"}};
    const auto address = shortServer().process.operators() + "/admin/auth/authorize";
    const auto shown = test::http("GET", address + "?" + test::form(asked)),
               elsewhere = test::http("GET", address + "?" + test::form(asked));
    const auto cookie = shown.header("set-cookie");
    Shown form{address, cookie.substr(0, cookie.find(';')), tokenIn(shown.body), tokenIn(elsewhere.body), asked};
    form.fields.emplace_back("decision", "deny");
    return form;
}

OwnForms::Shown OwnForms::shownOf(const std::string& pattern) {
    if (pattern.starts_with(portalPlace)) return ofPortal(pattern.substr(portalPlace.size()));
    if (pattern == consentPlace) return ofConsent();
    if (pattern == operatorPlace) return ofOperators();
    throw std::runtime_error("Tell here where the form of " + pattern + " is shown.");
}

void OwnForms::areTakenFromOurPagesAlone_data() {
    QTest::addColumn<QString>("pattern");
    for (const auto& pattern : formRoutes()) QTest::newRow(pattern.c_str()) << QString::fromStdString(pattern);
}

void OwnForms::areTakenFromOurPagesAlone() {
    QFETCH(QString, pattern);
    const auto shown = shownOf(pattern.toStdString());
    const auto before = state();
    const auto send = [&](std::optional<std::string> token, const HttpHeaders& more = {}) {
        auto fields = shown.fields;
        if (token) fields.emplace_back("csrf_token", *token);
        HttpHeaders headers{{"Cookie", shown.cookie}};
        headers.insert(headers.end(), more.begin(), more.end());
        if (more.empty() || more.front().first != "Content-Type") headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
        return test::http("POST", shown.url, headers, test::form(fields));
    };
    QCOMPARE(send(shown.token, {{"Origin", "https://evil.example"}}).status, 403);
    QCOMPARE(send(shown.token, {{"Origin", "null"}}).status, 403);
    QCOMPARE(send(shown.token, {{"Sec-Fetch-Site", "cross-site"}}).status, 403);
    QCOMPARE(send(shown.token, {{"Sec-Fetch-Site", "same-site"}}).status, 403);
    QCOMPARE(send(shown.foreignToken).status, 403);
    QCOMPARE(send("AAAA").status, 403);
    const auto text = send(shown.token, {{"Content-Type", "text/plain"}});
    QVERIFY2(text.status == 415 || text.status == 400, std::to_string(text.status).c_str());
    if (pattern.toStdString() == operatorPlace) {
        // Without a token it is an authorization request, which begins anew with a page of ours.
        for (const auto& token : {std::optional<std::string>(), std::optional<std::string>("")}) {
            const auto anew = send(token);
            QCOMPARE(anew.status, 303);
            QVERIFY(anew.header("location").starts_with(shown.url + "?"));
        }
    } else {
        QCOMPARE(send(std::nullopt).status, 403);
        QCOMPARE(send("").status, 403);
    }
    QCOMPARE(QString::fromStdString(state()), QString::fromStdString(before));

    // All of this was refused for where it came from: the same from our own page is not.
    const auto own = shown.url.substr(0, shown.url.find('/', shown.url.find("://") + 3));
    const auto taken = send(shown.token, {{"Origin", own}, {"Sec-Fetch-Site", "same-origin"}});
    QVERIFY2(taken.status != 403 && taken.status != 415 && taken.status < 500, std::to_string(taken.status).c_str());
}

void OwnForms::areAllKnown() {
    const auto patterns = formRoutes();
    QCOMPARE(patterns.size(), std::size_t(13));
    QCOMPARE(std::set<std::string>(patterns.begin(), patterns.end()).count(consentPlace), std::size_t(1));
}

POLYCLINIC_TEST(OwnForms)
#include "own_forms_test.moc"
