// The help in the window: F1, before any server and after signing in; pages stay here, everything else goes outside.

#include <QApplication>
#include <QDesktopServices>
#include <QFile>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>
#include <QTextBrowser>

#include "console.h"
#include "help/help_window.h"
#include "test_case.h"
#include "widgets/theme.h"

using namespace polyclinic::ui;

class OutsideBrowser : public QObject {
    Q_OBJECT
  public slots:
    void open(const QUrl& url) { opened << url; }

  public:
    QList<QUrl> opened;
};

class Help : public QObject {
    Q_OBJECT
  private slots:
    void opensWithoutAServer();
    void everyPageIsThere();
    void linksToOthersOpenOutside();
    void followsTheTheme();
};

namespace {

HelpWindow* helpOf(Console& console) { return console.findChild<HelpWindow*>(); }

}  // namespace

void Help::opensWithoutAServer() {
    Console console;
    console.show();
    QVERIFY(QTest::qWaitForWindowActive(&console));
    QTest::keyClick(&console, Qt::Key_F1);
    QVERIFY(helpOf(console) && helpOf(console)->isVisible());
    QVERIFY(helpOf(console)->text()->toPlainText().startsWith("Help\n"));
    QTRY_COMPARE(QApplication::activeWindow(), static_cast<QWidget*>(helpOf(console)));
    if (qEnvironmentVariableIsSet("POLYCLINIC_SCREENS"))
        helpOf(console)->grab().save(qEnvironmentVariable("POLYCLINIC_SCREENS") + "/90-help.png");
    QTest::keyClick(helpOf(console), Qt::Key_Escape);
    QVERIFY(!helpOf(console)->isVisible());
    HelpWindow::open(&console);
    QCOMPARE(console.findChildren<HelpWindow*>().size(), 1);
}

void Help::everyPageIsThere() {
    Console console;
    HelpWindow::open(&console);
    auto* text = helpOf(console)->text();
    QSet<QString> seen, waiting{"qrc:/help/index.html"};
    while (!waiting.isEmpty()) {
        const auto page = waiting.values().first();
        waiting.remove(page);
        seen.insert(page);
        text->setSource(QUrl(page));
        QVERIFY2(text->toPlainText().size() > 200, qPrintable(page));
        for (auto block = text->document()->begin(); block.isValid(); block = block.next())
            for (auto part = block.begin(); !part.atEnd(); ++part) {
                const auto format = part.fragment().charFormat();
                if (format.isImageFormat())
                    QVERIFY(!text->loadResource(QTextDocument::ImageResource, format.toImageFormat().name()).isNull());
                if (!format.isAnchor()) continue;
                const auto target = text->source().resolved(QUrl(format.anchorHref()));
                QVERIFY2(target.scheme() == "qrc" && QFile::exists(':' + target.path()), qPrintable(target.toString()));
                if (!seen.contains(target.toString())) waiting.insert(target.toString());
            }
    }
    QVERIFY(seen.size() >= 14);
    QVERIFY(seen.contains("qrc:/help/backup.html"));
}

void Help::linksToOthersOpenOutside() {
    OutsideBrowser browser;
    QDesktopServices::setUrlHandler("https", &browser, "open");
    QDesktopServices::setUrlHandler("file", &browser, "open");
    Console console;
    HelpWindow::open(&console);
    auto* text = helpOf(console)->text();
    emit text->anchorClicked(QUrl("install.html"));
    QCOMPARE(text->source(), QUrl("qrc:/help/install.html"));
    emit text->anchorClicked(QUrl("https://www.hl7.org/fhir/R4/"));
    emit text->anchorClicked(QUrl("file:///etc/passwd"));
    QCOMPARE(browser.opened, QList<QUrl>{QUrl("https://www.hl7.org/fhir/R4/")});
    QCOMPARE(text->source(), QUrl("qrc:/help/install.html"));
    QDesktopServices::unsetUrlHandler("https");
    QDesktopServices::unsetUrlHandler("file");
}

void Help::followsTheTheme() {
    Console console;
    HelpWindow::open(&console);
    const auto before = Theme::instance().choice();
    Theme::instance().apply(Theme::Choice::Dark);
    QVERIFY(helpOf(console)->text()->palette().color(QPalette::Base).lightness() < 100);
    QVERIFY(helpOf(console)->text()->document()->defaultStyleSheet().contains(Theme::instance().colours().accent.name()));
    Theme::instance().apply(before);
}

POLYCLINIC_TEST(Help)
#include "help_test.moc"
