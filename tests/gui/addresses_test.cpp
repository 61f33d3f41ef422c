// Every address of a clinic, as its home lists it: *Test* asks what stands there, *Open* opens it, and both are right.

#include <QDesktopServices>
#include <QPushButton>
#include <QSet>
#include <QToolButton>

#include "console_test.h"
#include "tenants/address_row.h"
#include "test_case.h"
#include "web_visitor.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace polyclinic::ui;

class AddressCatcher : public QObject {
    Q_OBJECT
  public slots:
    void open(const QUrl& url) { opened << url; }

  public:
    QList<QUrl> opened;
};

class Addresses : public ConsoleTest {
    Q_OBJECT
  public:
    Addresses() : ConsoleTest(Where::inAnother) {}

  private slots:
    void initTestCase() {
        open();
        QVERIFY(createFirstClinic("Oak Street Clinic"));
    }
    void everyRowTestsAndOpensWhatItNames();
    void anAddressThatIsDeadSaysSo();
};

void Addresses::everyRowTestsAndOpensWhatItNames() {
    AddressCatcher browser;
    QDesktopServices::setUrlHandler("http", &browser, "open");
    const auto rows = console_->findChildren<AddressRow*>();
    QVERIFY(rows.size() >= 5);
    QSet<QUrl> seen;
    for (AddressRow* row : rows) {
        if (!row->isVisible()) continue;
        const QString name = row->url().toString();
        auto* test = row->findChild<QPushButton*>();
        QVERIFY(test && test->accessibleName().startsWith("Test "));
        test->click();
        QTRY_VERIFY2_WITH_TIMEOUT(row->verdict().startsWith("Answers: 200"), qPrintable(name + ": " + row->verdict()), patience);
        browser.opened.clear();
        for (auto* each : row->findChildren<QToolButton*>()) {
            if (each->accessibleName().startsWith("Open ")) each->click();
        }
        QCOMPARE(browser.opened.size(), 1);
        const QUrl opened = browser.opened.first();
        QVERIFY2(opened.toString().startsWith(name), qPrintable(opened.toString()));
        WebVisitor person;
        person.get(opened);
        QVERIFY2(person.status == 200, qPrintable(opened.toString()));
        // What people open is a page, what programs ask says which address it describes.
        if (name.endsWith("/portal")) {
            QVERIFY2(person.page.contains("<html") && opened == row->url(), qPrintable(opened.toString()));
        } else {
            QVERIFY2(person.page.contains(name.endsWith("auth") ? "token_endpoint" : "CapabilityStatement"), qPrintable(opened.toString()));
        }
        seen << row->url();
    }
    QDesktopServices::unsetUrlHandler("http");
    QVERIFY(seen.size() >= 5);
}

void Addresses::anAddressThatIsDeadSaysSo() {
    server_->stop();
    AddressRow* row = nullptr;
    for (auto* each : console_->findChildren<AddressRow*>()) {
        if (each->isVisible()) row = each;
    }
    QVERIFY(row);
    row->test();
    QTRY_VERIFY_WITH_TIMEOUT(row->verdict().contains("Nothing answers at " + row->url().authority()), patience);
}

POLYCLINIC_TEST(Addresses)
#include "addresses_test.moc"
