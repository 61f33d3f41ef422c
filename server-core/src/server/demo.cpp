#include "server/demo.h"

#include "base/failure.h"
#include "people/people.h"
#include "store/transaction_bundle.h"

namespace polyclinic {
namespace {

constexpr std::uint64_t seed = 20260101;
constexpr int patients = 25;

Task<void> keep(DemoParts& parts, tenancy::TenantContextPtr tenant, std::string bundle) {
    store::ScopedWriter writer(tenant, store::AccessScope::everything(), {"server", "demo", "demo"}, parts.audit, parts.clock);
    const fhir::Owner home{tenant->id(), tenant->urls().fhirApi()};
    const auto parsed = co_await parts.workers.run([&] {
        auto result = std::make_shared<fhir::Bundle>(fhir::parseBundle(bundle, home, 100'000));
        fhir::assignIds(*result, true);
        return result;
    });
    store::BundleRules rules;
    rules.skipUnchanged = true;
    rules.postReplaces = true;
    rules.cursorKey = parts.cursorKey;
    co_await store::carryOut(writer, *parsed, rules);
}

}  // namespace

Task<std::string> makeDemo(DemoParts parts) {
    tenancy::Tenant wish;
    wish.id = "demo";
    wish.name = "Demo clinic";
    wish.phone = "+1 555 0100";
    const auto present = co_await parts.directory.get(wish.id);
    if (!present) {
        co_await parts.directory.put(wish, std::nullopt);
        const auto lookup = co_await parts.directory.find(wish.id);
        if (!lookup.context) throw Failure(FailureKind::internal, "The demo clinic could not be made.");
        people::People people(seed);
        co_await keep(parts, lookup.context, people.practiceBundle());
        for (int i = 0; i < patients; ++i) co_await keep(parts, lookup.context, people.nextPatientBundle());
    }
    const auto lookup = co_await parts.directory.find(wish.id);
    if (!lookup.context) co_return "The demo clinic is not served: it was suspended or moved to the trash.\n";
    const auto& urls = lookup.context->urls();
    co_return "demo clinic, made-up patients only:\n  FHIR API   " + urls.fhirApi() + "/metadata\n  sign-in of systems   " +
        urls.systemAuth() + "/.well-known/openid-configuration\n";
}

}  // namespace polyclinic
