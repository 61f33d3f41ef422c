// Texts in every language of the pages, and whose language a page is in.

#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include "base/failure.h"
#include "pages/page_theme.h"
#include "pages/translations.h"
#include "pages_embedded.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::pages;

namespace {

const Timestamp midday = *fromInstant("2026-11-21T12:00:00.000Z");

http::RequestHead asking(const std::string& query, const std::string& cookie = {}, const std::string& accept = {}) {
    http::RequestHead request;
    request.query = query;
    request.path = "/tenant/a1/patient/portal/sign-in";
    if (!cookie.empty()) request.headers.add("Cookie", cookie);
    if (!accept.empty()) request.headers.add("Accept-Language", accept);
    return request;
}

}  // namespace

class LanguagesTest : public QObject {
    Q_OBJECT
  private slots:
    void languageIsChosen_data();
    void languageIsChosen();
    void textsOfAllLanguagesHaveTheSamePlaces();
    void everyTextOfATemplateIsThere();
    void pluralsFollowTheLanguage();
    void datesAreWrittenOut();
};

void LanguagesTest::languageIsChosen_data() {
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("cookie");
    QTest::addColumn<QString>("account");
    QTest::addColumn<QString>("accept");
    QTest::addColumn<QString>("clinic");
    QTest::addColumn<QString>("language");
    QTest::newRow("asked for") << "lang=ar"
                               << "pc-lang=es"
                               << "es"
                               << "es"
                               << "es"
                               << "ar";
    QTest::newRow("asked for, unknown") << "lang=xx"
                                        << "pc-lang=es"
                                        << "en"
                                        << "en"
                                        << "en"
                                        << "es";
    QTest::newRow("cookie") << ""
                            << "a=b; pc-lang=es"
                            << "ar"
                            << "ar"
                            << "ar"
                            << "es";
    QTest::newRow("account") << ""
                             << ""
                             << "es-MX"
                             << "ar"
                             << "en"
                             << "es";
    QTest::newRow("accept") << ""
                            << ""
                            << ""
                            << "de, ar-EG;q=0.5, es;q=0.8"
                            << "en"
                            << "es";
    QTest::newRow("accept refuses") << ""
                                    << ""
                                    << ""
                                    << "es;q=0"
                                    << "ar"
                                    << "ar";
    QTest::newRow("clinic") << ""
                            << ""
                            << ""
                            << "de"
                            << "es-US"
                            << "es";
    QTest::newRow("none") << ""
                          << ""
                          << ""
                          << ""
                          << "de"
                          << "en";
    QTest::newRow("hostile") << "lang=<script>"
                             << "pc-lang=<script>"
                             << "<script>"
                             << ";;;q=,,"
                             << "<script>"
                             << "en";
}

void LanguagesTest::languageIsChosen() {
    QFETCH(QString, query);
    QFETCH(QString, cookie);
    QFETCH(QString, account);
    QFETCH(QString, accept);
    QFETCH(QString, clinic);
    QFETCH(QString, language);
    const auto request = asking(query.toStdString(), cookie.toStdString(), accept.toStdString());
    QCOMPARE(QString::fromStdString(languageFor(request, account.toStdString(), clinic.toStdString())), language);
}

void LanguagesTest::textsOfAllLanguagesHaveTheSamePlaces() {
    const auto placesOf = [](const std::string& text) {
        QSet<QString> places;
        static const QRegularExpression place("\\{([a-z_]+)[,}]");
        auto found = place.globalMatch(QString::fromStdString(text));
        while (found.hasNext()) places.insert(found.next().captured(1));
        return places;
    };
    const auto& english = Translations::of("en").all();
    for (const auto& language : languages()) {
        const auto& own = Translations::of(language).all();
        QCOMPARE(own.size(), english.size());
        for (const auto& [key, text] : english) {
            QVERIFY2(own.contains(key), (language + " " + key).c_str());
            auto expected = placesOf(text), found = placesOf(own.at(key));
            // Forms of plurals hold words in braces, too.
            if (text.find(", plural,") == text.npos) QVERIFY2(found == expected, (language + " " + key).c_str());
            QVERIFY2(own.at(key).find("<") == std::string::npos, key.c_str());
        }
    }
}

void LanguagesTest::everyTextOfATemplateIsThere() {
    static const QRegularExpression used("\\{\\{t\\.([a-z_0-9]+)\\}\\}");
    int checked = 0;
    for (const auto& file : pageFiles()) {
        if (!file.name.ends_with(".mustache")) continue;
        auto found = used.globalMatch(QString::fromStdString(std::string(file.bytes)));
        while (found.hasNext()) {
            const auto key = found.next().captured(1).toStdString();
            QVERIFY2(Translations::of("en").has(key), (std::string(file.name) + " " + key).c_str());
            ++checked;
        }
    }
    QVERIFY(checked > 100);
}

void LanguagesTest::pluralsFollowTheLanguage() {
    const auto apps = [](const char* language, std::int64_t n) { return Translations::of(language).text("apps_count", {{"count", n}}); };
    QCOMPARE(apps("en", 0), std::string("No apps can see your record."));
    QCOMPARE(apps("en", 1), std::string("1 app can use your record."));
    QCOMPARE(apps("en", 12), std::string("12 apps can use your record."));
    QCOMPARE(apps("es", 1), std::string("1 aplicación puede usar su historia clínica."));
    QCOMPARE(apps("ar", 2), std::string("تطبيقان يمكنهما استخدام سجلك."));
    QCOMPARE(apps("ar", 5), std::string("5 تطبيقات يمكنها استخدام سجلك."));
    QCOMPARE(apps("ar", 11), std::string("11 تطبيقاً يمكنها استخدام سجلك."));
    // A value's own direction cannot turn an Arabic sentence around.
    QVERIFY(Translations::of("ar").text("hello", {{"name", "Maria"}}).find("\xe2\x81\xa8Maria\xe2\x81\xa9") != std::string::npos);
    QVERIFY_EXCEPTION_THROWN(Translations::of("en").text("no_such_text"), Failure);
    QCOMPARE(Translations::of("en").text("hello", {{"name", "{x} 'y' <z>"}}), std::string("Hello {x} 'y' <z>"));
}

void LanguagesTest::datesAreWrittenOut() {
    QCOMPARE(Translations::of("en").date(midday, "UTC"), std::string("21 November 2026"));
    QCOMPARE(Translations::of("es").date(midday, "UTC"), std::string("21 de noviembre de 2026"));
    QCOMPARE(Translations::of("ar").date(midday, "UTC"), std::string("21 نوفمبر 2026"));
    const auto late = *fromInstant("2026-11-21T23:30:00.000Z");
    QCOMPARE(Translations::of("en").date(late, "Pacific/Auckland"), std::string("22 November 2026"));
    QCOMPARE(Translations::of("en").recently(midday, late, "UTC"), std::string("today at 12:00"));
    QCOMPARE(Translations::of("en").recently(midday, late + std::chrono::hours(2), "UTC"), std::string("yesterday at 12:00"));
    QCOMPARE(Translations::of("en").recently(midday, late + std::chrono::hours(200), "UTC"), std::string("21 November 2026"));
}

POLYCLINIC_TEST(LanguagesTest)
#include "languages_test.moc"
