// BASE/help: every page of resources/help, for everybody, under the strict policy of all pages; no link leads nowhere.

#include <QDir>
#include <QTest>

#include "flow.h"
#include "help_blocks.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class HelpPages : public QObject {
    Q_OBJECT
  private slots:
    void areThereForEverybody();
    void linksLeadSomewhere();
    void nothingElseIs();
};

namespace {

HttpAnswer helpAt(const std::string& path) { return http("GET", server().base() + path, {}); }

/// What a page names in href or src, as paths of this server; what lies elsewhere is left out.
QSet<QString> linksOfPage(const std::string& path, const std::string& html) {
    QSet<QString> found;
    auto all = QRegularExpression("(?:href|src)=\"([^\"#]+)").globalMatch(QString::fromStdString(html));
    while (all.hasNext()) {
        const auto target = QUrl(QString::fromStdString(server().base() + path)).resolved(all.next().captured(1));
        if (target.toString().startsWith(QString::fromStdString(server().base()))) found.insert(target.path());
    }
    return found;
}

}  // namespace

void HelpPages::areThereForEverybody() {
    const auto pages = pagesOfHelp();
    QVERIFY(pages.size() >= 13);
    for (const auto& page : QStringList{""} + pages) {
        const auto answer = helpAt("/help" + (page.isEmpty() ? "" : "/" + page.toStdString()));
        QVERIFY2(answer.status == 200, qPrintable(page));
        QCOMPARE(answer.header("content-type"), std::string("text/html; charset=utf-8"));
        QCOMPARE(
            answer.header("content-security-policy"),
            std::string("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
                        "frame-ancestors 'none'; base-uri 'none'"));
        const auto title = textOf(pathOfPage(page.isEmpty() ? "index" : page)).section('\n', 0, 0).mid(2).toHtmlEscaped().toStdString();
        QVERIFY2(answer.body.find("<h1>" + title + "</h1>") != answer.body.npos, title.c_str());
        QVERIFY(answer.body.find("<html lang=\"en\"") != answer.body.npos);
        QVERIFY(answer.body.find("raw HTML omitted") == answer.body.npos);
    }
    // English for everybody: a page is drawn once.
    QCOMPARE(http("GET", server().base() + "/help", {{"Accept-Language", "ar"}}).body, helpAt("/help").body);
    QVERIFY(helpAt("/help/import").body.find("polyclinicd import --tenant oak-street export") != std::string::npos);
}

void HelpPages::linksLeadSomewhere() {
    QSet<QString> seen{"/help"}, waiting{"/", "/help"};
    while (!waiting.isEmpty()) {
        const auto path = waiting.values().first().toStdString();
        waiting.remove(QString::fromStdString(path));
        seen.insert(QString::fromStdString(path));
        const auto answer = helpAt(path);
        QVERIFY2(answer.status == 200, path.c_str());
        if (answer.header("content-type").starts_with("text/html")) waiting += linksOfPage(path, answer.body) - seen;
    }
    for (const auto& page : pagesOfHelp()) QVERIFY2(seen.contains("/help/" + page), qPrintable(page));
    QVERIFY(seen.contains("/help/welcome.png"));
    const auto picture = helpAt("/help/welcome.png");
    QCOMPARE(picture.header("content-type"), std::string("image/png"));
    QVERIFY(picture.body.starts_with("\x89PNG"));
}

void HelpPages::nothingElseIs() {
    for (const auto* path :
         {"/help/index", "/help/install.md", "/help/install.html", "/help/..", "/help/%2e%2e", "/help/x/y", "/help/nobody"}) {
        const auto answer = helpAt(path);
        QVERIFY2(answer.status == 404 || answer.status == 400, path);
    }
    QCOMPARE(helpAt("/help/").status, 303);
    QCOMPARE(helpAt("/help/").header("location"), std::string("/help"));
    QCOMPARE(http("POST", server().base() + "/help", {}, "x").status, 405);
    QVERIFY(helpAt("/help/nobody").header("content-type").starts_with("text/html"));
}

POLYCLINIC_TEST(HelpPages)
#include "help_pages_test.moc"
