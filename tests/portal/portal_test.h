// The patient portal over HTTP, as a browser without scripts meets it: two clinics, every address, every state.

#pragma once

#include <QTest>

#include "story.h"

using namespace polyclinic::test;
using Json = nlohmann::json;

class PortalTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void F06_everyPageIsGuarded_data();
    void F06_everyPageIsGuarded();
    void everyFormNeedsItsToken_data();
    void everyFormNeedsItsToken();
    void F09_formsOfOtherSites_data();
    void F09_formsOfOtherSites();
    void theSignedOutAreAskedToSignIn();
    void signInFailsTheSameForEveryCause();
    void D38_nothingLeadsElsewhere_data();
    void D38_nothingLeadsElsewhere();
    void D40_signedOutIsSignedOut();
    void F12_cookies();
    void codesThatDoNotFitSayTheSame();
    void stepsCannotBeSkipped();
    void passwordsThatWillNotDo();
    void passwordChanges();
    void forgottenPasswords();
    void F08_whatIsOfOthersIsNotThere();
    void anAppIsStoppedInThreeSteps();
    void allAppsAreStoppedAtOnce();
    void offeredAppsAreListed();
    void activityTellsWhatHappened();
    void activityIsPaged();
    void everythingIsAskedKindByKind();
    void anAppThatComesAgainFindsTheAnswerOfBefore();
    void changesAreAskedKindByKind();
    void accessThatNobodyPickedUpWasNotChosenToEnd();
    void anOldRequestIsNoFaultOfTheForm();
    void accountIsSaved();
    void devicesAreSignedOut();
    void signInForAnAppLeadsBackToIt();
    void languagesAreKept();
    void brandingIsServed();
    void brandingThatWillNotDo_data();
    void brandingThatWillNotDo();
    void F04_hostileAddresses_data();
    void F04_hostileAddresses();
    void F01_hostileNames();
    void peopleAreCalledByTheNameTheyGoBy();
    void clinicsDoNotMix();
    void previewSaysWhatThePatientReads();
    void shortAddressLeadsToThePortal();

  private:
    Clinic a_, b_;
    Invited maria_, ingrid_, other_;
    Browser mariasBrowser() {
        Browser browser(portalOf(a_));
        signIn(browser, maria_.username, password_);
        return browser;
    }
    std::string password_ = firstPassword;
};
