// Network and certificate, as an operator opens the clinic to a phone and signs for a risk; pictures with POLYCLINIC_SCREENS.

#include <QDir>
#include <QRadioButton>

#include "first_clinic.h"
#include "shell/workspace.h"
#include "test_case.h"
#include "widgets/overlay.h"
#include "widgets/qr_view.h"
#include "widgets/theme.h"

using namespace polyclinic;
using namespace polyclinic::test;

class NetworkScreen : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void cleanup() { pictureOfFailure(console_.get()); }
    void beginsClosed();
    void opensForAPhone();
    void wrongFilesAreTold();
    void takesARiskByName();
    void closesAgain();

  private:
    void take(const QString& name) {
        using Choice = ui::Theme::Choice;
        const QString wanted = qEnvironmentVariable("POLYCLINIC_SCREENS");
        if (wanted.isEmpty()) return;
        QVERIFY(QDir().mkpath(wanted));
        for (const auto& [choice, suffix] : {std::pair{Choice::Dark, "dark"}, std::pair{Choice::Light, "light"}}) {
            ui::Theme::instance().apply(choice);
            QTest::qWait(200);
            QVERIFY(console_->grab().save(QDir(wanted).filePath(QStringLiteral("%1-%2.png").arg(name, QLatin1String(suffix)))));
        }
    }
    bool choose(const QString& words) {
        for (auto* each : console_->findChildren<QRadioButton*>()) {
            if (!each->isVisible() || QString(each->text()).remove('&') != words) continue;
            each->click();
            return true;
        }
        return false;
    }

    std::unique_ptr<RealServer> server_;
    std::unique_ptr<ui::Console> console_;
};

void NetworkScreen::initTestCase() {
    server_ = std::make_unique<RealServer>();
    console_ = std::make_unique<ui::Console>(ui::Console::Start{server_->operators, server_->setupSecret, false});
    console_->resize(1280, 900);
    console_->show();
    console_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(console_.get()));
    QVERIFY(createFirstClinic(*console_, "Oak Street Clinic"));
}

void NetworkScreen::beginsClosed() {
    QTest::keySequence(console_.get(), QKeySequence("Ctrl+1"));
    QVERIFY(press(console_.get(), "Show on another device"));
    TRY_SHOWS(console_.get(), "Only this computer can connect.");
    QVERIFY(!shows(console_.get(), "A certificate from"));
    take("70-network-closed");
}

void NetworkScreen::opensForAPhone() {
    QVERIFY(choose("The clinic's network"));
    QVERIFY(fill(console_.get(), "Listens at", "0.0.0.0:0"));
    QVERIFY(press(console_.get(), "Save"));
    TRY_SHOWS(console_.get(), "Six words of the certificate");
    TRY_SHOWS(console_.get(), "/t/oak-street-clinic");
    TRY_SHOWS(console_.get(), "answers.");
    auto* code = console_->findChild<ui::QrView*>();
    QVERIFY(code && code->modules() >= 21);
    QTest::qWait(300);
    take("71-network-open");
    // The window itself knows this server's certificate: it may ask the new addresses.
    QTest::keySequence(console_.get(), QKeySequence("Ctrl+3"));
    TRY_SHOWS(console_.get(), "https://");
    QVERIFY(press(console_.get(), "Test Sign-in for patients"));
    TRY_SHOWS(console_.get(), "Answers: 200");
    take("74-home-open");
    QTest::keySequence(console_.get(), QKeySequence("Ctrl+Shift+N"));
    TRY_SHOWS(console_.get(), "Six words of the certificate");
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
    QTest::keySequence(console_.get(), QKeySequence("F5"));
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
    QVERIFY(!console_->findChild<ui::QrView*>() || !console_->findChild<ui::QrView*>()->isVisible());
}

POLYCLINIC_TEST(NetworkScreen)
#include "network_test.moc"
