// One more realm is one more value: its discovery, its authorization endpoint and its tokens are those of the value, beside
// the patients' ones of the same clinic and apart from them.

#include <QTest>

#include "../accounts/people_case.h"
#include "authorization_server/authorization_server.h"
#include "authorization_server/discovery.h"
#include "oauth/auth_request_store.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using authorization_server::AuthorizationServer;

namespace {

const authorization_server::Realm providers{
    .name = "provider",
    .level = access::Level::user,
    .clientKind = oauth::ClientKind::providerApp,
    .agentKind = "provider-app",
    .audience = "provider/smart-api",
    .signIn = "provider/portal/sign-in",
    .management = {},
    .grantTypes = {"authorization_code", "refresh_token"},
    .clientAuthentication = {authorization_server::ClientAuthentication::none, authorization_server::ClientAuthentication::basic,
                             authorization_server::ClientAuthentication::post},
    .nonResourceScopes = {"openid", "fhirUser", "offline_access"},
    .scopesSupported = {"openid", "user/*.rs"},
    .capabilities = {"launch-standalone", "permission-user", "permission-v2"},
    .accessPrefix = "pvt_",
    .refreshPrefix = "pvr_"};

const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const std::string base = "https://clinic.example.org/tenant/t-a/provider";

}  // namespace

class RealmTest : public QObject, PeopleCase {
    Q_OBJECT
  private slots:
    void init();
    void cleanup();
    void metadataIsMadeOfTheValue();
    void authorizeLeadsToItsSignIn();
    void codesBecomeItsTokens();

  private:
    http::Response ask(AuthorizationServer::Step step, const http::Request& request, const authorization_server::Realm& realm = providers) {
        authorization_server::AuthContext context(realm, w().a);
        return answer(w().loops[0], ((*server_).*step)(request, context));
    }
    std::string clientOf(oauth::ClientKind kind, const std::string& scopes) {
        oauth::Client client;
        client.name = "Ward round";
        client.kind = kind;
        client.type = oauth::ClientType::publicClient;
        client.redirectUris = {"https://app.example.org/back"};
        client.scopes = scopes;
        const tenancy::RealmSession rows(*w().a, "provider");
        return w().wait(oauth::client_store::create(rows, client, w().clock.now())).client.id;
    }
    http::Request asked(const std::string& client) {
        return get(encodeForm({{"response_type", "code"},
                               {"client_id", client},
                               {"redirect_uri", "https://app.example.org/back"},
                               {"scope", "openid offline_access user/Observation.rs"},
                               {"state", "s1"},
                               {"aud", base + "/smart-api"},
                               {"code_challenge", challenge},
                               {"code_challenge_method", "S256"}}));
    }
    /// A doctor who has just allowed `client`; the code.
    std::string allowed(const std::string& client);

    std::unique_ptr<authorization_server::SigningKeys> keys_;
    std::unique_ptr<AuthorizationServer> server_;
};

void RealmTest::init() {
    world_ = std::make_unique<PeopleWorld>();
    keys_ = std::make_unique<authorization_server::SigningKeys>(w().vault, w().workers, w().clock);
    server_ = std::make_unique<AuthorizationServer>(w().people, *keys_, w().audit, w().vault, w().clock);
}

void RealmTest::cleanup() {
    server_.reset();
    keys_.reset();
    world_.reset();
}

void RealmTest::metadataIsMadeOfTheValue() {
    const auto told = bodyOf(ask(&AuthorizationServer::discovery, get("")));
    QCOMPARE(told.at("issuer"), base + "/auth");
    QCOMPARE(told.at("token_endpoint"), base + "/auth/token");
    QCOMPARE(told.at("userinfo_endpoint"), base + "/auth/userinfo");
    QCOMPARE(told.at("scopes_supported"), nlohmann::json::array({"openid", "user/*.rs"}));
    QCOMPARE(told.at("token_endpoint_auth_methods_supported"),
             nlohmann::json::array({"none", "client_secret_basic", "client_secret_post"}));
    QCOMPARE(told.at("introspection_endpoint_auth_methods_supported"),
             nlohmann::json::array({"client_secret_basic", "client_secret_post"}));
    const auto smart = authorization_server::smartConfiguration(providers, w().a->urls());
    QCOMPARE(smart.at("jwks_uri"), base + "/auth/jwks");
    QCOMPARE(smart.at("capabilities").size(), std::size_t(3));
    QVERIFY(!smart.contains("management_endpoint"));
}

void RealmTest::authorizeLeadsToItsSignIn() {
    const auto app = clientOf(oauth::ClientKind::providerApp, "openid offline_access user/Observation.rs");
    const auto answer = ask(&AuthorizationServer::authorize, asked(app));
    QCOMPARE(answer.status, 303);
    QVERIFY2(header(answer, "Location").starts_with(base + "/portal/sign-in?request="), header(answer, "Location").c_str());
    // A patients' app is nobody here, nor this one there.
    const auto patients = clientOf(oauth::ClientKind::patientApp, "openid patient/Observation.rs");
    QCOMPARE(ask(&AuthorizationServer::authorize, asked(patients)).status, 400);
    QCOMPARE(ask(&AuthorizationServer::authorize, asked(app), authorization_server::realms::patient).status, 400);
}

std::string RealmTest::allowed(const std::string& client) {
    OpenDatabase owner(w().cluster.asBootstrap(), w().loops);
    const auto number = std::to_string(w().a->number());
    const auto now = w().clock.now();
    oneNow(w().loops, *owner,
           "INSERT INTO account (tenant_id, realm, id, username, username_key, fhir_user, disabled, version, created, updated) VALUES (" +
               number + ", 'provider', 'acc-1', 'dr.who', 'dr.who', 'Practitioner/w', false, 1, now(), now())");
    oneNow(w().loops, *owner,
           "INSERT INTO session (tenant_id, realm, hash, id, account, device, address, started, last_seen, expires) VALUES (" + number +
               ", 'provider', '\\x01', 'ses-1', 'acc-1', 'x', 'x', now(), now(), now() + interval '1 day')");
    const tenancy::RealmSession rows(*w().a, "provider");
    oauth::AuthRequest pending;
    pending.id = randomToken();
    pending.client = client;
    pending.redirectUri = "https://app.example.org/back";
    authorization_server::AuthorizationRequest wish;
    wish.codeChallenge = challenge;
    pending.parameters = wish.toJson();
    pending.created = pending.signedInSince = now;
    pending.expires = now + 30min;
    w().wait(oauth::auth_request_store::add(rows, pending));
    const std::string code = randomToken();
    oauth::ConsentDecision decision;
    decision.request = pending.id;
    decision.session = "ses-1";
    decision.account = "acc-1";
    decision.authTime = now;
    decision.codeHash = sha256(code);
    decision.codeExpires = now + 1min;
    decision.grant = randomUuid();
    decision.family = randomUuid();
    decision.scopes = access::ScopeSet(access::parseScopeList("user/Observation.rs").scopes).toJson();
    decision.nonResourceScopes = "openid fhirUser offline_access";
    decision.ends = now + 24h;
    if (!w().wait(oauth::auth_request_store::decide(rows, decision, now))) throw std::runtime_error("not decided");
    return code;
}

void RealmTest::codesBecomeItsTokens() {
    const auto app = clientOf(oauth::ClientKind::providerApp, "openid fhirUser offline_access user/Observation.rs");
    const auto code = allowed(app);
    FormFields fields{{"grant_type", "authorization_code"},
                      {"code", code},
                      {"redirect_uri", "https://app.example.org/back"},
                      {"code_verifier", verifier},
                      {"client_id", app}};
    QCOMPARE(ask(&AuthorizationServer::token, post(fields), authorization_server::realms::patient).status, 401);
    const auto made = ask(&AuthorizationServer::token, post(fields));
    QCOMPARE(made.status, 200);
    const auto tokens = bodyOf(made);
    const std::string access = tokens.at("access_token"), refreshToken = tokens.at("refresh_token");
    QVERIFY(access.starts_with("pvt_") && refreshToken.starts_with("pvr_"));
    QCOMPARE(tokens.at("scope"), "openid fhirUser offline_access user/Observation.rs");
    const auto keys = bodyOf(ask(&AuthorizationServer::jwks, get("")));
    const auto claims = authorization_server::verifiedPayload(tokens.at("id_token").get<std::string>(), keys.at("keys")[0].dump());
    QVERIFY(claims.has_value());
    QCOMPARE(nlohmann::json::parse(*claims).at("iss"), base + "/auth");
    QCOMPARE(nlohmann::json::parse(*claims).at("fhirUser"), base + "/smart-api/Practitioner/w");
    const auto known = w().wait(server_->authenticate(*w().a, providers, access));
    QVERIFY(known.has_value());
    QCOMPARE(known->fhirUser, std::string("Practitioner/w"));
    QVERIFY(known->scopes.allows(access::Level::user, "Observation", access::Verb::read));
    for (const auto* other : {&authorization_server::realms::patient, &authorization_server::realms::system})
        QVERIFY(!w().wait(server_->authenticate(*w().a, *other, access)));
    const auto next =
        ask(&AuthorizationServer::token, post({{"grant_type", "refresh_token"}, {"refresh_token", refreshToken}, {"client_id", app}}));
    QCOMPARE(next.status, 200);
    QVERIFY(bodyOf(next).at("access_token").get<std::string>().starts_with("pvt_"));
    QCOMPARE(ask(&AuthorizationServer::revoke, post({{"token", access}, {"client_id", app}})).status, 200);
    QVERIFY(!w().wait(server_->authenticate(*w().a, providers, access)));
}

POLYCLINIC_TEST(RealmTest)
#include "realm_test.moc"
