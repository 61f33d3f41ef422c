// Patients at the console: invited, found, signed out, given another code, turned off; and what closing the window means
// to them.

#include <QClipboard>
#include <QComboBox>
#include <QSignalSpy>

#include "people/code_sheet.h"
#include "people/invite_sheet.h"
#include "people_of_a_clinic.h"
#include "shell/workspace.h"
#include "widgets/table.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace polyclinic::ui;

constexpr auto patientPassword = "willow-lantern-orbit-58";

void PeopleOfAClinic::invitedPatientsJoin() {
    go("Ctrl+6");
    QVERIFY(find("MR-10001"));
    QVERIFY(select("Jonas Berg"));
    QCOMPARE(cell("Jonas Berg", 3), QString("Not invited"));
    QCOMPARE(cell("Jonas Berg", 1), QString("15 Feb 1941"));
    QVERIFY(press(console_.get(), "Invite to portal"));
    QVERIFY(shows(sheet(), "Born 15 Feb 1941"));
    auto* invite = qobject_cast<InviteSheet*>(sheet());
    QVERIFY(!findButton(sheet(), "Print"));  // there is no code yet
    QVERIFY(press(sheet(), "Invite"));
    TRY_SHOWS(console_.get(), "The invitation is made.");
    QCOMPARE(invite->panel().slips().size(), 1);
    slip_ = invite->panel().slips().first();
    QVERIFY2(QRegularExpression("^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$").match(slip_.code.code).hasMatch(),
             qPrintable(slip_.code.code));
    QVERIFY(slip_.code.username.startsWith("jonas"));
    QCOMPARE(slip_.code.url.path(), QString("/tenant/oak-street-clinic/patient/portal/activate"));
    QCOMPARE(slip_.code.url.fragment(), slip_.code.code);
    QVERIFY(press(sheet(), "Copy code"));
    QCOMPARE(QApplication::clipboard()->text(), slip_.code.code);
    const QString pdf = files_.filePath("slip.pdf");
    QVERIFY(invite->panel().savePdf(pdf));
    QFile file(pdf);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().startsWith("%PDF-"));
    QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    QVERIFY(!invite->panel().savePdf("/nowhere/at/all.pdf"));
    QVERIFY(press(sheet(), "Done"));
    QTRY_VERIFY_WITH_TIMEOUT(cell("Jonas Berg", 3).startsWith("Invited until"), patience);

    QVERIFY(join(phone_, slip_, "1941-02-15", patientPassword));
    WebVisitor again;
    QVERIFY(!join(again, slip_, "1941-02-15", "another-lantern-orbit-59"));  // the code works once
    WebVisitor tablet;
    QVERIFY(signIn(tablet, slip_.code.username, patientPassword));
    go("F5");
    QTRY_COMPARE_WITH_TIMEOUT(cell("Jonas Berg", 3), QString("Active"), patience);
    QVERIFY(cell("Jonas Berg", 4).startsWith("today at"));
}

void PeopleOfAClinic::severalAreInvitedAtOnce() {
    QVERIFY(find(""));
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 100, patience);
    TRY_SHOWS(console_.get(), "100 of 109");
    table()->clearSelection();
    int chosen = 0;
    for (int row = 0; chosen < 3; ++row) {
        if (table()->model()->index(row, 3).data().toString() != "Not invited") continue;
        table()->selectionModel()->select(table()->model()->index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        ++chosen;
    }
    QVERIFY(press(console_.get(), "Invite 3 to portal"));
    auto* invite = qobject_cast<InviteSheet*>(sheet());
    QVERIFY(press(sheet(), "Invite 3 patients"));
    TRY_SHOWS(console_.get(), "3 invitations are made.");
    QSet<QString> codes;
    for (const Slip& each : invite->panel().slips()) codes << each.code.code;
    QCOMPARE(codes.size(), 3);
    const QString pdf = files_.filePath("slips.pdf");
    QVERIFY(invite->panel().savePdf(pdf));
    QFile file(pdf);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("/Count 3"));
    QVERIFY(press(sheet(), "Done"));
}

void PeopleOfAClinic::theListFindsAndFilters() {
    QVERIFY(find("alvarez maria"));
    QTRY_VERIFY_WITH_TIMEOUT(rows() > 0 && rows() < 100 && cell("Maria Alvarez", 0) == "Maria Alvarez", patience);
    QVERIFY(find("1941-02-15"));
    QTRY_COMPARE_WITH_TIMEOUT(cell("Jonas Berg", 2), QString("MR-10001"), patience);
    QVERIFY(find("nobody-of-this-name"));
    TRY_SHOWS(console_.get(), "No patients here");
    QVERIFY(find(""));
    auto* status = findInput<QComboBox>(console_.get(), "Portal status");
    QVERIFY(status);
    status->setCurrentIndex(2);  // Invited
    emit status->activated(2);
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 3, patience);
    status->setCurrentIndex(3);  // Active
    emit status->activated(3);
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 1, patience);
    QCOMPARE(cell("Jonas Berg", 3), QString("Active"));
    status->setCurrentIndex(0);
    emit status->activated(0);
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 100, patience);
    // What leaves the window: the titles, and a name that no spreadsheet computes with.
    const QByteArray csv = console_->workspace()->findChild<Table*>() ? [this] {
        for (auto* each : console_->findChildren<Table*>()) {
            if (each->isVisible()) return each->csv();
        }
        return QByteArray();
    }() : QByteArray();
    QVERIFY(csv.startsWith("\xef\xbb\xbfName,Born,Record no.,Portal,Last sign-in,Apps\r\n"));
    QVERIFY(csv.contains("\r\nJonas Berg,15 Feb 1941,MR-10001,Active,"));
    QCOMPARE(csv.count("\r\n"), 101);
}

void PeopleOfAClinic::signedInPatientsAreShownAndSignedOut() {
    go("Ctrl+9");
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 2, patience);                                   // phone and tablet
    QTRY_COMPARE_WITH_TIMEOUT(cell("Jonas Berg", 1), slip_.code.username, patience);  // once the name has come
    QCOMPARE(cell("Jonas Berg", 2), QString("Chrome on Android"));
    table()->selectAll();
    QVERIFY(press(console_.get(), "Sign out"));  // the button of the list, not of the console
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 0, patience);
    TRY_SHOWS(console_.get(), "Nobody is signed in");
    phone_.get(at("patient/portal/apps"));
    QVERIFY2(phone_.url.path().endsWith("/sign-in"), qPrintable(phone_.url.toString()));
}

void PeopleOfAClinic::resetCodesAskForTheTick() {
    QVERIFY(openPatient("Jonas Berg"));
    QVERIFY(press(console_.get(), "Reset code"));
    auto* code = qobject_cast<CodeSheet*>(sheet());
    QVERIFY(code);
    QVERIFY(!findButton(sheet(), "Make the code")->isEnabled());
    QVERIFY(press(sheet(), "I checked their identity"));
    QVERIFY(press(sheet(), "Make the code"));
    TRY_SHOWS(console_.get(), "The code is shown only now.");
    const Slip first = code->panel().slips().first();
    QVERIFY(shows(sheet(), first.code.code));
    QVERIFY(press(sheet(), "Done"));
    // A new one kills the old.
    QVERIFY(press(console_.get(), "Reset code"));
    QVERIFY(press(sheet(), "I checked their identity"));
    QVERIFY(press(sheet(), "Make the code"));
    TRY_SHOWS(console_.get(), "The code is shown only now.");
    const Slip second = qobject_cast<CodeSheet*>(sheet())->panel().slips().first();
    QVERIFY(press(sheet(), "Done"));
    WebVisitor visitor;
    QVERIFY(!join(visitor, first, "1941-02-15", "amber-lantern-orbit-71"));
    QVERIFY(join(phone_, second, "1941-02-15", "amber-lantern-orbit-71"));
    QVERIFY(!signIn(visitor, slip_.code.username, patientPassword));
    QVERIFY(signIn(phone_, slip_.code.username, "amber-lantern-orbit-71"));
}

void PeopleOfAClinic::accountsAreTurnedOffAndOn() {
    QVERIFY(openPatient("Jonas Berg"));
    TRY_SHOWS(console_.get(), "Portal account");
    QVERIFY(fill(console_.get(), "E-mail", "jonas@example.org"));
    QVERIFY(press(console_.get(), "Save"));
    TRY_SHOWS(console_.get(), "Saved.");
    QVERIFY(press(console_.get(), "Turn off"));
    QVERIFY(press(sheet(), "Turn off"));
    TRY_SHOWS(console_.get(), "The account is off.");
    WebVisitor visitor;
    QVERIFY(!signIn(visitor, slip_.code.username, "amber-lantern-orbit-71"));
    phone_.get(at("patient/portal/apps"));
    QVERIFY(phone_.url.path().endsWith("/sign-in"));
    QVERIFY(press(console_.get(), "Turn on"));
    TRY_SHOWS(console_.get(), "The account is on again.");
    QVERIFY(signIn(visitor, slip_.code.username, "amber-lantern-orbit-71"));
    QCOMPARE(findInput(console_.get(), "E-mail")->text(), QString("jonas@example.org"));
}

void PeopleOfAClinic::whatIsTypedStays() {
    QVERIFY(openPatient("Jonas Berg"));
    TRY_SHOWS(console_.get(), "Portal account");
    QVERIFY(fill(console_.get(), "E-mail", "typed@example.org"));
    go("F5");
    QVERIFY(press(console_.get(), "Turn off"));
    QVERIFY(press(sheet(), "Turn off"));
    TRY_SHOWS(console_.get(), "The account is off.");
    QCOMPARE(findInput(console_.get(), "E-mail")->text(), QString("typed@example.org"));
    QVERIFY(press(console_.get(), "Turn on"));
    TRY_SHOWS(console_.get(), "The account is on again.");
    QVERIFY(press(console_.get(), "Save"));
    TRY_SHOWS(console_.get(), "Saved.");
    // Another patient's page holds nothing of it.
    QVERIFY(openPatient("Aisha Diallo"));
    QTRY_VERIFY_WITH_TIMEOUT(findButton(console_.get(), "Invite to portal") || findInput(console_.get(), "E-mail"), patience);
    QVERIFY(!findInput(console_.get(), "E-mail") || findInput(console_.get(), "E-mail")->text().isEmpty());
    QVERIFY(openPatient("Jonas Berg"));
    QTRY_VERIFY_WITH_TIMEOUT(findInput(console_.get(), "E-mail") && findInput(console_.get(), "E-mail")->text() == "typed@example.org",
                             patience);

    go("Ctrl+7");
    QVERIFY(select("Heart Diary"));
    QTest::keyClick(table(), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(findInput(console_.get(), "What it is for"), patience);
    QVERIFY(fill(console_.get(), "What it is for", "Typed, not saved"));
    QVERIFY(press(console_.get(), "Turn off"));
    QVERIFY(press(sheet(), "Turn off"));
    TRY_SHOWS(console_.get(), "off: nobody can use it");
    QCOMPARE(findInput(console_.get(), "What it is for")->text(), QString("Typed, not saved"));
    QVERIFY(press(console_.get(), "Turn on"));
    TRY_SHOWS(console_.get(), "Heart Diary is on again.");

    go("Ctrl+4");
    TRY_SHOWS(console_.get(), "50, and more on the server");
    QVERIFY(fill(console_.get(), "Search as an address", "Zeb"));
    go("F5");
    QTest::qWait(300);
    QCOMPARE(findInput(console_.get(), "Search as an address")->text(), QString("Zeb"));
    QVERIFY(!shows(console_.get(), "This search does not work"));
}

void PeopleOfAClinic::anotherClinicSeesNothingOfIt() {
    go("Ctrl+N");
    QVERIFY(fill(console_.get(), "Name", "Riverside Practice"));
    QVERIFY(press(sheet(), "Create clinic"));
    QTRY_VERIFY_WITH_TIMEOUT(!sheet() && shows(console_.get(), "Riverside Practice"), 3 * patience);
    go("Ctrl+6");
    TRY_SHOWS(console_.get(), "No patients here");
    go("Ctrl+7");
    TRY_SHOWS(console_.get(), "No apps yet");
    go("Ctrl+8");
    TRY_SHOWS(console_.get(), "No patient shares with an app yet");
    go("Ctrl+9");
    TRY_SHOWS(console_.get(), "Nobody is signed in");
    for (auto* each : console_->findChildren<QLabel*>()) {
        QVERIFY2(!each->isVisible() || (!each->text().contains("Jonas") && !each->text().contains("Heart Diary")),
                 qPrintable(each->text()));
    }
    console_->workspace()->openClinic(QString("oak-street-clinic"));
    TRY_SHOWS(console_.get(), "Getting ready");
}

void PeopleOfAClinic::activityOfOnePatient() {
    QVERIFY(openPatient("Jonas Berg"));
    tab(3);
    const auto did = [this](const QString& what) {
        for (int row = 0; row < rows(); ++row) {
            if (table()->model()->index(row, 2).data().toString() == what) return true;
        }
        return false;
    };
    for (const char* what : {"Invited", "Joined", "Signed in", "Reset code for", "Read"}) {
        QTRY_VERIFY2_WITH_TIMEOUT(did(what), what, patience);
    }
    // Names come after the events.
    const auto who = [this] {
        QSet<QString> names;
        for (int row = 0; row < rows(); ++row) names << table()->model()->index(row, 1).data().toString();
        return names;
    };
    QTRY_VERIFY_WITH_TIMEOUT(who().contains(QSet<QString>{"Heart Diary", operatorName, slip_.code.username}), patience);
    for (int row = 0; row < rows(); ++row) {
        QVERIFY(!table()->model()->index(row, 3).data().toString().startsWith("Patient/gui-2"));
    }
}

void PeopleOfAClinic::closingSparesPatientsWhoAreSignedIn() {
    WebVisitor visitor, tablet;
    QVERIFY(signIn(visitor, slip_.code.username, "amber-lantern-orbit-71"));
    QVERIFY(signIn(tablet, slip_.code.username, "amber-lantern-orbit-71"));
    QSignalSpy gone(console_.get(), &Console::closeWanted);
    console_->close();
    TRY_SHOWS(console_.get(), "Stop the portal for a patient who is signed in?");  // one person on two devices
    QVERIFY(press(sheet(), "Cancel"));
    // With a tray the window goes there; the first time it says so.
    console_->setTray(true);
    console_->close();
    TRY_SHOWS(console_.get(), "The clinics go on while the window is closed");
    QVERIFY(console_->isVisible());
    QVERIFY(press(sheet(), "Hide the window"));
    QTRY_VERIFY(!console_->isVisible());
    tablet.get(at("patient/portal/apps"));
    QCOMPARE(tablet.status, 200);
    QVERIFY(tablet.url.path().endsWith("/apps"));
    console_->comeForward();
    QVERIFY(console_->isVisible());
    console_->close();
    QTRY_VERIFY_WITH_TIMEOUT(!console_->isVisible(), patience);
    // The way out that the tray offers.
    console_->askToStop();
    TRY_SHOWS(console_.get(), "Stop the portal for a patient who is signed in?");
    QCOMPARE(gone.count(), 0);
    QVERIFY(press(sheet(), "Stop and close"));
    QTRY_COMPARE_WITH_TIMEOUT(gone.count(), 1, patience);
    QVERIFY(!console_->isVisible());
}
