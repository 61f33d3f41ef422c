#include "server/demo.h"

#include "accounts/patient_summary.h"
#include "base/failure.h"
#include "base/random.h"
#include "fhir/definitions/definitions.h"
#include "oauth/client_store.h"
#include "records/transaction_bundle.h"
#include "sample_data/sample_data.h"
#include "tenancy/rows_of.h"

namespace polyclinic {
namespace {

constexpr std::uint64_t seed = 20260101;
constexpr int patients = 25;
constexpr std::size_t guests = 2;  // who may sign in
constexpr std::string_view appName = "Health at a Glance";
constexpr std::string_view realm = accounts::patientRealm;

audit::Actor demoActor() { return {"server", "demo", "demo"}; }

Task<void> keep(DemoParts& parts, tenancy::TenantContextPtr tenant, std::string bundle) {
    records::ScopedWriter writer(tenant, access::AccessScope::everything(), demoActor(), parts.audit, parts.clock);
    const fhir::Owner owner{tenant->id(), tenant->urls().fhirApi()};
    const auto workers = parts.workers.of({tenant->number()});
    const auto parsed = co_await workers.run([&] {
        auto result = std::make_shared<fhir::Bundle>(fhir::parseBundle(bundle, owner, 100'000));
        fhir::assignIds(*result, true);
        return result;
    });
    records::BundleRules rules;
    rules.skipUnchanged = true;
    rules.postReplaces = true;
    rules.cursorKey = parts.cursorKey;
    rules.workers = &workers;  // all of it at once would hold a loop too long
    rules.bytes = bundle.size();
    co_await records::carryOut(writer, *parsed, rules);
}

Task<std::vector<std::string>> firstPatients(const tenancy::TenantContext& tenant) {
    static constexpr db::TenantSql sql("SELECT id FROM resource WHERE tenant_id = $1 AND type = $2 AND NOT deleted ORDER BY rid LIMIT $3");
    const auto rows =
        co_await rowsOf(tenant).run({sql, std::move(db::Params().int4(fhir::typeCode("Patient")).int8(std::int64_t(guests)))});
    std::vector<std::string> ids;
    for (std::size_t row = 0; row < rows.rows(); ++row) ids.emplace_back(rows.text(row, 0));
    co_return ids;
}

/// An account as a person would have it who activated it and forgot the password.
Task<void> welcome(DemoParts& parts, const tenancy::RealmSession& session, std::string patient) {
    accounts::NewAccount wanted;
    wanted.fhirUser = "Patient/" + patient;
    const auto invitation = co_await parts.accountService.invite(session, std::move(wanted), demoActor());
    const auto summary = co_await accounts::patientSummary(session.tenant(), patient);
    const accounts::ClientInfo clientInfo{"127.0.0.1", {}, {}, "demo"};
    const auto activated =
        co_await parts.accountService.useCode(session, invitation.activation.code, summary->birthDate, randomToken(), false, clientInfo);
    if (activated && activated->signedIn)
        co_await parts.accountService.endAnySession(session, activated->signedIn->session.id, demoActor());
}

/// One line for each person who may sign in, with a link that works once.
Task<std::string> signInLines(DemoParts& parts, const tenancy::TenantContext& tenant) {
    const tenancy::RealmSession session(tenant, accounts::patientRealm);
    const accounts::AccountQuery all;
    auto page = co_await accounts::account_store::list(session, all);
    if (page.accounts.empty()) {
        const auto ids = co_await firstPatients(tenant);
        for (const auto& id : ids) co_await welcome(parts, session, id);
        page = co_await accounts::account_store::list(session, all);
    }
    std::string lines;
    std::size_t shown = 0;
    for (const auto& account : page.accounts) {
        if (account.password.empty() || account.disabled || shown == guests) continue;
        ++shown;
        const auto code = co_await parts.accountService.signInCode(session, account.id, demoActor());
        if (code)
            lines += "  " + account.username + ", once within 15 minutes   " + tenant.urls().patientPortal() + "/link#" + code->code + '\n';
    }
    co_return lines;
}

/// Registers the app, or tells the clinic its address of today.
Task<std::string> registerApp(DemoParts& parts, const tenancy::TenantContext& tenant) {
    const nlohmann::json body{
        {"name", appName},
        {"kind", "patient-app"},
        {"type", "public"},
        {"redirectUris", {parts.appAddress}},
        {"launchUri", parts.appAddress + "launch.html"},
        {"scopes",
         "openid fhirUser launch/patient offline_access patient/Patient.rs patient/Condition.rs "
         "patient/Observation.rs patient/MedicationRequest.rs patient/AllergyIntolerance.rs"},
        {"publisher", "Polyclinic Demo Apps"},
        {"description", "Shows your problems, lab results, medicines and allergies on one page. For trying things out."},
        {"offered", true}};
    const tenancy::RealmSession session(tenant, accounts::patientRealm);
    const auto now = parts.clock.now();
    const auto page = co_await oauth::client_store::list(session, "", 200);
    for (const auto& known : page.clients) {
        if (known.name != appName || known.kind != oauth::ClientKind::patientApp) continue;
        if (known.redirectUris.size() == 1 && known.redirectUris[0] == parts.appAddress) co_return known.id;
        auto moved = known;
        moved.redirectUris = {parts.appAddress};
        moved.launchUri = parts.appAddress + "launch.html";
        const std::optional<std::int64_t> asRead(known.version);
        co_await oauth::client_store::update(session, std::move(moved), asRead, now);
        co_return known.id;
    }
    auto wanted = oauth::clientFromJson(body, "");
    const auto made = co_await oauth::client_store::create(session, std::move(wanted), now);
    co_return made.client.id;
}

/// Nobody in this clinic is real; what protects patients from mistakes does not hold it up.
Task<void> noteMadeUp(db::Database& database, std::int32_t number) {
    db::SystemSession session(database);
    co_await session.run("INSERT INTO installation (name, value) VALUES ('demo-tenant', $1) ON CONFLICT DO NOTHING",
                         std::move(db::Params().bytea(std::to_string(number))));
}

}  // namespace

Task<std::string> makeDemo(DemoParts parts) {
    tenancy::Tenant wanted;
    wanted.id = "demo";
    wanted.name = "Demo clinic";
    wanted.phone = "+1 555 0100";
    const auto present = co_await parts.directory.get(wanted.id);
    if (!present) {
        co_await parts.directory.put(wanted, std::nullopt);
        const auto lookup = co_await parts.directory.find(wanted.id);
        if (!lookup.context) throw Failure(FailureKind::internal, "The demo clinic could not be made.");
        co_await noteMadeUp(parts.directoryDatabase, lookup.context->number());
        sample_data::SampleData sampleData(seed);
        co_await keep(parts, lookup.context, sampleData.practiceBundle());
        for (int i = 0; i < patients; ++i) co_await keep(parts, lookup.context, sampleData.nextPatientBundle());
    }
    const auto lookup = co_await parts.directory.find(wanted.id);
    if (!lookup.context) co_return "The demo clinic is not served: it was suspended or moved to the trash.\n";
    const auto& tenant = *lookup.context;
    const auto client = co_await registerApp(parts, tenant);
    parts.app.connect(tenant.urls().patientApi(), client);
    const auto sampleData = co_await signInLines(parts, tenant);
    co_return "demo clinic, made-up patients only:\n  portal of patients   " + tenant.urls().patientPortal() + "\n" + sampleData +
        "  an app to connect   " + parts.appAddress + "\n  FHIR API   " + tenant.urls().fhirApi() + "/metadata\n  sign-in of systems   " +
        tenant.urls().systemAuth() + "/.well-known/openid-configuration\n";
}

}  // namespace polyclinic
