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
    void bodiesAreReadStrictly_data();
    void bodiesAreReadStrictly();
    void bodiesRoundTrip();
    void redirectUrisAreNarrow_data();
    void redirectUrisAreNarrow();
    void appsKeepWhatTheyTell();

  private:
    oauth::NewClient make(int clinic, const std::string& name);
    bool issued(db::TenantSession& session, const std::string& hash, const std::string& client, const std::string& secretHash,
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
    auto session = database_->session(clinic);
    oauth::Client client;
    client.name = name;
    client.scopes = "system/*.rs";
    return runBlocking((*loops_)[0], clients::create(session, client, clock_.now()));
}

bool ClientStoreTest::issued(db::TenantSession& session, const std::string& hash, const std::string& client, const std::string& secretHash,
                             const std::string& registered) {
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
    return runBlocking((*loops_)[0], tokens::issue(session, "system", made));
}

bool ClientStoreTest::lives(int clinic, const std::string& hash) {
    auto session = database_->session(clinic);
    return runBlocking((*loops_)[0], tokens::find(session, "system", hash, clock_.now())).has_value();
}

void ClientStoreTest::madeClientsComeBack() {
    const auto made = make(clinicA, "Laboratory feed");
    QVERIFY(made.secret.size() >= 43);
    auto session = database_->session(clinicA);
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
    auto other = database_->session(clinicB);
    QVERIFY(!runBlocking(loop, clients::find(other, made.client.id)));
    QVERIFY(!runBlocking(loop, clients::findSecret(other, made.client.id)));
    QVERIFY(!runBlocking(loop, clients::update(other, made.client, std::nullopt, clock_.now())));
    QVERIFY(!runBlocking(loop, clients::rotateSecret(other, made.client.id, std::nullopt, clock_.now())));
    QVERIFY(!runBlocking(loop, clients::remove(other, made.client.id)));
    for (const auto& client : runBlocking(loop, clients::list(other, "", 1000)).clients) QVERIFY(client.name != "A only");
    auto own = database_->session(clinicA);
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
    auto session = database_->session(clinic);
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
    auto session = database_->session(clinicA);
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
    auto session = database_->session(clinicA);
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
    auto session = database_->session(clinicA);
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
    auto session = database_->session(clinicA);
    const auto made = make(clinicA, "Old secret");
    runBlocking(loop, clients::rotateSecret(session, made.client.id, std::nullopt, clock_.now()));
    QVERIFY(!issued(session, std::string(32, '3'), made.client.id, sha256(made.secret), made.client.scopes));
    QVERIFY(!lives(clinicA, std::string(32, '3')));
}

void ClientStoreTest::rotationsAtOnceHaveOneWinner() {
    auto version = std::int64_t(1);
    const auto made = make(clinicA, "Rotating");
    auto session = database_->session(clinicA);
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
    auto session = database_->session(clinicA);
    runBlocking((*loops_)[0], session.run({fill, db::Params().text(client)}));
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

void ClientStoreTest::bodiesAreReadStrictly_data() {
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("member");
    const auto row = [](const char* body, const char* member) { QTest::newRow(body) << body << member; };
    row(R"({"kind":"backend-service","scopes":"system/*.rs"})", "Client.name");
    row(R"({"name":7,"kind":"backend-service","scopes":"system/*.rs"})", "Client.name");
    row(R"({"name":"a\u0007b","kind":"backend-service","scopes":"system/*.rs"})", "Client.name");
    row(R"({"name":"x","scopes":"system/*.rs"})", "Client.kind");
    row(R"({"name":"x","kind":"toaster","scopes":"system/*.rs"})", "Client.kind");
    row(R"({"name":"x","kind":"backend-service","type":"public","scopes":"system/*.rs"})", "Client.type");
    row(R"({"name":"x","kind":"backend-service"})", "Client.scopes");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/Patient.sr"})", "Client.scopes");
    row(R"({"name":"x","kind":"backend-service","scopes":"user/*.rs"})", "Client.scopes");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/*.rs","colour":"red"})", "Client.colour");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/*.rs","clientSecret":"mine"})", "Client.clientSecret");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/*.rs","jwksUri":"https://x/"})", "Client.jwksUri");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/*.rs","redirectUris":["https://x/"]})", "Client.redirectUris");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/*.rs","id":"mine"})", "Client.id");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/*.rs","disabled":"yes"})", "Client.disabled");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/*.rs","offered":true})", "Client.offered");
    row(R"({"name":"x","kind":"backend-service","scopes":"system/*.rs","accessSeconds":300})", "Client.accessSeconds");

    const auto app = [](const QByteArray& more, const char* member) {
        const QByteArray body =
            R"({"name":"x","kind":"patient-app","scopes":"system/*.rs","type":"public","redirectUris":["https://app.example.org/cb"])" +
            more + "}";
        QTest::newRow(more.constData()) << QString(body) << member;
    };
    app(R"(,"type2":"x")", "Client.type2");
    app(R"x(,"launchUri":"javascript:alert(1)")x", "Client.launchUri");
    app(R"(,"policyUri":"http://app.example.org/privacy")", "Client.policyUri");
    app(R"(,"termsUri":"file:///etc/passwd")", "Client.termsUri");
    app(R"(,"publisher":"")", "Client.publisher");
    app(R"(,"facts":["yes"])", "Client.facts");
    app(R"(,"facts":{"sells data":"no"})", "Client.facts");
    app(R"(,"offered":"yes")", "Client.offered");
    app(R"(,"accessSeconds":59)", "Client.accessSeconds");
    app(R"(,"accessSeconds":3601)", "Client.accessSeconds");
    app(R"(,"accessSeconds":60.5)", "Client.accessSeconds");
    app(R"(,"jwksUri":"https://app.example.org/keys")", "Client.jwksUri");
    row(R"({"name":"x","kind":"patient-app","scopes":"system/*.rs","redirectUris":["https://a.example.org/"]})", "Client.type");
    row(R"({"name":"x","kind":"patient-app","type":"confidential-asymmetric","scopes":"system/*.rs","redirectUris":["https://a.example.org/"]})",
        "Client.type");
    row(R"({"name":"x","kind":"provider-app","type":"public","scopes":"system/*.rs"})", "Client.redirectUris");
    row(R"({"name":"x","kind":"patient-app","type":"public","scopes":"system/*.rs","redirectUris":[]})", "Client.redirectUris");
}

namespace {

std::string foreignScope(oauth::ClientKind, std::string_view scopes) { return access::firstForeign(scopes, access::Level::system); }

}  // namespace

void ClientStoreTest::bodiesAreReadStrictly() {
    QFETCH(QString, body);
    QFETCH(QString, member);
    try {
        oauth::clientFromJson(Json::parse(body.toStdString()), "", foreignScope);
        QFAIL("the body was taken");
    } catch (const Failure& failure) {
        QCOMPARE(failure.kind(), FailureKind::unprocessable);
        QCOMPARE(failure.issues().size(), std::size_t(1));
        QCOMPARE(QString::fromStdString(failure.issues()[0].expression), member);
        QVERIFY(failure.issues()[0].diagnostics.find(member.toStdString()) != std::string::npos);
    }
}

/// D07 of the attack list, and what must stay possible.
void ClientStoreTest::redirectUrisAreNarrow_data() {
    QTest::addColumn<QString>("uri");
    QTest::addColumn<bool>("taken");
    for (const char* good :
         {"https://app.example.org/cb", "https://app.example.org", "https://app.example.org:8443/a/b?c=d",
          "https://xn--bcher-kva.example/cb", "https://[2001:db8::1]/cb", "http://127.0.0.1/cb", "http://127.0.0.1:8090/",
          "http://[::1]:4000/cb", "http://localhost:3000/cb", "com.example.app:/cb", "org.clinic.heart-diary://cb"})
        QTest::newRow(good) << good << true;
    for (const char* bad : {"javascript:alert(1)",
                            "JavaScript:alert(1)",
                            "data:text/html,x",
                            "file:///etc/passwd",
                            "vbscript:x",
                            "about:blank",
                            "blob:https://app.example.org/x",
                            "http://app.example.org/cb",
                            "http://127.0.0.1.evil.example/",
                            "http://127.0.0.2/",
                            "http://localhost.evil.example/",
                            "https://*.example.org/cb",
                            "https://app.example.org/*",
                            "https://app.example.org/cb#x",
                            "https://user@app.example.org/",
                            "https://user:pass@app.example.org/",
                            "https:///cb",
                            "https://",
                            "https:app",
                            "//app.example.org/",
                            "/cb",
                            "cb",
                            "",
                            " https://app.example.org/",
                            "https://app.example.org/a b",
                            "https://app.example.org/\\evil",
                            "https://app.example.org:99999/",
                            "https://app.example.org:/",
                            "https://app.example.org:0/",
                            "HTTPS://app.example.org/",
                            "myapp:/cb",
                            "com.:/cb",
                            "com.example.app:",
                            "1com.example:/x",
                            "https://app.example.org/\xc3\xa9",
                            "https://exa\tmple.org/",
                            "https://[2001:db8::1/",
                            "https://app_x.example/\"x"})
        QTest::newRow(bad) << bad << false;
}

void ClientStoreTest::redirectUrisAreNarrow() {
    QFETCH(QString, uri);
    QFETCH(bool, taken);
    const Json body{
        {"name", "x"}, {"kind", "patient-app"}, {"type", "public"}, {"scopes", "patient/*.rs"}, {"redirectUris", {uri.toStdString()}}};
    try {
        oauth::clientFromJson(body, "");
        QVERIFY(taken);
    } catch (const Failure& failure) {
        QVERIFY(!taken);
        QCOMPARE(failure.kind(), FailureKind::unprocessable);
        QCOMPARE(failure.issues().size(), std::size_t(1));
        QCOMPARE(failure.issues()[0].expression, std::string("Client.redirectUris[0]"));
    }
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
    auto session = database_->session(clinicA), other = database_->session(clinicB);
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

void ClientStoreTest::bodiesRoundTrip() {
    const auto body = Json::parse(
        R"({"name":"Laboratory","kind":"backend-service","type":"confidential-symmetric","redirectUris":[],"scopes":" system/*.rs  system/Patient.cud "})");
    auto client = oauth::clientFromJson(body, "", foreignScope);
    QCOMPARE(client.scopes, std::string("system/*.rs system/Patient.cud"));
    client.id = "abc";
    const auto shown = oauth::toJson(client);
    QVERIFY(!shown.contains("secret") && !shown.contains("clientSecret"));
    // What is answered can be sent back as it is.
    const auto again = oauth::clientFromJson(Json::parse(shown.dump()), "abc", foreignScope);
    QCOMPARE(again.name, client.name);
    QCOMPARE(again.scopes, client.scopes);
}

POLYCLINIC_TEST(ClientStoreTest)
#include "client_store_test.moc"
