// Who runs the server, worked at the window: a person more, one fewer, a program, another password.

#include <QMenu>
#include <QToolButton>

#include "api_client/api_client.h"
#include "console_test.h"
#include "server_database.h"
#include "shell/workspace.h"
#include "sign_in/sign_in_flow.h"
#include "test_case.h"
#include "widgets/overlay.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace polyclinic::ui;

class OperatorsScreen : public ConsoleTest {
    Q_OBJECT
  public:
    OperatorsScreen() : ConsoleTest(Where::inAnother) {}

  private slots:
    void initTestCase();
    void aPersonIsAddedByWhoProvesThemselves();
    void turnedOffAndOnAndRemoved();
    void aProgramsSecretIsShownOnce();
    void whoWasAwayIsAskedForThePassword();
    void lockingDropsWhatIsUnderWay();
    void ownPasswordIsChanged();

  private:
    template <class T>
    ui::Result<T> wait(QFuture<ui::Result<T>> future) {
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, patience)) qFatal("No answer in time");
        return future.result();
    }
    bool canSignIn(const QString& name, const QString& password) {
        SignInFlow flow(server_->operators);
        return wait(flow.signIn(name, password)).ok();
    }
    /// Chooses from the menu of that line.
    bool choose(const QString& name, const QString& words) {
        QToolButton* more = nullptr;
        if (!QTest::qWaitFor([&] { return (more = qobject_cast<QToolButton*>(findButton(console_.get(), "What to do with " + name))); },
                             patience))
            return false;
        for (QAction* each : more->menu()->actions())
            if (each->text() == words) return each->trigger(), true;
        return false;
    }
};

namespace {

constexpr auto gracesPassword = "copper-meadow-window-17";

}  // namespace

void OperatorsScreen::initTestCase() {
    open();
    QVERIFY(createFirstClinic("Oak Street Clinic"));
    go("Ctrl+Shift+O");
    TRY_SHOWS(console_.get(), "Who runs this server");
    TRY_SHOWS(console_.get(), "You");
    QVERIFY(shows(console_.get(), "Last signed in today"));
    QVERIFY(shows(console_.get(), "None. A script"));
}

void OperatorsScreen::aPersonIsAddedByWhoProvesThemselves() {
    QVERIFY(press(console_.get(), "Add a person"));
    QVERIFY(press(sheet(), "Add person"));
    QVERIFY(shows(sheet(), "Choose a name to sign in with."));
    QVERIFY(shows(sheet(), "Choose a password of 12 characters or more."));
    QVERIFY(shows(sheet(), "Enter the password that you sign in with."));
    QVERIFY(fill(sheet(), "Their user name", "grace"));
    QVERIFY(fill(sheet(), "A password to begin with", gracesPassword));
    QVERIFY(fill(sheet(), "Your own password", "not-the-password-at-all"));
    QVERIFY(press(sheet(), "Add person"));
    TRY_SHOWS(sheet(), "The password is wrong.");
    QVERIFY(!canSignIn("grace", gracesPassword));
    QCOMPARE(findInput(sheet(), "Their user name")->text(), QString("grace"));
    take("46-add-operator");
    QVERIFY(fill(sheet(), "Your own password", operatorPassword));
    QVERIFY(press(sheet(), "Add person"));
    TRY_SHOWS(console_.get(), "grace can sign in now.");
    TRY_SHOWS(console_.get(), "Has not signed in yet.");
    QVERIFY(canSignIn("grace", gracesPassword));
}

void OperatorsScreen::turnedOffAndOnAndRemoved() {
    SignInFlow flow(server_->operators);
    ApiClient api(server_->operators);
    const auto token = wait(flow.signIn("grace", gracesPassword));
    QVERIFY(token.ok());
    api.channel().setAccessToken(*token);
    QVERIFY(wait(api.server()).ok());
    QVERIFY(choose("grace", "Turn off"));
    TRY_SHOWS(console_.get(), "Turned off: cannot sign in.");
    QCOMPARE(wait(api.server()).error().status, 401);
    QVERIFY(!canSignIn("grace", gracesPassword));
    QVERIFY(choose("grace", "Turn on"));
    QTRY_VERIFY_WITH_TIMEOUT(!shows(console_.get(), "Turned off"), patience);
    QVERIFY(canSignIn("grace", gracesPassword));
    take("45-operators");

    QVERIFY(choose("grace", QString::fromUtf8("Remove…")));
    TRY_SHOWS(sheet(), "Remove grace?");
    QVERIFY(press(sheet(), "Cancel"));
    QVERIFY(canSignIn("grace", gracesPassword));
    QVERIFY(choose("grace", QString::fromUtf8("Remove…")));
    QVERIFY(press(sheet(), "Remove"));
    QTRY_VERIFY_WITH_TIMEOUT(!findButton(console_.get(), "What to do with grace"), patience);
    QVERIFY(!canSignIn("grace", gracesPassword));
}

void OperatorsScreen::aProgramsSecretIsShownOnce() {
    QVERIFY(press(console_.get(), "Add a program"));
    QVERIFY(fill(sheet(), "Name", "Nightly report"));
    QVERIFY(fill(sheet(), "Your own password", operatorPassword));
    QVERIFY(press(sheet(), "Add program"));
    TRY_SHOWS(console_.get(), "The secret is shown only now.");
    QVERIFY(findInput(sheet(), "Client secret")->text().startsWith("pos_"));
    QCOMPARE(findInput(sheet(), "Client id")->text().size(), 36);
    closeSheet();
    TRY_SHOWS(console_.get(), "and not used yet.");
    QVERIFY(choose("Nightly report", QString::fromUtf8("Remove…")));
    QVERIFY(press(sheet(), "Remove"));
    TRY_SHOWS(console_.get(), "None. A script");
}

void OperatorsScreen::whoWasAwayIsAskedForThePassword() {
    QVERIFY(press(console_.get(), "Add a person"));
    QVERIFY(fill(sheet(), "Their user name", "hugo"));
    QVERIFY(fill(sheet(), "A password to begin with", gracesPassword));
    QVERIFY(fill(sheet(), "Your own password", operatorPassword));
    QVERIFY(press(sheet(), "Add person"));
    TRY_SHOWS(console_.get(), "hugo can sign in now.");
    ServerDatabase(std::filesystem::path(server_->dataDirectory().toStdString()))
        .asSuperuser("UPDATE operator_grant SET created = created - interval '6 minutes'");
    QTest::qWait(1100);  // the server remembers a token for a second
    QVERIFY(choose("hugo", QString::fromUtf8("Remove…")));
    QVERIFY(press(sheet(), "Remove"));
    TRY_SHOWS(console_.get(), "Is it you, maria?");
    QVERIFY(findButton(console_.get(), "What to do with hugo"));
    QVERIFY(fill(sheet(), "Password", operatorPassword));
    QVERIFY(press(sheet(), "Go on"));
    QTRY_VERIFY_WITH_TIMEOUT(!findButton(console_.get(), "What to do with hugo"), patience);
}

void OperatorsScreen::lockingDropsWhatIsUnderWay() {
    QVERIFY(press(console_.get(), "Add a person"));
    QVERIFY(fill(sheet(), "Their user name", "ivan"));
    QVERIFY(fill(sheet(), "A password to begin with", gracesPassword));
    QVERIFY(fill(sheet(), "Your own password", operatorPassword));
    findButton(sheet(), "Add person")->click();
    console_->lock();
    QVERIFY(!sheet());
    TRY_SHOWS(console_.get(), "The console is locked.");
    QTest::qWait(1500);  // longer than the sign-in takes that was under way
    QVERIFY(!sheet());
    QVERIFY(!canSignIn("ivan", gracesPassword));
    QVERIFY(fill(console_.get(), "Password", operatorPassword));
    QVERIFY(press(console_.get(), "Sign in"));
    TRY_SHOWS(console_.get(), "Who runs this server");
}

void OperatorsScreen::ownPasswordIsChanged() {
    QVERIFY(press(console_.get(), "Change password"));
    TRY_SHOWS(console_.get(), "Change your password");
    QVERIFY(fill(sheet(), "Your password now", operatorPassword));
    QVERIFY(fill(sheet(), "Your new password", "maria-maria-1"));
    QVERIFY(press(sheet(), "Change password"));
    TRY_SHOWS(sheet(), "Make it longer or less usual.");
    take("47-change-password");
    QVERIFY(fill(sheet(), "Your new password", "orchard-thimble-glacier-8"));
    QVERIFY(press(sheet(), "Change password"));
    TRY_SHOWS(console_.get(), "Your password is changed.");
    QVERIFY(!canSignIn(operatorName, operatorPassword));
    QVERIFY(canSignIn(operatorName, "orchard-thimble-glacier-8"));
    // The window works on.
    go("Ctrl+2");
    TRY_SHOWS(console_.get(), "Clinics");
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 1, patience);
}

POLYCLINIC_TEST(OperatorsScreen)
#include "operators_test.moc"
