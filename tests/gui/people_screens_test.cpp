// Pictures of the screens about patients, apps and access, light and dark (see screens_test.cpp).

#include <QComboBox>
#include <QPainter>
#include <QPlainTextEdit>
#include <QRadioButton>

#include "console_test.h"
#include "made_up_records.h"
#include "people/slip.h"
#include "portal/preview_page.h"
#include "shell/workspace.h"
#include "test_case.h"
#include "widgets/overlay.h"
#include "widgets/theme.h"

using namespace polyclinic;
using namespace polyclinic::test;

class PeopleScreens : public ConsoleTest {
    Q_OBJECT
  public:
    PeopleScreens() : ConsoleTest(Where::inAnother) {}

  private slots:
    void initTestCase();
    void slips();
    void patients();
    void inviting();
    void onePatient();
    void apps();
    void access();
    void portal();
    void jobsAndHighContrast();
};

void PeopleScreens::initTestCase() {
    open();
    QVERIFY(createFirstClinic("Oak Street Clinic"));
    QVERIFY(press(console_.get(), "Edit details"));
    QVERIFY(fill(console_.get(), "Phone", "+1 555 0142"));
    QVERIFY(press(console_.get(), "Save"));
    QTRY_VERIFY_WITH_TIMEOUT(!sheet(), patience);
}

void PeopleScreens::slips() {
    ui::Tenant tenant;
    tenant.name = "Oak Street Clinic";
    tenant.phone = "+1 555 0142";
    tenant.timezone = "Europe/Berlin";
    ui::OneTimeCode code{QUrl("http://127.0.0.1:8080/tenant/oak-street-clinic/patient/portal/activate#ABCDE-FGHJ-KMNP"), "ABCDE-FGHJ-KMNP",
                         "maria.gomez27", QDateTime::fromString("2026-12-05T09:30:00Z", Qt::ISODate)};
    const QString wanted = qEnvironmentVariable("POLYCLINIC_SCREENS"), folder = wanted.isEmpty() ? files_.path() : wanted;
    for (const char* language : {"en", "es", "ar"}) {
        QImage page(740, 1050, QImage::Format_RGB32);
        {
            QPainter painter(&page);
            ui::paintSlip(painter, page.rect(),
                          ui::slipOf(tenant, ui::Slip::Kind::Invitation, QString::fromUtf8("María Gómez"), language, code));
        }
        QVERIFY(page.save(folder + QStringLiteral("/40-slip-%1.png").arg(language)));
    }
}

void PeopleScreens::patients() {
    go("Ctrl+6");
    TRY_SHOWS(console_.get(), "No patients here");
    take("41-patients-empty");
    QVERIFY(importLines(madeUpRecords(240), "480 added"));
    go("Ctrl+6");
    TRY_SHOWS(console_.get(), "100 of 240");
    table()->selectRow(1);
    take("42-patients");
}

void PeopleScreens::inviting() {
    QVERIFY(press(console_.get(), "Invite to portal"));
    QVERIFY(sheet());
    take("43-invite");
    QVERIFY(press(sheet(), "Invite"));
    TRY_SHOWS(console_.get(), "The invitation is made");
    take("44-invited");
    closeSheet();
    QTRY_VERIFY_WITH_TIMEOUT(table()->model()->index(1, 3).data().toString().startsWith("Invited until"), patience);
    QTest::qWait(300);
    table()->selectRow(2);
    table()->selectionModel()->select(table()->model()->index(3, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    table()->selectionModel()->select(table()->model()->index(4, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    QVERIFY(press(console_.get(), "Invite 3 to portal"));
    QVERIFY(press(sheet(), "Invite 3 patients"));
    TRY_SHOWS(console_.get(), "3 invitations are made");
    take("45-invited-many");
    closeSheet();
    settle(500);
    take("46-patients-invited");
}

void PeopleScreens::onePatient() {
    table()->selectRow(1);
    QTest::keyClick(table(), Qt::Key_Return);
    TRY_SHOWS(console_.get(), "Portal account");
    take("47-patient");
    tab(1);
    settle(300);
    take("48-patient-apps");
    tab(4);
    settle(300);
    take("49-patient-record");
    tab(0);
    QVERIFY(press(console_.get(), "New invitation"));
    take("50-new-invitation");
    QVERIFY(press(sheet(), "Make the code"));
    TRY_SHOWS(console_.get(), "a code made before it is dead");
    take("51-new-code");
    closeSheet();
}

void PeopleScreens::apps() {
    go("Ctrl+7");
    TRY_SHOWS(console_.get(), "No apps yet");
    take("52-apps-empty");
    QVERIFY(press(console_.get(), "Add app"));
    ui::Sheet* wizard = sheet();
    QVERIFY(press(wizard, "Next"));
    TRY_SHOWS(wizard, "What is the app called?");
    QVERIFY(fill(wizard, "Name of the app", "Heart Diary"));
    QVERIFY(fill(wizard, "Made by", "Pulse Labs"));
    QVERIFY(fill(wizard, "What it is for", "Keeps your blood pressure in one place."));
    take("53-add-app");
    QVERIFY(press(wizard, "Next"));
    findInput<QPlainTextEdit>(wizard, "Where answers go (redirect addresses)")->setPlainText("http://heartdiary.example/back#here");
    TRY_SHOWS(wizard, "never reaches the app");
    take("54-add-app-addresses");
    findInput<QPlainTextEdit>(wizard, "Where answers go (redirect addresses)")->setPlainText("https://heartdiary.example/back");
    QVERIFY(press(wizard, "Next"));
    QVERIFY(press(wizard, "Measurements and lab results"));
    QVERIFY(press(wizard, "Prescriptions"));
    settle(1200);
    take("55-add-app-scopes");
    QVERIFY(press(wizard, "Next"));
    QVERIFY(press(wizard, "It has a server of its own"));
    QVERIFY(fill(wizard, "Does it sell information?", "No, never."));
    take("56-add-app-keys");
    QVERIFY(press(wizard, "Create app"));
    TRY_SHOWS(console_.get(), "The secret is shown only now");
    take("57-app-secret");
    closeSheet();
    TRY_SHOWS(console_.get(), "1 of 1");
    take("58-apps");
    table()->selectRow(0);
    QTest::keyClick(table(), Qt::Key_Return);
    TRY_SHOWS(console_.get(), "What patients are asked");
    settle(1000);
    take("59-app");
    tab(1);
    settle(300);
    take("60-app-patients");
}

void PeopleScreens::access() {
    go("Ctrl+8");
    TRY_SHOWS(console_.get(), "No patient shares with an app yet");
    settle(500);
    take("61-access");
    go("Ctrl+9");
    TRY_SHOWS(console_.get(), "Nobody is signed in");
    settle(500);
    take("62-sessions");
    go("Ctrl+5");
    QTRY_VERIFY_WITH_TIMEOUT(rows() > 4, patience);
    table()->selectRow(0);
    const auto eventShown = [this] {
        for (auto* each : console_->findChildren<QPlainTextEdit*>()) {
            if (each->isVisible() && each->toPlainText().contains("\"AuditEvent\"")) return true;
        }
        return false;
    };
    QTRY_VERIFY_WITH_TIMEOUT(eventShown(), patience);
    settle(200);
    take("63-activity");
}

void PeopleScreens::portal() {
    go("Ctrl+0");
    TRY_SHOWS(console_.get(), "/tenant/oak-street-clinic/patient/portal");
    const auto* preview = console_->findChild<ui::PreviewPage*>();
    QVERIFY(preview && preview->isVisible());
    QCOMPARE(shows(console_.get(), "The preview is not installed"), !preview->embedded());
    settle(4000);
    take("64-portal");
}

void PeopleScreens::jobsAndHighContrast() {
    go("Ctrl+6");
    QTest::qWait(500);
    go("Ctrl+J");
    TRY_SHOWS(console_.get(), "Jobs");
    settle(500);
    take("65-jobs");
    go("Ctrl+J");
    ui::Theme::instance().apply(ui::Theme::Choice::HighContrast);
    QTest::qWait(300);
    takeAsItIs("66-high-contrast");
    // What cannot be pressed now can still be read.
    auto* invite = findButton(console_.get(), "Invite to portal");
    QVERIFY(invite && !invite->isEnabled());
    const QImage seen = invite->grab().toImage();
    const int middle = seen.pixelColor(8, seen.height() / 2).lightness();
    int words = 0;
    for (int x = seen.width() / 2; x < seen.width() - 8; ++x)
        words += std::abs(seen.pixelColor(x, seen.height() / 2).lightness() - middle) > 120;
    QVERIFY2(words > 5, qPrintable(QString::number(words)));
    go("Ctrl+3");
    QTest::qWait(300);
    takeAsItIs("67-high-contrast-home");
    ui::Theme::instance().apply(ui::Theme::Choice::Light);
}

POLYCLINIC_TEST(PeopleScreens)
#include "people_screens_test.moc"
