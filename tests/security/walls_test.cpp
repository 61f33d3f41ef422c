// Two walls stand between clinics: statements that name the tenant, and row security. Each alone holds: with row security
// lifted the attacks still fail, and without the setting the database gives nothing. With neither, everything is seen,
// which shows that these tests would notice. On a server of its own, since its database is broken on purpose.

#include <QTest>

#include "patient_token.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class Walls : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void cleanupTestCase();
    void rowSecurityAloneHolds();
    void statementsAloneHold();
    void withoutBothEverythingIsSeen();

  private:
    void attacksFail();
    void setRowSecurity(bool on);

    std::unique_ptr<ServerProcess> server_;
    std::unique_ptr<ServerDatabase> database_;
    Clinic a_, b_;
    std::string patient_;
    const std::string secret_ = "CANARY-WALL-b";
};

void Walls::initTestCase() {
    server_ = std::make_unique<ServerProcess>();
    a_ = makeClinic(*server_, "wall-a", false);
    b_ = makeClinic(*server_, "wall-b", false);
    const auto put = [](const Clinic& clinic, const std::string& id, const std::string& family) {
        const nlohmann::json record{{"resourceType", "Patient"}, {"id", id}, {"name", {{{"family", family}}}}};
        return http("PUT", clinic.fhir + "/Patient/" + id, bearerJson(clinic.token), record.dump()).status;
    };
    QCOMPARE(put(a_, "mine", "Mine"), 201);
    QCOMPARE(put(b_, "theirs", secret_), 201);
    database_ = std::make_unique<ServerDatabase>(*server_);
    patient_ = plantPatientToken(*server_, *database_, {"wall-a", "theirs", "patient/*.cruds"});  // an id of the other clinic
}

void Walls::cleanupTestCase() {
    database_.reset();
    server_.reset();
}

void Walls::setRowSecurity(bool on) {
    std::string sql;
    for (const auto& table :
         database_->asSuperuser("SELECT relname FROM pg_class WHERE relrowsecurity OR relname IN (SELECT tablename FROM pg_policies)"))
        sql += "ALTER TABLE " + table + (on ? " ENABLE" : " DISABLE") + " ROW LEVEL SECURITY;\n";
    QVERIFY(!sql.empty());
    database_->asSuperuser(sql);
}

void Walls::attacksFail() {
    const auto api = server_->base() + "/tenant/wall-a/patient/smart-api";
    const std::string batch =
        R"({"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient/theirs"}},{"request":{"method":"GET","url":"Patient"}}]})";
    struct Door {
        std::string base, token;
    };
    for (const auto& [base, token] : {Door{a_.fhir, a_.token}, Door{api, patient_}}) {
        for (const char* path : {"/Patient/theirs", "/Patient/theirs/_history", "/Patient/theirs/_history/1", "/Patient",
                                 "/Patient?_id=theirs", "/Patient?name=CANARY", "/Patient?_sort=family", "/Patient?_total=accurate"}) {
            const auto answer = http("GET", base + path, bearer(token));
            QVERIFY2(answer.status == 404 || answer.status == 200, (path + std::to_string(answer.status)).c_str());
            QVERIFY2(answer.everything().find(secret_) == std::string::npos, path);
            if (answer.json.contains("total")) QVERIFY(answer.json["total"].get<int>() <= 1);
        }
        const auto bundle = http("POST", base, bearerJson(token), batch);
        QCOMPARE(bundle.status, 200);
        QVERIFY(bundle.everything().find(secret_) == std::string::npos);
        // An app of a patient removes no Patient, whoever it is.
        QCOMPARE(http("DELETE", base + "/Patient/theirs", bearer(token)).status, base.ends_with("smart-api") ? 403 : 204);
    }
    QCOMPARE(http("GET", b_.fhir + "/Patient/theirs", bearer(a_.token)).status, 401);
    QCOMPARE(http("GET", b_.fhir + "/Patient/theirs", bearer(b_.token)).status, 200);
    QCOMPARE(http("GET", a_.fhir + "/Patient/mine", bearer(a_.token)).status, 200);
}

void Walls::rowSecurityAloneHolds() {
    attacksFail();
    // Statements that name no tenant at all: only row security is left.
    const auto a = database_->numberOf("wall-a"), b = database_->numberOf("wall-b");
    QVERIFY(database_->asTenant(a, "SELECT id FROM resource ORDER BY id") == std::vector<std::string>{"mine"});
    QVERIFY(database_->asTenant(b, "SELECT id FROM resource ORDER BY id") == std::vector<std::string>{"theirs"});
    QVERIFY(database_->asTenant(0, "SELECT id FROM resource").empty());
    QVERIFY(database_->asTenant(a, "SELECT 1 FROM account UNION ALL SELECT 1 FROM app_grant").size() == 2);
    QVERIFY(database_->asTenant(b, "SELECT 1 FROM account UNION ALL SELECT 1 FROM app_grant").empty());
}

void Walls::statementsAloneHold() {
    setRowSecurity(false);
    attacksFail();
    setRowSecurity(true);
    QVERIFY(database_->asTenant(database_->numberOf("wall-a"), "SELECT id FROM resource") == std::vector<std::string>{"mine"});
}

void Walls::withoutBothEverythingIsSeen() {
    setRowSecurity(false);
    const auto seen = database_->asTenant(database_->numberOf("wall-a"), "SELECT id FROM resource ORDER BY id");
    setRowSecurity(true);
    QVERIFY((seen == std::vector<std::string>{"mine", "theirs"}));
}

POLYCLINIC_TEST(Walls)
#include "walls_test.moc"
