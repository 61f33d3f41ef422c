// Patients, apps and access at the console, in two clinics, against the program itself; what the patients' side says of
// it through its own doors.

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QCryptographicHash>
#include <QJsonDocument>
#include <QMenu>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QTableView>

#include "api_client/api_client.h"
#include "first_clinic.h"
#include "jobs/import_page.h"
#include "made_up_records.h"
#include "people/code_sheet.h"
#include "people/invite_sheet.h"
#include "shell/workspace.h"
#include "test_case.h"
#include "web_visitor.h"
#include "widgets/overlay.h"
#include "widgets/table.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace polyclinic::ui;

class PeopleOfAClinic : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void cleanup() { pictureOfFailure(console_.get()); }
    void invitedPatientsJoin();
    void severalAreInvitedAtOnce();
    void theListFindsAndFilters();
    void signedInPatientsAreShownAndSignedOut();
    void resetCodesAskForTheTick();
    void anAppIsAddedInFourSteps();
    void appAccessIsShownAndStopped();
    void anAppThatIsOffIsDeadAtOnce();
    void accountsAreTurnedOffAndOn();
    void anotherClinicSeesNothingOfIt();
    void activityOfOnePatient();

  private:
    void go(const char* keys) { QTest::keySequence(console_.get(), QKeySequence(keys)); }
    Sheet* sheet() { return Sheet::openIn(console_.get()); }
    QTableView* table() {
        for (auto* each : console_->findChildren<QTableView*>()) {
            if (each->isVisible()) return each;
        }
        return nullptr;
    }
    int rows() { return table() ? table()->model()->rowCount() : 0; }
    QString cell(const QString& name, int column) {
        for (int row = 0; row < rows(); ++row) {
            if (table()->model()->index(row, 0).data().toString() == name) return table()->model()->index(row, column).data().toString();
        }
        return {};
    }
    bool select(const QString& name) {
        return QTest::qWaitFor([&] {
            for (int row = 0; row < rows(); ++row) {
                if (table()->model()->index(row, 0).data().toString() != name) continue;
                table()->selectRow(row);
                return true;
            }
            return false;
        }, patience);
    }
    bool find(const QString& text) {
        auto* filter = findInput(console_.get(), "Find by name, record number or birth date");
        if (!filter) return false;
        filter->setText(text);
        return true;
    }
    bool openPatient(const QString& name) {
        go("Ctrl+6");
        if (!find(name) || !select(name)) return false;
        QTest::keyClick(table(), Qt::Key_Return);
        return QTest::qWaitFor([&] { return shows(console_.get(), name) && findButton(console_.get(), "Back to the patients"); }, patience);
    }
    void tab(int index) {
        for (auto* tabs : console_->findChildren<QTabBar*>()) {
            if (tabs->isVisible()) tabs->setCurrentIndex(index);
        }
    }
    QUrl at(const QString& rest) const { return QUrl(server_->clinics.toString() + "/tenant/oak-street-clinic/" + rest); }
    /// With the code of a sheet to a password; answers whether the portal is open.
    bool join(WebVisitor& visitor, const Slip& slip, const QByteArray& birthDate, const QString& password);
    bool signIn(WebVisitor& visitor, const QString& username, const QString& password);

    std::unique_ptr<RealServer> server_;
    std::unique_ptr<Console> console_;
    QTemporaryDir files_;
    Slip slip_;         // of gui-1
    WebVisitor phone_;  // of gui-1
    QString clientId_, clientSecret_;
    QByteArray token_;
};

constexpr auto patientPassword = "willow-lantern-orbit-58";

void PeopleOfAClinic::initTestCase() {
    server_ = std::make_unique<RealServer>();
    console_ = std::make_unique<Console>(Console::Start{server_->operators, server_->setupSecret, true});
    console_->resize(1280, 820);
    console_->show();
    console_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(console_.get()));
    QVERIFY(createFirstClinic(*console_, "Oak Street Clinic"));
    const QString path = files_.filePath("records.ndjson");
    QVERIFY(writeFile(path, madeUpRecords(109)));
    QVERIFY(QFile::setPermissions(files_.path(), QFile::Permissions(0x7755)));
    go("Ctrl+Shift+I");
    console_->workspace()->findChild<ImportPage*>()->start({path});
    TRY_SHOWS(console_.get(), "218 added");
}

bool PeopleOfAClinic::join(WebVisitor& visitor, const Slip& slip, const QByteArray& birthDate, const QString& password) {
    QUrl page = slip.code.url;
    page.setFragment({});
    visitor.get(page);
    visitor.submit({{"code", slip.code.code}});
    const auto parts = QString::fromLatin1(birthDate).split('-');
    visitor.submit({{"day", parts[2]}, {"month", parts[1]}, {"year", parts[0]}});
    visitor.submit({{"password", password}});
    // After a reset the person signs in; after joining they are signed in.
    return visitor.status == 200 && !visitor.url.path().contains("/activate");
}

bool PeopleOfAClinic::signIn(WebVisitor& visitor, const QString& username, const QString& password) {
    visitor.get(at("patient/portal/sign-in"));
    visitor.submit({{"username", username}, {"password", password}});
    return visitor.status == 200 && !visitor.url.path().endsWith("/sign-in");
}

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
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 2, patience);  // phone and tablet
    QCOMPARE(cell("Jonas Berg", 1), slip_.code.username);
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

void PeopleOfAClinic::anAppIsAddedInFourSteps() {
    go("Ctrl+7");
    TRY_SHOWS(console_.get(), "No apps yet");
    QVERIFY(press(console_.get(), "Add app"));
    QVERIFY(press(sheet(), "Next"));
    QVERIFY(shows(sheet(), "What is the app called?") && shows(sheet(), "Patients are told who made it."));
    QVERIFY(fill(sheet(), "Name of the app", "Heart Diary"));
    QVERIFY(fill(sheet(), "Made by", "Pulse Labs"));
    QVERIFY(press(sheet(), "Next"));
    auto* redirects = findInput<QPlainTextEdit>(sheet(), "Where answers go (redirect addresses)");
    QVERIFY(redirects);
    for (const auto& [address, reason] : {std::pair{"http://heart.example/back", "http:// can be read on the way."},
                                          std::pair{"https://heart.example/back#x", "What follows the #"},
                                          std::pair{"https://*.heart.example/back", "No * in it"}}) {
        redirects->setPlainText(address);
        QVERIFY2(shows(sheet(), reason), address);
        QVERIFY(press(sheet(), "Next"));
        QVERIFY(shows(sheet(), "Step 2 of 4"));
    }
    redirects->setPlainText("https://heart.example/back");
    QVERIFY(press(sheet(), "Next"));
    QVERIFY(press(sheet(), "Measurements and lab results"));
    QVERIFY(press(sheet(), "It may keep access while the patient does not use it"));
    TRY_SHOWS(sheet(), "Allow Heart Diary to see your health record?");
    TRY_SHOWS(sheet(), "Your test results and measurements");
    QVERIFY(press(sheet(), "Next"));
    QVERIFY(press(sheet(), "It has a server of its own"));
    QVERIFY(fill(sheet(), "Does it sell information?", "No, never."));
    QVERIFY(press(sheet(), "Create app"));
    TRY_SHOWS(console_.get(), "The secret is shown only now.");
    clientId_ = findInput(console_.get(), "Client id")->text();
    clientSecret_ = findInput(console_.get(), "Client secret")->text();
    QVERIFY(!clientId_.isEmpty() && clientSecret_.size() >= 20);
    QVERIFY(press(sheet(), "I have copied it"));
    QTRY_COMPARE_WITH_TIMEOUT(cell("Heart Diary", 1), QString("Pulse Labs"), patience);
    QCOMPARE(cell("Heart Diary", 2), QString("On"));
    go("Ctrl+3");
    QTest::qWait(500);
    QVERIFY(!shows(console_.get(), "Heart Diary"));  // it is no system of the clinic
}

void PeopleOfAClinic::appAccessIsShownAndStopped() {
    const QByteArray verifier = "willow-lantern-orbit-verifier-0123456789-abcdefghij";
    const QByteArray challenge = QCryptographicHash::hash(verifier, QCryptographicHash::Sha256)
                                     .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    QUrl authorize = at("patient/auth/authorize");
    authorize.setQuery("response_type=code&client_id=" + clientId_ + "&redirect_uri=https%3A%2F%2Fheart.example%2Fback&state=xyz" +
                       "&scope=launch%2Fpatient%20openid%20fhirUser%20offline_access%20patient%2FPatient.rs%20patient%2FObservation.rs&aud=" +
                       QUrl::toPercentEncoding(at("patient/smart-api").toString()) + "&code_challenge_method=S256&code_challenge=" + challenge);
    phone_.get(authorize);
    QVERIFY2(phone_.shows("Heart Diary") && phone_.shows("No, never."), phone_.page);
    phone_.submit({{"decision", "allow"}});
    QCOMPARE(phone_.elsewhere.host(), QString("heart.example"));
    const QString code = QUrlQuery(phone_.elsewhere).queryItemValue("code");
    QVERIFY2(!code.isEmpty(), qPrintable(phone_.elsewhere.toString()));
    const QByteArray answer = phone_.post(at("patient/auth/token"),
                                          "grant_type=authorization_code&redirect_uri=https%3A%2F%2Fheart.example%2Fback&code_verifier=" + verifier +
                                              "&code=" + code.toUtf8(),
                                          (clientId_ + ':' + clientSecret_).toUtf8());
    token_ = QJsonDocument::fromJson(answer)["access_token"].toString().toUtf8();
    QVERIFY2(!token_.isEmpty(), answer);
    QCOMPARE(phone_.statusWith(at("patient/smart-api/Patient/gui-1"), token_), 200);

    go("Ctrl+8");
    QTRY_COMPARE_WITH_TIMEOUT(cell("Jonas Berg", 1), QString("Heart Diary"), patience);
    QTRY_VERIFY_WITH_TIMEOUT(cell("Jonas Berg", 2).contains("test results", Qt::CaseInsensitive), patience);
    QCOMPARE(cell("Jonas Berg", 6), QString("On"));
    QVERIFY(cell("Jonas Berg", 5).startsWith("today at"));
    go("Ctrl+7");
    QTRY_COMPARE_WITH_TIMEOUT(cell("Heart Diary", 4), QString("1"), patience);
    go("Ctrl+6");
    QTRY_COMPARE_WITH_TIMEOUT(cell("Jonas Berg", 5), QString("1"), patience);

    go("Ctrl+8");
    QVERIFY(select("Jonas Berg"));
    QVERIFY(press(console_.get(), "Stop access"));
    QVERIFY(shows(sheet(), "Stop Heart Diary for Jonas Berg?"));
    QVERIFY(press(sheet(), "Stop access"));
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 0, patience);
    QTRY_COMPARE_WITH_TIMEOUT(phone_.statusWith(at("patient/smart-api/Patient/gui-1"), token_), 401, patience);
    QVERIFY(press(console_.get(), "Past ones too"));
    QTRY_COMPARE_WITH_TIMEOUT(cell("Jonas Berg", 6), QString("Stopped by the clinic"), patience);
    QVERIFY(press(console_.get(), "Past ones too"));
}

void PeopleOfAClinic::anAppThatIsOffIsDeadAtOnce() {
    go("Ctrl+7");
    QVERIFY(select("Heart Diary"));
    QTest::keyClick(table(), Qt::Key_Return);
    TRY_SHOWS(console_.get(), "Allow Heart Diary to see your health record?");
    auto* language = findInput<QComboBox>(console_.get(), "Language of the consent page");
    language->setCurrentIndex(language->findData("es"));
    emit language->activated(language->currentIndex());
    QTRY_VERIFY_WITH_TIMEOUT(!shows(console_.get(), "Allow Heart Diary to see your health record?") && shows(console_.get(), "Heart Diary"), patience);
    QVERIFY(fill(console_.get(), "Made by", "Pulse Laboratories"));
    QVERIFY(press(console_.get(), "Save"));
    TRY_SHOWS(console_.get(), "made by Pulse Laboratories");
    QVERIFY(press(console_.get(), "Turn off"));
    QVERIFY(press(sheet(), "Turn off"));
    TRY_SHOWS(console_.get(), "off: nobody can use it");
    QUrl authorize = at("patient/auth/authorize");
    authorize.setQuery("response_type=code&client_id=" + clientId_ + "&redirect_uri=https%3A%2F%2Fheart.example%2Fback");
    phone_.get(authorize);
    QVERIFY(phone_.status >= 400 && phone_.elsewhere.isEmpty());
    QVERIFY(press(console_.get(), "Turn on"));
    TRY_SHOWS(console_.get(), "Heart Diary is on again.");
    QVERIFY(press(console_.get(), QString::fromUtf8("New secret…")));
    QVERIFY(press(sheet(), "Make a new secret"));
    TRY_SHOWS(console_.get(), "The secret is shown only now.");
    QVERIFY(findInput(console_.get(), "Client secret")->text() != clientSecret_);
    QVERIFY(press(sheet(), "I have copied it"));
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
        QVERIFY2(!each->isVisible() || (!each->text().contains("Jonas") && !each->text().contains("Heart Diary")), qPrintable(each->text()));
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
    QSet<QString> who;
    for (int row = 0; row < rows(); ++row) who << table()->model()->index(row, 1).data().toString();
    QVERIFY(who.contains("Heart Diary") && who.contains(operatorName) && who.contains(slip_.code.username));
    for (int row = 0; row < rows(); ++row) {
        QVERIFY(!table()->model()->index(row, 3).data().toString().startsWith("Patient/gui-2"));
    }
}

POLYCLINIC_TEST(PeopleOfAClinic)
#include "people_test.moc"
