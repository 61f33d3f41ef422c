// Templates, languages, colours and the consent page, without a server.

#include <QRegularExpression>
#include <QTest>
#include <set>

#include "base/failure.h"
#include "pages/consent.h"
#include "pages/files.h"
#include "pages/page_theme.h"
#include "pages/pages.h"
#include "pages/renderer.h"
#include "pages/translations.h"
#include "pages_embedded.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::pages;

namespace {

const Timestamp noon = *fromInstant("2026-11-21T12:00:00.000Z");

PageTheme theme(const std::string& language = "en") {
    PageTheme made;
    made.clinic = "Oak & <Street> \"Clinic\"";
    made.phone = "+1 555 0142";
    made.language = language;
    made.portal = "/tenant/a1/patient/portal";
    made.self = "/tenant/a1/patient/portal/sign-in";
    made.csrf = "token";
    return made;
}

ConsentPage page(const std::string& scopes, std::vector<std::string> words = {"openid", "fhirUser", "launch/patient", "offline_access"}) {
    ConsentPage made;
    made.action = "/tenant/a1/patient/auth/consent";
    made.hidden = {{"request", "r1"}};
    made.person = "Maria Gomez";
    made.app = "Heart Diary";
    made.publisher = "Pulse Labs";
    made.redirectHost = "diary.example.org";
    made.clientId = "c1";
    made.scopes = access::ScopeSet(access::parseScopeList(scopes).scopes);
    made.nonResourceScopes = std::move(words);
    made.now = noon;
    return made;
}

int count(const std::string& text, const std::string& part) {
    int found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
    return found;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace

class PagesTest : public QObject {
    Q_OBJECT
  private slots:
    void F01_everythingIsEscaped();
    void noTemplateAsksForUnescapedText();
    void F06_headers();
    void pagesAreSmall();
    void consentShowsWhatIsAsked();
    void consentWithoutOfflineAccessHasNoEnd();
    void D55_namesOfOthers_data();
    void D55_namesOfOthers();
    void consentKeepsWhatWasTickedBefore();
    void durationsEnd();
    void brandColoursStayReadable();
    void F11_logos();
    void faultsSpeakEveryLanguage();
    void styleSheetHoldsNoForeignAddress();
};

void PagesTest::F01_everythingIsEscaped() {
    const std::string evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    auto dressed = theme();
    dressed.clinic = dressed.person = dressed.phone = dressed.csrf = dressed.self = evil;
    dressed.menu = true;
    auto wish = page("patient/Observation.rs");
    wish.person = wish.app = wish.publisher = wish.redirectHost = wish.clientId = wish.notYou = wish.action = evil;
    wish.hidden = {{evil, evil}};
    wish.privacyAnswers = {{evil, evil}};
    wish.policyUri = "javascript:alert(1)";
    wish.termsUri = "https://x\"onclick=alert(1)";
    const auto html = consentPage(dressed, wish).body;
    QVERIFY(!holds(html, "<script>alert") && !holds(html, "<img src=x"));
    QCOMPARE(count(html, "<script"), 1);  // our own
    QVERIFY(!holds(html, "javascript:"));
    QVERIFY(!holds(html, "x\"onclick"));
    QVERIFY(holds(html, "&lt;script&gt;alert(1)"));
    const auto broken = fault(dressed, {400, evil, evil, evil, 0, {evil, evil}}).body;
    QVERIFY(!holds(broken, "<script>alert") && holds(broken, "&lt;script&gt;"));
}

void PagesTest::noTemplateAsksForUnescapedText() {
    for (const auto& file : pageFiles()) {
        QVERIFY2(!holds(std::string(file.bytes), "{{{") && !holds(std::string(file.bytes), "{{&"), std::string(file.name).c_str());
        if (!file.name.ends_with(".mustache")) continue;
        // What a strict policy refuses anyway never stands there: scripts and styles inside the page.
        static const QRegularExpression inside("<style|\\sstyle=|\\son[a-z]+=|<script(?! type=\"module\" src=)");
        QVERIFY2(!QString::fromStdString(std::string(file.bytes)).contains(inside), std::string(file.name).c_str());
    }
}

void PagesTest::F06_headers() {
    auto dressed = theme();
    dressed.redirectOrigin = "https://app.example.org:444";
    const auto answer = consentPage(dressed, page("patient/Observation.rs"));
    QCOMPARE(answer.status, 200);
    QCOMPARE(std::string(*answer.headers.find("Content-Security-Policy")),
             std::string("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self' "
                         "https://app.example.org:444; frame-ancestors 'none'; base-uri 'none'"));
    QCOMPARE(std::string(*answer.headers.find("X-Frame-Options")), std::string("DENY"));
    QCOMPARE(std::string(*answer.headers.find("X-Content-Type-Options")), std::string("nosniff"));
    QCOMPARE(std::string(*answer.headers.find("Referrer-Policy")), std::string("same-origin"));
    QCOMPARE(std::string(*answer.headers.find("Cross-Origin-Opener-Policy")), std::string("same-origin"));
    QCOMPARE(std::string(*answer.headers.find("Cache-Control")), std::string("no-store"));
    QCOMPARE(std::string(*answer.headers.find("Content-Language")), std::string("en"));
    QVERIFY(holds(consentPage(theme("ar"), page("patient/Observation.rs")).body, "<html lang=\"ar\" dir=\"rtl\">"));
}

void PagesTest::pagesAreSmall() {
    std::string scopes;
    for (const auto& [row, words] : Translations::of("en").scopes())
        if (row.find('?') == row.npos && row != "nobody" && row != "lists" && row != "*") scopes += "patient/" + row + ".cruds ";
    QVERIFY(consentPage(theme(), page(scopes)).body.size() < 80'000);
    QVERIFY(fileNamed("styles/pages.css").size() < 24'000);
    QVERIFY(fileNamed("scripts/pages.js").size() < 6'000);
}

void PagesTest::consentShowsWhatIsAsked() {
    const auto html =
        consentPage(theme(), page("patient/Patient.rs patient/Observation.rs patient/Condition.cruds patient/Practitioner.rs")).body;
    QVERIFY(holds(html, "<h1>Allow Heart Diary to see and change your health record?</h1>"));
    QCOMPARE(count(html, "<h1"), 1);
    QVERIFY(holds(html, "Heart Diary is made by Pulse Labs, not by Oak &amp; &lt;Street&gt;"));
    QVERIFY(holds(html, "You will return to diary.example.org."));
    QVERIFY(holds(html, "<strong><bdi>Maria Gomez</bdi></strong>"));
    QCOMPARE(count(html, "type=\"checkbox\""), 3);
    QVERIFY(holds(html, "type=\"checkbox\" value=\"patient/Observation.rs\" checked"));
    QVERIFY(holds(html, "type=\"checkbox\" value=\"patient/Condition.rs\" checked"));
    QVERIFY(holds(html, "type=\"checkbox\" value=\"patient/Condition.cud\" checked"));
    QVERIFY(!holds(html, "value=\"patient/Patient.rs\"") && holds(html, "See your name, birth date and contact details"));
    QVERIFY(holds(html, "See basic facts about clinics, staff and medicines"));
    // Always visible, never inside what can be folded.
    QVERIFY(html.find("Keep this access when you are not using the app") < html.find("<details"));
    QCOMPARE(count(html, "type=\"radio\""), 4);
    QVERIFY(holds(html, "Ends 21 November 2027") && holds(html, "Ends 20 February 2027") && holds(html, "No end date"));
    QCOMPARE(count(html, "name=\"decision\""), 2);
    QVERIFY(!holds(html, "autofocus"));
    QVERIFY(holds(html, "did not answer our questions"));
    QVERIFY(holds(html, "<input type=\"hidden\" name=\"csrf_token\" value=\"token\">"));
    auto answered = page("patient/Observation.rs");
    answered.privacyAnswers = {{"resale", "Never"}};
    const auto facts = consentPage(theme(), answered).body;
    QVERIFY(holds(facts, "Does it sell your information?</dt><dd>Never</dd>"));
    QCOMPARE(count(facts, "Did not answer"), 5);
}

void PagesTest::consentWithoutOfflineAccessHasNoEnd() {
    const auto html = consentPage(theme(), page("patient/Observation.rs", {"launch/patient"})).body;
    QCOMPARE(count(html, "type=\"radio\""), 0);
    QVERIFY(holds(html, "This works once, for up to 1 hour."));
}

void PagesTest::D55_namesOfOthers_data() {
    QTest::addColumn<QString>("given");
    QTest::addColumn<QString>("shown");
    QTest::newRow("plain") << "Heart Diary"
                           << "Heart Diary";
    QTest::newRow("turned around") << QString::fromUtf8("Diary\u202Etxet\u2066x\u200B") << "Diarytxetx";
    QTest::newRow("white space") << " \t Heart \n\n  Diary  "
                                 << "Heart Diary";
    QTest::newRow("controls") << QString::fromUtf8("He\u0007a\u009frt") << "Heart";
    QTest::newRow("too long") << QString(10'240, 'x') << QString(80, 'x');
    QTest::newRow("nothing left") << QString::fromUtf8("\u202E\u200F") << "?";
    QTest::newRow("other scripts") << QString::fromUtf8("مفكرة القلب") << QString::fromUtf8("مفكرة القلب");
}

void PagesTest::D55_namesOfOthers() {
    QFETCH(QString, given);
    QFETCH(QString, shown);
    QCOMPARE(QString::fromStdString(shownName(given.toStdString())), shown);
    auto wish = page("patient/Observation.rs");
    wish.app = given.toStdString();
    const auto html = consentPage(theme(), wish).body;
    for (const char* format : {"\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\x8b", "\x07"}) QVERIFY(!holds(html, format));
    QVERIFY(holds(html, "is made by Pulse Labs, not by"));
    QVERIFY(holds(html, "You will return to diary.example.org."));
}

void PagesTest::consentKeepsWhatWasTickedBefore() {
    auto wish = page("patient/Observation.rs patient/Condition.rs");
    wish.again = true;
    wish.ticked = {"patient/Condition.rs"};
    wish.duration = "hour";
    wish.problem = "error_nothing_ticked";
    const auto answer = consentPage(theme(), wish, 400);
    QCOMPARE(answer.status, 400);
    QCOMPARE(count(answer.body, " checked"), 2);
    QVERIFY(holds(answer.body, "value=\"patient/Condition.rs\" checked"));
    QVERIFY(holds(answer.body, "value=\"hour\" checked"));
    QVERIFY(holds(answer.body, "<a href=\"#see-1\">Tick something"));
    QVERIFY(holds(answer.body, "<title>Error: Allow Heart Diary"));
}

void PagesTest::durationsEnd() {
    QCOMPARE(toInstant(*consent::endOf("hour", noon)), std::string("2026-11-21T13:00:00.000Z"));
    QVERIFY(*consent::endOf("quarter", noon) >= noon + std::chrono::hours(24 * 90));
    QCOMPARE(toInstant(*consent::endOf("year", noon)), std::string("2027-11-21T12:00:00.000Z"));
    QVERIFY(consent::isOpenEnd(*consent::endOf("open", noon)) && !consent::isOpenEnd(*consent::endOf("year", noon)));
    for (const char* other : {"", "forever", "hour ", "9999"}) QVERIFY(!consent::endOf(other, noon));
}

void PagesTest::brandColoursStayReadable() {
    using namespace tenancy;
    QCOMPARE(contrast({0, 0, 0}, {255, 255, 255}), 21.0);
    for (const char* text : {"#0b5d66", "#000000", "#767676", "#b3261e", "#5b2a86", "#0000ff"}) {
        Tenant tenant;
        tenant.branding.color = text;
        const auto theme = themeStyleOf(tenant);
        QVERIFY(theme && theme->name.starts_with("theme.") && theme->name.ends_with(".css"));
        const auto colour = [&](const QString& name, bool dark) {
            const auto css = QString::fromStdString(theme->bytes).section("@media", dark ? 1 : 0, dark ? 1 : 0);
            return *colourOf(css.section("--" + name + ":", 1).left(7).toStdString());
        };
        QVERIFY2(contrast(colour("accent", false), {255, 255, 255}) >= 4.5, text);
        QVERIFY2(contrast(colour("accent-deep", false), {255, 255, 255}) >= 4.5, text);
        QVERIFY2(contrast(colour("brand", true), {255, 255, 255}) >= 4.5, text);
        QVERIFY2(contrast(colour("accent", true), {0x1a, 0x22, 0x29}) >= 7.0, text);
        QVERIFY2(contrast(colour("accent", true), {0x0a, 0x1a, 0x1d}) >= 4.5, text);
    }
    QVERIFY(!themeStyleOf(Tenant()));
    for (const char* bad : {"red", "#fff", "#12345g", "#1234567", "#0b5d66;}body{display:none}"}) QVERIFY(!colourOf(bad));
}

void PagesTest::F11_logos() {
    using namespace std::string_view_literals;
    const std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    QVERIFY(!tenancy::faultOfLogo("image/svg+xml", svg).empty());
    QVERIFY(!tenancy::faultOfLogo("image/png", svg).empty());
    std::string png("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x10\0\0\0\x10\x08\x06\0\0\0"sv);
    png += std::string(40, 'x');
    QCOMPARE(tenancy::faultOfLogo("image/png", png), std::string());
    QVERIFY(!tenancy::faultOfLogo("image/jpeg", png).empty());
    QVERIFY(!tenancy::faultOfLogo("text/html", png).empty());
    QVERIFY(!tenancy::faultOfLogo("image/png", png + std::string(70'000, 'x')).empty());
    auto huge = png;
    huge[18] = '\x7f';
    QVERIFY(!tenancy::faultOfLogo("image/png", huge).empty());
    tenancy::Tenant tenant;
    tenant.branding.logo = png;
    const auto logo = logoOf(tenant);
    QVERIFY(logo && logo->type == "image/png" && logo->name.ends_with(".png"));
    QCOMPARE(std::string(*lasting(logo->type, logo->bytes).headers.find("Content-Security-Policy")),
             std::string("default-src 'none'; sandbox"));
}

void PagesTest::faultsSpeakEveryLanguage() {
    QVERIFY(holds(fault(theme("en"), {404}).body, "<h1>Page not found</h1>"));
    QVERIFY(holds(fault(theme("es"), {404}).body, "<h1>Página no encontrada</h1>"));
    QVERIFY(holds(fault(theme("ar"), {403}).body, "dir=\"rtl\""));
    const auto many = fault(theme(), {429, {}, {}, {}, 90});
    QVERIFY(holds(many.body, "Wait 2 minutes and try again."));
    QCOMPARE(std::string(*many.headers.find("Retry-After")), std::string("90"));
    QVERIFY(holds(fault(theme(), {500, {}, {}, "req-1"}).body, "<code dir=\"ltr\">req-1</code>"));
    QVERIFY(!holds(fault(theme(), {404, {}, {}, "req-1"}).body, "req-1"));
}

void PagesTest::styleSheetHoldsNoForeignAddress() {
    const std::string css(fileNamed("styles/pages.css"));
    for (const char* part : {"url(", "@import", "http:", "https:", ":has(", "@container", "color-mix", "light-dark(", "dvh"})
        QVERIFY2(!holds(css, part), part);
    const auto name = hashedName("styles/pages.css");
    QVERIFY(asset(name) && !asset("pages.css") && !asset("../pages.css"));
    QCOMPARE(std::string(*asset(name)->headers.find("Cache-Control")), std::string("public, max-age=31536000, immutable"));
}

POLYCLINIC_TEST(PagesTest)
#include "pages_test.moc"
