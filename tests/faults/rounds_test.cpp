// Rounds of sudden deaths under everything at once: writers, sign-ins, imports and clinics that are removed. Afterwards no
// acknowledged write, session or token is missing, no row of a removed clinic is left, and no job was claimed a third time.

#include <QTest>
#include <random>
#include <set>

#include "portal_visitor.h"
#include "server_support.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace std::chrono_literals;

class RoundsTest : public QObject {
    Q_OBJECT
  private slots:
    void nothingIsLostLeftOrTriedAThirdTime();
};

namespace {

long leftOf(const fs::path& data, const std::set<std::string>& numbers) {
    pqxx::connection connection(bootstrapOf(data));
    pqxx::nontransaction work(connection);
    long rows = 0;
    for (const auto& table :
         work.exec("SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' "
                   "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"))
        for (const auto& number : numbers)
            rows += work.exec("SELECT count(*) FROM " + table[0].as<std::string>() + " WHERE tenant_id = " + number)[0][0].as<long>();
    return rows;
}

/// What a clinic's people and programs were last told: a token of its system, a session of a patient, an app's refresh token.
/// Each must hold after the server's death, whatever came between.
struct SignIns {
    std::string token, session, refresh;
    bool refreshing = false;  // the server died over it: whoever asks again later than the time of grace has lost the family
};

constexpr const char* appScopes = "patient/*.rs offline_access";

/// A patient with an app that may read her record.
struct Person {
    PatientPerson who;
    PatientApp app;
    std::string refresh;
};

Person personOf(ServerProcess& server, const Clinic& clinic) {
    Person person{signedInPerson(server, clinic, "person"), registerApp(server, clinic, false, appScopes), {}};
    person.refresh = tokensFor(clinic, person.who, person.app, appScopes).at("refresh_token");
    return person;
}

/// One of each kind. Throws std::runtime_error once the server is dead.
void signInOnce(const Clinic& clinic, const Person& person, SignIns& told) {
    if (const auto answer = askToken(clinic, "system/*.rs"); answer.status == 200) told.token = answer.json.at("access_token");
    PortalVisitor visitor(clinic);
    if (visitor.signIn(person.who.patient, password).status == 303) told.session = visitor.cookies();
    told.refreshing = true;
    const auto& last = told.refresh.empty() ? person.refresh : told.refresh;
    if (const auto answer = refresh(clinic, person.app, last); answer.status == 200) told.refresh = answer.json.at("refresh_token");
    told.refreshing = false;
}

}  // namespace

void RoundsTest::nothingIsLostLeftOrTriedAThirdTime() {
    const auto seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    ServerProcess server;
    const auto data = server.dataDirectory();
    const auto keeps = makeClinic(server, "keeps", false);
    auto stays = personOf(server, keeps);
    const auto file = server.folder() / "lines.ndjson";
    {
        std::ofstream out(file);
        for (int i = 0; i < 4'000; ++i) out << patient("line-" + std::to_string(i), "Line").dump() << '\n';
    }
    fs::permissions(file, fs::perms(0644));
    const auto importInto = [&](const std::string& clinic) {
        operate(server, "POST", "/admin/api/Tenant/" + clinic + "/$import", {{"files", {fs::weakly_canonical(file).string()}}});
    };
    std::set<std::string> purged;
    long acknowledged = 0, signIns = 0;
    const int count = rounds(4);
    for (int round = 0; round < count; ++round) {
        const auto name = "goes-" + std::to_string(round);
        const auto goes = makeClinic(server, name, false);
        const auto leaves = personOf(server, goes);
        const auto number = sql(data, "SELECT number FROM tenant WHERE id = '" + name + "'");
        std::vector<std::set<std::string>> known(2);
        SignIns told, forgotten;
        std::atomic<bool> purgeAnswered{false};
        std::vector<std::jthread> threads;
        const auto untilItDies = [](const std::function<void(int)>& work) {
            try {
                for (int n = 0;; ++n) work(n);
            } catch (const std::runtime_error&) {
            }
        };
        for (int w = 0; w < 2; ++w)
            threads.emplace_back([&, w] {
                untilItDies([&](int n) {
                    const auto id = "r" + std::to_string(round) + "w" + std::to_string(w) + "n" + std::to_string(n);
                    if (put(keeps, patient(id)).status == 201) known[std::size_t(w)].insert(id);
                    put(goes, patient(id));
                });
            });
        threads.emplace_back([&] { untilItDies([&](int) { signInOnce(keeps, stays, told); }); });
        threads.emplace_back([&] { untilItDies([&](int) { signInOnce(goes, leaves, forgotten); }); });
        try {
            importInto("keeps");
            importInto(name);
        } catch (const std::runtime_error&) {
        }
        threads.emplace_back([&, pause = random() % 400] {
            std::this_thread::sleep_for(std::chrono::milliseconds(pause));
            try {
                purgeAnswered = operate(server, "DELETE", "/admin/api/Tenant/" + name + "?purge=true").status == 204;
            } catch (const std::runtime_error&) {
            }
        });
        QTest::qWait(100 + int(random() % 900));
        server.kill9();
        threads.clear();
        server.restart();
        // The leases of the dead, lapsed before their time.
        sql(data, "UPDATE job_queue SET leased_until = now() - interval '1 second' WHERE status = 'running'");
        for (const auto& mine : known)
            for (const auto& id : mine) {
                ++acknowledged;
                const auto answer = get(keeps, "Patient/" + id);
                QVERIFY2(answer.status == 200, (id + ": " + answer.told()).c_str());
            }
        if (!told.token.empty()) {
            ++signIns;
            QCOMPARE(http("GET", keeps.fhir + "/Patient/person", {{"Authorization", "Bearer " + told.token}}).status, 200);
        }
        if (!told.session.empty()) {
            ++signIns;
            QCOMPARE(http("GET", patientPortal(keeps) + "/home", {{"Cookie", told.session}}).status, 200);
        }
        if (!told.refresh.empty()) ++signIns, stays.refresh = told.refresh;
        if (const auto renewed = refresh(keeps, stays.app, stays.refresh); renewed.status == 200) {
            stays.refresh = renewed.json.at("refresh_token");
        } else {
            QVERIFY2(told.refreshing, renewed.body.c_str());
            stays.refresh = tokensFor(keeps, stays.who, stays.app, appScopes).at("refresh_token");
        }
        if (purgeAnswered) QCOMPARE(sql(data, "SELECT state FROM tenant WHERE number = " + number), std::string("purged"));
        if (sql(data, "SELECT state FROM tenant WHERE number = " + number) != "purged")
            QCOMPARE(operate(server, "DELETE", "/admin/api/Tenant/" + name + "?purge=true").status, 204);
        purged.insert(number);
        if (round % 50 == 0 || round + 1 == count) QCOMPARE(leftOf(data, purged), 0l);
        QCOMPARE(sql(data, "SELECT count(*) FROM job_queue WHERE attempts > 2"), std::string("0"));
    }
    // What was given up is told of, and what was not comes to its end.
    const auto waiting = [&] { return sql(data, "SELECT count(*) FROM job_queue WHERE status IN ('queued', 'running')"); };
    QTRY_VERIFY_WITH_TIMEOUT(waiting() == "0", 120'000);
    QCOMPARE(sql(data, "SELECT count(*) FROM job_queue WHERE attempts > 2"), std::string("0"));
    QCOMPARE(sql(data, "SELECT count(*) FROM job_queue WHERE attempts = 2 AND status NOT IN ('failed', 'completed')"), std::string("0"));
    QCOMPARE(leftOf(data, purged), 0l);
    qInfo("%ld writes and %ld sign-ins acknowledged, none lost; %zu clinics removed, nothing left", acknowledged, signIns, purged.size());
    QVERIFY(acknowledged > 0 && signIns > 0);
}

POLYCLINIC_TEST(RoundsTest)
#include "rounds_test.moc"
