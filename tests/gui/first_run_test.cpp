// The first run to its end: from nothing to a clinic on this computer, and to a patient's own portal on a phone beside it.

#include <unistd.h>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRadioButton>
#include <cstdlib>

#include "console_test.h"
#include "neighbour.h"
#include "people/invite_sheet.h"
#include "test_case.h"
#include "widgets/overlay.h"
#include "widgets/qr_view.h"

using namespace polyclinic;
using namespace polyclinic::test;

class FirstRunTest : public ConsoleTest {
    Q_OBJECT
  public:
    FirstRunTest() : ConsoleTest(Where::inThisProcess) {}

  private slots:
    void fromNothingToThePortalOnAPhone();
};

namespace {

/// How many programs wanted each processor in the last minute.
double crowd() {
    double load = 0;
    return ::getloadavg(&load, 1) == 1 ? load / double(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN))) : 0;
}

}  // namespace

void FirstRunTest::fromNothingToThePortalOnAPhone() {
    const QString phone = POLYCLINIC_SOURCE_DIR "/tests/browser/support/phone.js";
    if (!QFile::exists(POLYCLINIC_SOURCE_DIR "/tests/browser/node_modules/playwright-core")) QSKIP("no phone: cd tests/browser && npm ci");
    const Neighbour neighbour;
    if (!neighbour.there()) QSKIP("This kernel or this account may not make network namespaces: no other device came.");

    // A person's own time, typing and reaching for the phone, is not counted: nobody waits here for anybody.
    QElapsedTimer time;
    time.start();
    open();
    QVERIFY(createFirstClinic("Oak Street Clinic"));
    const auto clinic = time.elapsed();

    go("Ctrl+1");
    QVERIFY(press(console_.get(), "Show on another device"));
    TRY_SHOWS(console_.get(), "Only this computer can connect.");
    for (auto* each : console_->findChildren<QRadioButton*>())
        if (each->isVisible() && QString(each->text()).remove('&') == "The clinic's network") each->click();
    QVERIFY(fill(console_.get(), "Listens at", "0.0.0.0:0"));
    QVERIFY(press(console_.get(), "The clinic's devices trust its authority: it was installed on each"));
    QVERIFY(press(console_.get(), "Save"));
    TRY_SHOWS(console_.get(), "Waiting for a device");
    const auto* code = console_->findChild<ui::QrView*>();
    QVERIFY(code);
    const QString address = code->accessibleName().section(' ', -1);
    QVERIFY2(address.startsWith("https://") && address.endsWith("/t/oak-street-clinic"), qPrintable(address));

    QVERIFY(importLines(R"({"resourceType":"Patient","id":"maria","name":[{"family":"Gomez","given":["Maria"]}],"birthDate":"1984-03-12"})"
                        "\n",
                        "1 added"));
    go("Ctrl+6");
    QVERIFY(select("Maria Gomez"));
    QVERIFY(press(console_.get(), "Invite to portal"));
    auto* invite = qobject_cast<ui::InviteSheet*>(sheet());
    QVERIFY(invite && press(sheet(), "Invite"));
    TRY_SHOWS(console_.get(), "The invitation is made.");
    const auto slip = invite->panel().slips().first();

    QByteArray told;
    QVERIFY2(neighbour.does({"node", phone, address, slip.code.url.toString(), slip.code.code, "1984-03-12"}, told), told);
    const auto whole = time.elapsed();
    qInfo("a clinic after %.1f s, her portal on the phone after %.1f s of machine time", double(clinic) / 1000, double(whole) / 1000);
    const auto seen = QJsonDocument::fromJson(told).object();
    QVERIFY2(seen["first"].toString().contains("Oak Street Clinic"), told);
    QVERIFY2(seen["home"].toString().contains("Maria"), told);
    QVERIFY2(seen["width"].toInt() == 390 && seen["complaints"].toArray().isEmpty(), told);
    // Twenty seconds of a machine that has nothing else to do; beside other work it takes its share.
    QVERIFY2(double(whole) < 20'000 * (1 + crowd()), qPrintable(QString::number(crowd())));
}

POLYCLINIC_TEST(FirstRunTest)
#include "first_run_test.moc"
