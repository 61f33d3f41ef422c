#include <QTest>

#include "../accounts/identity_fixture.h"
#include "access/scope.h"
#include "oauth/token_store.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
namespace clients = polyclinic::oauth::client_store;
namespace tokens = polyclinic::oauth::token_store;
using Json = nlohmann::json;

/// Two clinics in one database: what one has does not exist for the other.
class ClientStoreTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void cleanupTestCase();
    void madeClientsComeBack();
    void otherClinicsClientsDoNotExist();
    void secretsAreKeptAsHashes();
    void pagesFollowEachOther();
    void updatesHoldTheVersion();
    void disablingAndRotatingEndTokens();
    void otherScopesEndTokens();
    void tokensOfAnOldSecretAreNotAdded();
    void rotationsAtOnceHaveOneWinner();
    void tokenLookupUsesAnIndex();
    void appsKeepWhatTheyTell();

  private:
    oauth::NewClient make(int clinic, const std::string& name);
    bool issued(const tenancy::RealmSession& session, const std::string& hash, const std::string& client, const std::string& secretHash,
                const std::string& registered);
    bool lives(int clinic, const std::string& hash);

    std::unique_ptr<TempCluster> cluster_;
    std::unique_ptr<RunningLoops> loops_;
    std::unique_ptr<OpenDatabase> database_;
    ManualClock clock_;
};

void ClientStoreTest::initTestCase() {
    cluster_ = std::make_unique<TempCluster>();
    loops_ = std::make_unique<RunningLoops>(2);
    db::PoolSizes sizes;
    sizes.controlPerLoop = 10;
    database_ = std::make_unique<OpenDatabase>(cluster_->asTenant(), *loops_, sizes);
}

void ClientStoreTest::cleanupTestCase() {
    database_.reset();
    loops_.reset();
    cluster_.reset();
}

oauth::NewClient ClientStoreTest::make(int clinic, const std::string& name) {
    auto session = database_->realm(clinic, "system");
    oauth::Client client;
    client.name = name;
    client.scopes = "system/*.rs";
    return runBlocking((*loops_)[0], clients::create(session, client, clock_.now()));
}

bool ClientStoreTest::issued(const tenancy::RealmSession& session, const std::string& hash, const std::string& client,
                             const std::string& secretHash, const std::string& registered) {
    oauth::NewTokens made;
    made.client = client;
    made.secretHash = secretHash;
    made.registered = registered;
    made.accessHash = hash;
    made.accessId = "t1";
    made.scopes = "[]";
    made.audience = "fhir-api";
    made.issued = clock_.now();
    made.accessExpires = clock_.now() + std::chrono::hours(1);
    return runBlocking((*loops_)[0], tokens::issue(session, made));
}

bool ClientStoreTest::lives(int clinic, const std::string& hash) {
    auto session = database_->realm(clinic, "system");
    return runBlocking((*loops_)[0], tokens::find(session, hash, clock_.now())).has_value();
}

void ClientStoreTest::madeClientsComeBack() {
    const auto made = make(clinicA, "Laboratory feed");
    QVERIFY(made.secret.size() >= 43);
    auto session = database_->realm(clinicA, "system");
    const auto found = runBlocking((*loops_)[0], clients::find(session, made.client.id));
    QVERIFY(found.has_value());
    QCOMPARE(found->name, std::string("Laboratory feed"));
    QCOMPARE(found->scopes, std::string("system/*.rs"));
    QCOMPARE(found->version, std::int64_t(1));
    QCOMPARE(found->created.micros, clock_.now().micros);
    QVERIFY(!found->disabled);
    QVERIFY(!runBlocking((*loops_)[0], clients::find(session, "nobody")));
}

void ClientStoreTest::otherClinicsClientsDoNotExist() {
    const auto made = make(clinicA, "A only");
    auto& loop = (*loops_)[0];
    auto other = database_->realm(clinicB, "system");
    QVERIFY(!runBlocking(loop, clients::find(other, made.client.id)));
    QVERIFY(!runBlocking(loop, clients::findSecret(other, made.client.id)));
    QVERIFY(!runBlocking(loop, clients::update(other, made.client, std::nullopt, clock_.now())));
    QVERIFY(!runBlocking(loop, clients::rotateSecret(other, made.client.id, std::nullopt, clock_.now())));
    QVERIFY(!runBlocking(loop, clients::remove(other, made.client.id)));
    for (const auto& client : runBlocking(loop, clients::list(other, "", 1000)).clients) QVERIFY(client.name != "A only");
    auto own = database_->realm(clinicA, "system");
    QVERIFY(runBlocking(loop, clients::find(own, made.client.id)).has_value());
    QVERIFY(runBlocking(loop, clients::remove(own, made.client.id)));
    QVERIFY(!runBlocking(loop, clients::find(own, made.client.id)));
}

void ClientStoreTest::secretsAreKeptAsHashes() {
    const auto made = make(clinicA, "Secret");
    OpenDatabase owner(cluster_->asBootstrap(), *loops_);
    const auto rows = oneNow(*loops_, *owner, "SELECT secret, client::text FROM client WHERE name = 'Secret'");
    QCOMPARE(rows.rows(), std::size_t(1));
    QVERIFY(rows.text(0, 0) == sha256(made.secret));
    QVERIFY(rows.text(0, 1).find(made.secret) == std::string_view::npos);
}

void ClientStoreTest::pagesFollowEachOther() {
    constexpr int clinic = 103;
    for (int i = 0; i < 7; ++i) make(clinic, "Client " + std::to_string(i));
    auto session = database_->realm(clinic, "system");
    std::set<std::string> seen;
    std::string after;
    int pages = 0;
    while (true) {
        const auto page = runBlocking((*loops_)[0], clients::list(session, after, 3));
        ++pages;
        for (const auto& client : page.clients) seen.insert(client.id);
        if (!page.next) break;
        after = *page.next;
    }
    QCOMPARE(pages, 3);
    QCOMPARE(seen.size(), std::size_t(7));
}

void ClientStoreTest::updatesHoldTheVersion() {
    auto made = make(clinicA, "Versions").client;
    auto session = database_->realm(clinicA, "system");
    made.name = "Renamed";
    made.scopes = "system/Patient.r";
    const auto changed = runBlocking((*loops_)[0], clients::update(session, made, 1, clock_.now()));
    QCOMPARE(changed->version, std::int64_t(2));
    QCOMPARE(changed->name, std::string("Renamed"));
    QCOMPARE(changed->scopes, std::string("system/Patient.r"));
    try {
        runBlocking((*loops_)[0], clients::update(session, made, 1, clock_.now()));
        QFAIL("an old version was taken");
    } catch (const Failure& failure) {
        QCOMPARE(failure.kind(), FailureKind::preconditionFailed);
    }
}

void ClientStoreTest::disablingAndRotatingEndTokens() {
    auto& loop = (*loops_)[0];
    auto session = database_->realm(clinicA, "system");
    auto made = make(clinicA, "Ending");
    const std::string hash = sha256(made.secret);
    QVERIFY(issued(session, std::string(32, '1'), made.client.id, hash, made.client.scopes));
    QVERIFY(lives(clinicA, std::string(32, '1')));
    QVERIFY(!lives(clinicB, std::string(32, '1')));
    auto client = made.client;
    client.name = "Still going";
    runBlocking(loop, clients::update(session, client, std::nullopt, clock_.now()));
    QVERIFY(lives(clinicA, std::string(32, '1')));

    const auto rotated = runBlocking(loop, clients::rotateSecret(session, client.id, std::nullopt, clock_.now()));
    QVERIFY(rotated && rotated->secret != made.secret);
    QVERIFY(!lives(clinicA, std::string(32, '1')));

    QVERIFY(issued(session, std::string(32, '2'), client.id, sha256(rotated->secret), client.scopes));
    client.disabled = true;
    runBlocking(loop, clients::update(session, client, std::nullopt, clock_.now()));
    QVERIFY(!lives(clinicA, std::string(32, '2')));
    client.disabled = false;
    runBlocking(loop, clients::update(session, client, std::nullopt, clock_.now()));
    QVERIFY(!lives(clinicA, std::string(32, '2')));  // not asleep: gone
}

void ClientStoreTest::otherScopesEndTokens() {
    auto& loop = (*loops_)[0];
    auto session = database_->realm(clinicA, "system");
    auto made = make(clinicA, "Narrowed");
    const std::string hash = sha256(made.secret), token(32, '7'), late(32, '8');
    QVERIFY(issued(session, token, made.client.id, hash, made.client.scopes));
    auto narrowed = made.client;
    narrowed.scopes = "system/Patient.r";
    QVERIFY_EXCEPTION_THROWN(runBlocking(loop, clients::update(session, narrowed, 99, clock_.now())), Failure);
    QVERIFY(lives(clinicA, token));
    runBlocking(loop, clients::update(session, narrowed, std::nullopt, clock_.now()));
    QVERIFY(!lives(clinicA, token));
    // One whose scopes were read before the change comes too late.
    QVERIFY(!issued(session, late, made.client.id, hash, made.client.scopes));
    QVERIFY(issued(session, late, made.client.id, hash, narrowed.scopes));
}

void ClientStoreTest::tokensOfAnOldSecretAreNotAdded() {
    auto& loop = (*loops_)[0];
    auto session = database_->realm(clinicA, "system");
    const auto made = make(clinicA, "Old secret");
    runBlocking(loop, clients::rotateSecret(session, made.client.id, std::nullopt, clock_.now()));
    QVERIFY(!issued(session, std::string(32, '3'), made.client.id, sha256(made.secret), made.client.scopes));
    QVERIFY(!lives(clinicA, std::string(32, '3')));
}

void ClientStoreTest::rotationsAtOnceHaveOneWinner() {
    auto version = std::int64_t(1);
    const auto made = make(clinicA, "Rotating");
    auto session = database_->realm(clinicA, "system");
    for (int round = 0; round < 10; ++round, ++version) {
        const auto statuses = race(*loops_, 20, [&](int) -> Task<http::Response> {
            const auto rotated = co_await clients::rotateSecret(session, made.client.id, version, clock_.now());
            co_return http::Response::make(rotated ? 200 : 404, {}, {});
        });
        QCOMPARE(statuses.at(200), 1);
        QCOMPARE(statuses.size(), std::size_t(2));  // the others: Failure(preconditionFailed)
        const auto now = runBlocking((*loops_)[0], clients::find(session, made.client.id));
        QCOMPARE(now->version, version + 1);
    }
}

void ClientStoreTest::tokenLookupUsesAnIndex() {
    // With rows, as it is where it matters: over an empty table every index costs the same.
    const auto client = make(clinicA, "many").client.id;
    static constexpr db::TenantSql fill(
        "INSERT INTO access_token (tenant_id, realm, hash, id, client, audience, scopes, issued, expires)"
        " SELECT $1, 'system', sha256(i::text::bytea), i::text, $2, 'fhir-api', '[]', now(), now() FROM generate_series(1, 2000) AS i");
    auto session = database_->realm(clinicA, "system");
    runBlocking((*loops_)[0], rowsOf(session).run({fill, db::Params().text(client)}));
    OpenDatabase owner(cluster_->asMigrator(), *loops_);
    oneNow(*loops_, *owner, "ANALYZE access_token");
    OpenDatabase runtime(cluster_->asTenant(), *loops_);
    std::vector<db::Statement> statements;
    statements.push_back({"SELECT set_config('app.tenant', '101', true)", {}});
    statements.push_back(
        {"EXPLAIN SELECT id FROM access_token WHERE tenant_id = 101 AND realm = 'system'"
         " AND hash = '\\x3131'::bytea",
         {}});
    const auto results = runBlocking((*loops_)[0], runtime->run(std::move(statements)));
    std::string plan;
    for (std::size_t row = 0; row < results[1].rows(); ++row) plan += std::string(results[1].text(row, 0)) + "\n";
    const auto condition = plan.find("Index Cond:");
    QVERIFY2(condition != plan.npos, plan.c_str());
    QVERIFY2(plan.substr(condition, plan.find('\n', condition) - condition).find("hash") != std::string::npos, plan.c_str());
}

void ClientStoreTest::appsKeepWhatTheyTell() {
    const Json body{{"name", "Heart Diary"},
                    {"kind", "patient-app"},
                    {"type", "public"},
                    {"redirectUris", {"https://app.example.org/cb", "com.example.app:/cb"}},
                    {"launchUri", "https://app.example.org/launch"},
                    {"scopes", "openid fhirUser launch/patient offline_access patient/Observation.rs"},
                    {"publisher", "Pulse Labs"},
                    {"description", "A diary."},
                    {"policyUri", "https://app.example.org/privacy"},
                    {"termsUri", "https://app.example.org/terms"},
                    {"facts", {{"sells", "No"}}},
                    {"offered", true},
                    {"accessSeconds", 600}};
    const auto check = [](oauth::ClientKind, std::string_view scopes) { return access::firstForeignOfApp(scopes, access::Level::patient); };
    auto session = database_->realm(clinicA, "system"), other = database_->realm(clinicB, "system");
    const auto made = runBlocking((*loops_)[0], oauth::client_store::create(session, oauth::clientFromJson(body, "", check), clock_.now()));
    QVERIFY(made.secret.empty());
    const auto found = runBlocking((*loops_)[0], oauth::client_store::find(session, made.client.id));
    auto shown = oauth::toJson(*found);
    for (const auto& [key, value] : body.items()) QCOMPARE(Json(shown[key]), value);
    QVERIFY(!runBlocking((*loops_)[0], oauth::client_store::find(other, made.client.id)));

    auto wish = oauth::clientFromJson(Json::parse(shown.dump()), made.client.id, check);
    wish.redirectUris = {"https://app.example.org/new"};
    wish.publisher.reset();
    wish.accessSeconds.reset();
    wish.offered = false;
    const auto changed = runBlocking((*loops_)[0], oauth::client_store::update(session, wish, 1, clock_.now()));
    QCOMPARE(changed->redirectUris, std::vector<std::string>{"https://app.example.org/new"});
    QVERIFY(!changed->publisher && !changed->accessSeconds && !changed->offered);
    QCOMPARE(*changed->privacyAnswers, std::string(R"({"sells":"No"})"));
    auto foreign = wish;
    QVERIFY(!runBlocking((*loops_)[0], oauth::client_store::update(other, foreign, std::nullopt, clock_.now())));
}

POLYCLINIC_TEST(ClientStoreTest)
#include "client_store_test.moc"
