// Apps at the console: added in four steps, allowed by a patient, stopped, turned off.

#include <QComboBox>
#include <QCryptographicHash>
#include <QJsonDocument>
#include <QPlainTextEdit>

#include "people_of_a_clinic.h"
#include "widgets/overlay.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace polyclinic::ui;

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
    for (const auto& [address, reason] :
         {std::pair{"http://heart.example/back", "http:// can be read on the way."},
          std::pair{"https://heart.example/back#x", "What follows the #"}, std::pair{"https://*.heart.example/back", "No * in it"}}) {
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
    authorize.setQuery(
        "response_type=code&client_id=" + clientId_ + "&redirect_uri=https%3A%2F%2Fheart.example%2Fback&state=xyz" +
        "&scope=launch%2Fpatient%20openid%20fhirUser%20offline_access%20patient%2FPatient.rs%20patient%2FObservation.rs&aud=" +
        QUrl::toPercentEncoding(at("patient/smart-api").toString()) + "&code_challenge_method=S256&code_challenge=" + challenge);
    phone_.get(authorize);
    QVERIFY2(phone_.shows("Heart Diary") && phone_.shows("No, never."), phone_.page);
    phone_.submit({{"decision", "allow"}});
    QCOMPARE(phone_.elsewhere.host(), QString("heart.example"));
    const QString code = QUrlQuery(phone_.elsewhere).queryItemValue("code");
    QVERIFY2(!code.isEmpty(), qPrintable(phone_.elsewhere.toString()));
    const QByteArray answer =
        phone_.post(at("patient/auth/token"),
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
    QTRY_VERIFY_WITH_TIMEOUT(!shows(console_.get(), "Allow Heart Diary to see your health record?") && shows(console_.get(), "Heart Diary"),
                             patience);
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
