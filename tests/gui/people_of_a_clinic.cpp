#include "people_of_a_clinic.h"

#include "made_up_records.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

void PeopleOfAClinic::initTestCase() {
    open();
    QVERIFY(createFirstClinic("Oak Street Clinic"));
    QVERIFY(importLines(madeUpRecords(109), "218 added"));
}

bool PeopleOfAClinic::find(const QString& text) {
    auto* filter = findInput(console_.get(), "Find by name, record number or birth date");
    if (!filter) return false;
    filter->setText(text);
    return true;
}

bool PeopleOfAClinic::openPatient(const QString& name) {
    go("Ctrl+6");
    if (!find(name) || !select(name)) return false;
    QTest::keyClick(table(), Qt::Key_Return);
    return QTest::qWaitFor([&] { return shows(console_.get(), name) && findButton(console_.get(), "Back to the patients"); }, patience);
}

bool PeopleOfAClinic::join(WebVisitor& visitor, const ui::Slip& slip, const QByteArray& birthDate, const QString& password) {
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

POLYCLINIC_TEST(PeopleOfAClinic)
POLYCLINIC_TEST(PeopleInThisProcess)
