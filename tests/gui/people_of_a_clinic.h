// Patients, apps and access at the console, in two clinics; what the patients' side says of it through its own doors.
// One flow, in two files: people_test.cpp and app_access_test.cpp.

#pragma once

#include "console_test.h"
#include "people/slip.h"
#include "web_visitor.h"

class PeopleOfAClinic : public polyclinic::test::ConsoleTest {
    Q_OBJECT
  public:
    using Where = polyclinic::test::Where;
    using WebVisitor = polyclinic::test::WebVisitor;

    explicit PeopleOfAClinic(Where where = Where::inAnother) : ConsoleTest(where) {}

  private slots:
    void initTestCase();
    void invitedPatientsJoin();
    void severalAreInvitedAtOnce();
    void theListFindsAndFilters();
    void signedInPatientsAreShownAndSignedOut();
    void resetCodesAskForTheTick();
    void anAppIsAddedInFourSteps();
    void appAccessIsShownAndStopped();
    void anAppThatIsOffIsDeadAtOnce();
    void accountsAreTurnedOffAndOn();
    void whatIsTypedStays();
    void anotherClinicSeesNothingOfIt();
    void activityOfOnePatient();
    void closingSparesPatientsWhoAreSignedIn();

  private:
    bool find(const QString& text);
    bool openPatient(const QString& name);
    QUrl at(const QString& rest) const { return QUrl(server_->clinics.toString() + "/tenant/oak-street-clinic/" + rest); }
    /// With the code of a sheet to a password; answers whether the portal is open.
    bool join(WebVisitor& visitor, const polyclinic::ui::Slip& slip, const QByteArray& birthDate, const QString& password);
    bool signIn(WebVisitor& visitor, const QString& username, const QString& password);

    polyclinic::ui::Slip slip_;  // of gui-1
    WebVisitor phone_;           // of gui-1
    QString clientId_, clientSecret_;
    QByteArray token_;
};

/// The same with the server in the window's own process.
class PeopleInThisProcess : public PeopleOfAClinic {
    Q_OBJECT
  public:
    PeopleInThisProcess() : PeopleOfAClinic(Where::inThisProcess) {}
};
