// Codes and refresh tokens redeemed by many at once: exactly one of them gets an answer.

#include <QTest>

#include <atomic>
#include <thread>

#include "flow.h"
#include "patient_app.h"
#include "test_case.h"

using namespace polyclinic::test;

class PatientAuthRace : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void aCodeIsRedeemedOnce();
    void aPublicAppInManyWindowsGetsOneSuccessor();
    void aConfidentialClientGetsOneSuccessor();
    void aDecisionIsTakenOnce();
    void aStopIsNeverOvertaken();

  private:
    static int rounds() { return qEnvironmentVariableIsSet("POLYCLINIC_LONG") ? 50 : 5; }
    template <class Ask>
    static std::vector<HttpAnswer> atOnce(int count, Ask ask) {
        std::vector<HttpAnswer> answers;
        answers.resize(std::size_t(count));
        std::atomic<int> waiting{count};
        std::vector<std::thread> threads;
        for (int i = 0; i < count; ++i)
            threads.emplace_back([&, i] {
                --waiting;
                while (waiting > 0) std::this_thread::yield();
                try {
                    answers[std::size_t(i)] = ask(i);
                } catch (const std::exception& error) {
                    answers[std::size_t(i)].body = error.what();
                }
            });
        for (auto& thread : threads) thread.join();
        return answers;
    }
    static long counted(const std::vector<HttpAnswer>& answers, int status) {
        return std::count_if(answers.begin(), answers.end(), [&](const auto& answer) { return answer.status == status; });
    }
    static int read(const nlohmann::json& tokens) {
        return http("GET", patientApi(clinic_) + "/Patient/race-1", bearer(tokens.at("access_token"))).status;
    }

    inline static Clinic clinic_;
    PatientApp app_, confidential_;
    PatientPerson person_;
    const std::string scope_ = "launch/patient offline_access patient/*.rs";
};

void PatientAuthRace::initTestCase() {
    clinic_ = makeClinic(server(), "race-of-codes", false);
    app_ = registerApp(server(), clinic_, false, scope_);
    confidential_ = registerApp(server(), clinic_, true, scope_);
    person_ = signedInPerson(server(), clinic_, "race-1");
}

void PatientAuthRace::aCodeIsRedeemedOnce() {
    for (int round = 0; round < rounds(); ++round) {
        const auto code = codeFor(clinic_, person_, app_, scope_);
        const auto answers = atOnce(20, [&](int) { return redeem(clinic_, app_, code); });
        QCOMPARE(counted(answers, 200), 1L);
        QCOMPARE(counted(answers, 400), 19L);
        for (const auto& answer : answers)
            if (answer.status == 200) QCOMPARE(read(answer.json), 401);  // the others were seen
    }
}

void PatientAuthRace::aPublicAppInManyWindowsGetsOneSuccessor() {
    const auto elsewhere = tokensFor(clinic_, person_, app_, scope_);
    for (int round = 0; round < rounds(); ++round) {
        const auto tokens = tokensFor(clinic_, person_, app_, scope_);
        const auto answers = atOnce(20, [&](int) { return refresh(clinic_, app_, tokens.at("refresh_token")); });
        QCOMPARE(counted(answers, 200), 20L);
        for (const auto& answer : answers) {
            QCOMPARE(answer.json.at("refresh_token"), answers[0].json.at("refresh_token"));
            QCOMPARE(read(answer.json), 200);
        }
        // Once the successor is used, whoever shows the old one again shows it twice; another device goes on.
        const auto next = refresh(clinic_, app_, answers[0].json.at("refresh_token"));
        QCOMPARE(next.status, 200);
        QCOMPARE(refresh(clinic_, app_, tokens.at("refresh_token")).status, 400);
        for (const auto& answer : answers) QCOMPARE(read(answer.json), 401);
        QCOMPARE(read(next.json), 401);
        QCOMPARE(read(elsewhere), 200);
    }
}

void PatientAuthRace::aConfidentialClientGetsOneSuccessor() {
    for (int round = 0; round < rounds(); ++round) {
        const auto tokens = tokensFor(clinic_, person_, confidential_, scope_);
        const auto answers = atOnce(20, [&](int) { return refresh(clinic_, confidential_, tokens.at("refresh_token")); });
        QCOMPARE(counted(answers, 200), 20L);
        for (const auto& answer : answers) {
            QCOMPARE(answer.json.at("refresh_token"), answers[0].json.at("refresh_token"));
            QCOMPARE(read(answer.json), 200);
        }
    }
}

void PatientAuthRace::aDecisionIsTakenOnce() {
    for (int round = 0; round < rounds(); ++round) {
        const auto consent = consentForm(clinic_, person_, request(clinic_, app_, scope_));
        const auto answers = atOnce(20, [&](int i) { return decide(consent, person_, i % 2 ? "allow" : "deny"); });
        QCOMPARE(counted(answers, 303), 1L);
        QCOMPARE(counted(answers, 400), 19L);
    }
    // Two pages of one app at once: one grant is left.
    const auto app = registerApp(server(), clinic_, false, scope_);
    std::vector<ConsentForm> pages;
    for (int i = 0; i < 10; ++i) pages.push_back(consentForm(clinic_, person_, request(clinic_, app, scope_)));
    const auto answers = atOnce(10, [&](int i) { return decide(pages[std::size_t(i)], person_); });
    QCOMPARE(counted(answers, 303), 10L);
    QCOMPARE(operate(server(), "GET", "/admin/api/Tenant/race-of-codes/Grant?status=active&client=" + app.id).json.at("total"), 1);
}

void PatientAuthRace::aStopIsNeverOvertaken() {
    for (int round = 0; round < rounds(); ++round) {
        const auto app = registerApp(server(), clinic_, true, scope_);
        const auto tokens = tokensFor(clinic_, person_, app, scope_);
        const auto list = operate(server(), "GET", "/admin/api/Tenant/race-of-codes/Grant?status=active&client=" + app.id).json;
        const auto path = "/admin/api/Tenant/race-of-codes/Grant/" + list.at("entry")[0].at("resource").at("id").get<std::string>();
        const auto answers = atOnce(
            12, [&](int i) { return i == 5 ? operate(server(), "DELETE", path) : refresh(clinic_, app, tokens.at("refresh_token")); });
        QCOMPARE(answers[5].status, 204);
        QCOMPARE(read(tokens), 401);
        for (const auto& answer : answers)
            if (answer.status == 200) {
                QCOMPARE(read(answer.json), 401);
                QCOMPARE(refresh(clinic_, app, answer.json.at("refresh_token")).status, 400);
            }
    }
}

POLYCLINIC_TEST(PatientAuthRace)
#include "patient_auth_race_test.moc"
