// Pictures of every screen, light and dark, with records, empty and broken: for people to look at
// (./dev screens sets POLYCLINIC_SCREENS to the folder; without it they go to a folder that is dropped again).

#include <QAction>
#include <QPlainTextEdit>

#include "console_test.h"
#include "jobs/import_page.h"
#include "made_up_records.h"
#include "settings/about_sheet.h"
#include "shell/command_palette.h"
#include "shell/workspace.h"
#include "tenants/address_row.h"
#include "test_case.h"
#include "widgets/overlay.h"
#include "widgets/theme.h"

using namespace polyclinic;
using namespace polyclinic::test;

class Screens : public ConsoleTest {
    Q_OBJECT
  public:
    Screens() : ConsoleTest(Where::inAnother) {}

  private slots:
    void starting();
    void lightAndDark();
    void welcome();
    void firstClinic();
    void importing();
    void clinicHome();
    void records();
    void activity();
    void clinics();
    void overview();
    void settingsAndCommands();
    void smallWindow();
    void signIn();
    void unreachable();
};

void Screens::starting() {
    console_ = std::make_unique<ui::Console>();
    console_->resize(1280, 820);
    console_->show();
    console_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(console_.get(), patience));
    console_->showStarting("Making the database");
    take("01-starting");
    console_->showFailure("Port 8080 is used by nginx (process 812).", "Stop nginx, or start Polyclinic with --listen 127.0.0.1:8090.");
    QVERIFY(shows(console_.get(), "nginx (process 812)"));
    take("02-start-failed");
}

void Screens::lightAndDark() {
    using Choice = ui::Theme::Choice;
    for (const Choice each : {Choice::Dark, Choice::HighContrast, Choice::Light}) {
        ui::Theme::instance().apply(each);
        const QImage shown = console_->grab().toImage();
        QCOMPARE(shown.pixelColor(shown.width() - 3, shown.height() - 3).lightness() < 128, each != Choice::Light);
    }
}

void Screens::welcome() {
    server_ = std::make_unique<RealServer>(where_);
    console_->connectTo({server_->operators, server_->setupSecret, false});
    take("03-welcome");
    QVERIFY(press(console_.get(), "Create clinic"));
    QVERIFY(shows(console_.get(), "What is the clinic called?"));
    QVERIFY(fill(console_.get(), "Your password", "passwordpassword"));
    take("04-welcome-errors");
}

void Screens::firstClinic() {
    QVERIFY(createFirstClinic("Oak Street Clinic"));
    take("05-clinic-new");
    go("Ctrl+4");
    TRY_SHOWS(console_.get(), "No records here");
    take("06-records-empty");
    go("Ctrl+5");
    QTRY_VERIFY_WITH_TIMEOUT(rows() > 0, patience);
    settle(400);
    take("07-activity-new");
}

void Screens::importing() {
    go("Ctrl+Shift+I");
    take("12-import");
    QByteArray lines = madeUpRecords(400);
    lines += R"({"resourceType":"Patient","id":"broken","birthDate":"yesterday"})"
             "\n"
             R"({"resourceType":"Patien)"
             "\n";
    const QString path = files_.filePath("records.ndjson");
    QVERIFY(writeFile(path, lines));
    QVERIFY(QFile::setPermissions(files_.path(), QFile::Permissions(0x7755)));
    console_->workspace()->findChild<ui::ImportPage*>()->start({path});
    QTRY_VERIFY_WITH_TIMEOUT(findButton(console_.get(), "Cancel"), patience);
    take("13-importing");
    TRY_SHOWS(console_.get(), "Imported, with refusals");
    take("14-imported");
}

void Screens::clinicHome() {
    go("Ctrl+3");
    TRY_SHOWS(console_.get(), "800");
    QVERIFY(press(console_.get(), "Test"));
    TRY_SHOWS(console_.get(), "Answers: 200");
    go("Ctrl+Shift+A");
    QVERIFY(fill(console_.get(), "Name", "Laboratory interface"));
    QVERIFY(press(console_.get(), "Only some kinds of record"));
    QVERIFY(press(sheet(), "Patients"));
    QVERIFY(press(sheet(), "Measurements and lab results"));
    take("08-add-system");
    QVERIFY(press(sheet(), "Add system"));
    TRY_SHOWS(console_.get(), "The secret is shown only now");
    take("09-secret");
    closeSheet();
    TRY_SHOWS(console_.get(), "Laboratory interface");
    take("10-clinic-home");
    QVERIFY(press(console_.get(), "Show the QR code of Records (FHIR API)"));
    take("11-qr");
    closeSheet();
}

void Screens::records() {
    go("Ctrl+4");
    TRY_SHOWS(console_.get(), "50, and more on the server");
    table()->selectRow(2);
    const auto shownText = [this] {
        for (auto* each : console_->findChildren<QPlainTextEdit*>())
            if (each->isVisible()) return each->toPlainText();
        return QString();
    };
    QTRY_VERIFY_WITH_TIMEOUT(shownText().contains("resourceType"), patience);
    take("15-records");
    auto* query = findInput(console_.get(), "Search as an address");
    query->setText("Zebra?name=x");
    QTest::keyClick(query, Qt::Key_Return);
    TRY_SHOWS(console_.get(), "This search does not work");
    take("16-records-error");
}

void Screens::activity() {
    go("Ctrl+5");
    // What the parts before this one did, in words.
    for (const char* what : {"Registered", "Searched"}) {
        const auto did = [&] {
            for (int row = 0; row < rows(); ++row) {
                if (table()->model()->index(row, 2).data().toString() == what) return true;
            }
            return false;
        };
        QTRY_VERIFY2_WITH_TIMEOUT(did(), what, patience);
    }
    for (int row = 0; row < rows(); ++row) QVERIFY(!table()->model()->index(row, 4).data().toString().isEmpty());
    settle(700);
    take("17-activity");
}

void Screens::clinics() {
    for (const auto& [name, phone] : {std::pair{"Riverside Family Practice", "+1 555 0142"}, std::pair{"Clínica del Sol", ""}}) {
        go("Ctrl+N");
        QVERIFY(fill(console_.get(), "Name", QString::fromUtf8(name)));
        QVERIFY(fill(console_.get(), "Phone", phone));
        if (*phone) take("18-new-clinic");
        QVERIFY(press(sheet(), "Create clinic"));
        QTRY_VERIFY_WITH_TIMEOUT(!sheet(), 3 * patience);
    }
    go("Ctrl+N");
    QVERIFY(fill(console_.get(), "Name", "Oak Street Clinic"));
    QVERIFY(press(sheet(), "Create clinic"));
    TRY_SHOWS(console_.get(), "Another clinic has this id.");
    QTRY_VERIFY_WITH_TIMEOUT(findButton(console_.get(), "Use the id oak-street-clinic-2"), patience);
    settle(300);
    take("19-id-taken");
    closeSheet();
    go("Ctrl+2");
    TRY_SHOWS(console_.get(), "3 of 3");
    table()->selectRow(1);
    take("20-clinics");
    table()->setFocus();
    QTest::keyClick(table(), Qt::Key_Delete);
    QTRY_VERIFY_WITH_TIMEOUT(findButton(console_.get(), "Undo"), patience);
    take("21-trashed");
    tab(1);
    settle(400);
    take("22-trash");
    QVERIFY(select("Oak Street Clinic"));
    QVERIFY(press(console_.get(), "Restore"));
    TRY_SHOWS(console_.get(), "The trash is empty");
}

void Screens::overview() {
    go("Ctrl+1");
    TRY_SHOWS(console_.get(), "Running");
    settle(300);
    take("23-overview");
    TRY_SHOWS(console_.get(), "Riverside Family Practice");
    go("Ctrl+Shift+E");
    QTRY_VERIFY_WITH_TIMEOUT(rows() > 0, patience);
    QCOMPARE(table()->model()->index(0, 1).data().toString(), QString(operatorName));
    settle(300);
    take("31-server-activity");
}

void Screens::settingsAndCommands() {
    go("Ctrl+,");
    QVERIFY(shows(console_.get(), "For you on this computer"));
    take("24-settings");
    go("Ctrl+K");
    QTest::keyClicks(console_->workspace()->palette().line(), "o");
    QVERIFY(console_->workspace()->palette().shown().contains("Open Riverside Family Practice"));
    take("25-commands");
    QTest::keyClick(console_->workspace()->palette().line(), Qt::Key_Escape);
    go("Ctrl+?");
    QVERIFY(sheet() && shows(sheet(), "Ctrl+K") && shows(sheet(), "Commands"));
    take("26-about");
    closeSheet();
    console_->close();
    TRY_SHOWS(console_.get(), "Stop the clinics' server?");
    take("27-close");
    closeSheet();
}

/// The smallest window, and names as long as they come.
void Screens::smallWindow() {
    const QSize before = console_->size();
    console_->resize(console_->minimumSize());
    go("Ctrl+N");
    QVERIFY(fill(console_.get(), "Name", "The Saint Bartholomew and Saint Mary Magdalene Community Health Centre of Lower Wharfedale"));
    take("80-small-new-clinic");
    QVERIFY(press(sheet(), "Create clinic"));
    QTRY_VERIFY_WITH_TIMEOUT(!sheet(), 3 * patience);
    settle(300);
    take("81-small-home");
    go("Ctrl+Shift+A");
    QVERIFY(press(sheet(), "Only some kinds of record"));
    take("82-small-add-system");
    closeSheet();
    int picture = 83;
    for (const auto& [keys, name, words] :
         {std::tuple{"Ctrl+1", "overview", "Your clinics' server at a glance"},
          std::tuple{"Ctrl+2", "clinics", "Each clinic has addresses"}, std::tuple{"Ctrl+4", "records", "No records here"},
          std::tuple{"Ctrl+6", "patients", "No patients here"}, std::tuple{"Ctrl+7", "apps", "No apps yet"},
          std::tuple{"Ctrl+Shift+N", "network", "Who can reach the clinics"},
          std::tuple{"Ctrl+Shift+E", "server-activity", "Who signed in to this window"},
          std::tuple{"Ctrl+Shift+O", "operators", "Who runs this server"}, std::tuple{"Ctrl+,", "settings", "For you on this computer"}}) {
        go(keys);
        QTRY_VERIFY2_WITH_TIMEOUT(shows(console_.get(), words), words, patience);
        settle(400);
        take(QStringLiteral("%1-small-%2").arg(picture++).arg(name));
    }
    go("Ctrl+?");
    QVERIFY(sheet());
    const auto* card = sheet()->findChild<QFrame*>("sheet");
    QVERIFY(card && card->height() > 200 && sheet()->rect().contains(card->geometry()));
    take("92-small-about");
    closeSheet();
    console_->resize(before);
}

void Screens::signIn() {
    console_->lock();
    TRY_SHOWS(console_.get(), "The console is locked");
    QVERIFY(fill(console_.get(), "Password", "not the password"));
    QVERIFY(press(console_.get(), "Sign in"));
    TRY_SHOWS(console_.get(), "is wrong");
    take("28-locked");
    QVERIFY(press(console_.get(), "Sign in as someone else"));
    take("29-sign-in");
    QVERIFY(fill(console_.get(), "User name", operatorName));
    QVERIFY(fill(console_.get(), "Password", operatorPassword));
    QVERIFY(press(console_.get(), "Sign in"));
    QTRY_VERIFY_WITH_TIMEOUT(console_->workspace()->isVisible(), patience);
}

void Screens::unreachable() {
    server_.reset();
    go("Ctrl+1");
    TRY_SHOWS(console_.get(), "Not reachable");
    take("30-server-gone");
}

POLYCLINIC_TEST(Screens)
#include "screens_test.moc"
