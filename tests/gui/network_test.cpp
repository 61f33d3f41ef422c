// Network and certificate, as an operator opens the clinic to a phone and signs for a risk; pictures with POLYCLINIC_SCREENS.

#include <QRadioButton>
#include <QSignalSpy>

#include "console_test.h"
#include "login_manager.h"
#include "neighbour.h"
#include "network/network_page.h"
#include "portal/preview_page.h"
#include "shell/workspace.h"
#include "test_case.h"
#include "widgets/overlay.h"
#include "widgets/qr_view.h"

using namespace polyclinic;
using namespace polyclinic::test;

class NetworkScreen : public ConsoleTest {
    Q_OBJECT
  public:
    explicit NetworkScreen(Where where = Where::inAnother) : ConsoleTest(where) {}

  private slots:
    void initTestCase();
    void beginsClosed();
    void typedValuesStay();
    void opensForAPhone();
    void thePortalIsSeenOverTls();
    void aPhoneThatComesIsTold();
    void wrongFilesAreTold();
    void takesARiskByName();
    void closesAgain();

  private:
    std::unique_ptr<LoginManager> manager_;
    std::unique_ptr<Neighbour> neighbour_;

    bool choose(const QString& words) {
        for (auto* each : console_->findChildren<QRadioButton*>()) {
            if (!each->isVisible() || QString(each->text()).remove('&') != words) continue;
            each->click();
            return true;
        }
        return false;
    }
};

void NetworkScreen::initTestCase() {
    manager_ = std::make_unique<LoginManager>();
    QVERIFY(manager_->ok());
    neighbour_ = std::make_unique<Neighbour>();  // before the server looks which addresses it has
    open({1280, 900});
    QVERIFY(createFirstClinic("Oak Street Clinic"));
}

void NetworkScreen::beginsClosed() {
    go("Ctrl+1");
    QVERIFY(press(console_.get(), "Show on another device"));
    TRY_SHOWS(console_.get(), "Only this computer can connect.");
    QVERIFY(!shows(console_.get(), "A certificate from"));
    take("70-network-closed");
}

void NetworkScreen::typedValuesStay() {
    auto* page = console_->workspace()->findChild<ui::NetworkPage*>();
    QSignalSpy read(page, &ui::NetworkPage::certificateSeen);
    QVERIFY(!findButton(console_.get(), "Undo changes"));
    QVERIFY(choose("The clinic's network"));
    page->refresh();
    QVERIFY(fill(console_.get(), "Listens at", "0.0.0.0:9"));
    QTRY_COMPARE_WITH_TIMEOUT(read.count(), 1, patience);
    QCOMPARE(findInput(console_.get(), "Listens at")->text(), QString("0.0.0.0:9"));
    QVERIFY(press(console_.get(), "Undo changes"));
    QVERIFY(!findInput(console_.get(), "Listens at"));  // this computer only, as before
    QVERIFY(!findButton(console_.get(), "Undo changes"));
    page->refresh();
    QTRY_COMPARE_WITH_TIMEOUT(read.count(), 2, patience);
}

void NetworkScreen::opensForAPhone() {
    QVERIFY(choose("The clinic's network"));
    QVERIFY(fill(console_.get(), "Listens at", "0.0.0.0:0"));
    QVERIFY(press(console_.get(), "Save"));
    TRY_SHOWS(console_.get(), "Six words of the certificate");
    TRY_SHOWS(console_.get(), "/t/oak-street-clinic");
    TRY_SHOWS(console_.get(), "answers.");
    TRY_SHOWS(console_.get(), "Waiting for a device");
    // Others depend on this computer now: it stays awake.
    QTRY_VERIFY_WITH_TIMEOUT(console_->staysAwake(), patience);
    QCOMPARE(manager_->asked, QStringList{"sleep Polyclinic block"});
    QVERIFY(manager_->held());
    auto* code = console_->findChild<ui::QrView*>();
    QVERIFY(code && code->modules() >= 21);
    QTest::qWait(300);
    take("71-network-open");
    // The window itself knows this server's certificate: it may ask the new addresses.
    go("Ctrl+3");
    TRY_SHOWS(console_.get(), "https://");
    QVERIFY(press(console_.get(), "Test Sign-in for patients"));
    TRY_SHOWS(console_.get(), "Answers: 200");
    take("74-home-open");
    go("Ctrl+Shift+N");
    TRY_SHOWS(console_.get(), "Six words of the certificate");
}

void NetworkScreen::thePortalIsSeenOverTls() {
    go("Ctrl+0");
    if (!console_->workspace()->findChild<ui::PreviewPage*>()->embedded()) QSKIP("Qt WebEngine is not installed: there is no preview");
    QWidget* view = nullptr;
    QTRY_VERIFY_WITH_TIMEOUT((view = findInput<QWidget>(console_.get(), "The portal")), patience);
    QTRY_VERIFY2_WITH_TIMEOUT(view->property("title").toString().contains("Oak Street Clinic"),
                              qPrintable(view->property("title").toString()), patience);
    QCOMPARE(view->property("url").toUrl().scheme(), QString("https"));
    QTest::qWait(500);
    take("75-portal-over-tls");
    go("Ctrl+Shift+N");
    TRY_SHOWS(console_.get(), "Six words of the certificate");
}

void NetworkScreen::aPhoneThatComesIsTold() {
    if (!neighbour_->there()) QSKIP("This kernel or this account may not make network namespaces: no other device came.");
    QVERIFY(!shows(console_.get(), " connected, "));  // the visits of this computer itself are none
    const auto ports = findInput(console_.get(), "Listens at")->text().section(':', -1);
    const QString phone =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 "
        "Safari/604.1";
    QCOMPARE(neighbour_->visits("https://" + neighbour_->host() + ':' + ports + "/t/oak-street-clinic", phone), 300);
    TRY_SHOWS(console_.get(), "Safari on iPhone connected, today at");
    QVERIFY(!shows(console_.get(), "Waiting for a device"));
    take("76-network-device");
}

void NetworkScreen::wrongFilesAreTold() {
    QVERIFY(choose("A certificate from files"));
    QVERIFY(fill(console_.get(), "Certificate file", "/nowhere/clinic.pem"));
    QVERIFY(fill(console_.get(), "Key file", "/nowhere/clinic.key"));
    QVERIFY(press(console_.get(), "Save"));
    TRY_SHOWS(console_.get(), "The certificate file /nowhere/clinic.pem cannot be read.");
    take("72-network-wrong-file");
    QVERIFY(choose("The clinic's own authority"));
    QVERIFY(fill(console_.get(), "Listens at", "0.0.0.0:0"));
}

void NetworkScreen::takesARiskByName() {
    go("F5");
    TRY_SHOWS(console_.get(), "Inviting patients all the same");
    QVERIFY(fill(console_.get(), "Your full name", "Dr. Maria Silva"));
    QVERIFY(fill(console_.get(), "What risk, and why", "Only the two tablets of the practice are used."));
    QVERIFY(press(console_.get(), "Take the risk"));
    TRY_SHOWS(console_.get(), "Dr. Maria Silva took the risk");
    take("73-network-risk");
    QVERIFY(press(console_.get(), "Take it back"));
    QTRY_VERIFY_WITH_TIMEOUT(findInput(console_.get(), "Your full name"), patience);
}

void NetworkScreen::closesAgain() {
    QVERIFY(choose("This computer only"));
    QVERIFY(press(console_.get(), "Save"));
    TRY_SHOWS(console_.get(), "Only this computer can connect.");
    QTRY_VERIFY_WITH_TIMEOUT(!manager_->held(), patience);
    QVERIFY(!console_->staysAwake());
    QVERIFY(!console_->findChild<ui::QrView*>() || !console_->findChild<ui::QrView*>()->isVisible());
}

/// The same with the server in the window's own process.
class NetworkInThisProcess : public NetworkScreen {
    Q_OBJECT
  public:
    NetworkInThisProcess() : NetworkScreen(Where::inThisProcess) {}
};

POLYCLINIC_TEST(NetworkScreen)
POLYCLINIC_TEST(NetworkInThisProcess)
#include "network_test.moc"
