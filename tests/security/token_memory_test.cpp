// What this server remembers of a token for a second is remembered for one clinic: a patient's token that was just good at
// one is nothing at another, where somebody has the same id.

#include <QTest>

#include "patient_token.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class TokenMemory : public QObject {
    Q_OBJECT
  private slots:
    void patientsTokenIsGoodAtItsOwnClinicOnly();
};

void TokenMemory::patientsTokenIsGoodAtItsOwnClinicOnly() {
    ServerProcess server;
    for (const char* id : {"memory-a", "memory-b"}) {
        const auto clinic = makeClinic(server, id, false);
        const nlohmann::json record{{"resourceType", "Patient"}, {"id", "same"}, {"name", {{{"family", id}}}}};
        QCOMPARE(test::http("PUT", clinic.fhir + "/Patient/same", bearerJson(clinic.token), record.dump()).status, 201);
    }
    ServerDatabase database(server);
    const auto token = plantPatientToken(server, database, {"memory-a", "same", "patient/*.rs"});
    const auto ask = [&](const char* clinic) {
        return test::http("GET", server.base() + "/tenant/" + clinic + "/patient/smart-api/Patient/same", bearer(token));
    };
    for (int i = 0; i < 20; ++i) {
        QCOMPARE(ask("memory-a").status, 200);
        const auto there = ask("memory-b");
        QCOMPARE(there.status, 401);
        QVERIFY(there.everything().find("memory-b\"") == std::string::npos);
    }
}

POLYCLINIC_TEST(TokenMemory)
#include "token_memory_test.moc"
