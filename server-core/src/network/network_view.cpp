// What operators see of the network, and what they may change.

#include <algorithm>

#include "base/encoding.h"
#include "base/failure.h"
#include "network/addresses.h"
#include "network/fingerprint_words.h"
#include "network/firewall.h"
#include "network/network.h"
#include "tenancy/bonds.h"

namespace polyclinic::network {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t visitsKept = 5;
constexpr auto warnBefore = std::chrono::hours(24 * 14);

ordered_json check(std::string id, std::string state, std::string title, std::string detail, std::string remedy = {}) {
    return {{"id", std::move(id)},
            {"state", std::move(state)},
            {"title", std::move(title)},
            {"detail", std::move(detail)},
            {"remedy", std::move(remedy)}};
}

std::string pairsOf(std::string_view fingerprint) {
    const auto hex = hexEncode(fingerprint);
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 2) out += (i ? ":" : "") + hex.substr(i, 2);
    return out;
}

Task<bool> isMadeUp(db::Database& database, std::int32_t number) {
    db::SystemSession session(database);
    const auto rows = co_await session.run("SELECT value FROM installation WHERE name = 'demo-tenant'");
    co_return !rows.empty() && rows.text(0, 0) == std::to_string(number);
}

ordered_json certificateOf(const View& view) {
    const auto& details = *view.certificate;
    std::string spoken;
    for (const auto& word : sixWords(details.fingerprint)) spoken += (spoken.empty() ? "" : " ") + word;
    return {{"subject", details.subject},
            {"issuer", details.issuer},
            {"names", details.names},
            {"begins", toInstant(details.begins)},
            {"expires", toInstant(details.expires)},
            {"fingerprint", pairsOf(details.fingerprint)},
            {"words", spoken},
            {"selfSigned", details.selfSigned},
            {"known", details.known}};
}

}  // namespace

std::string Network::objection(const View& view) const {
    const auto& settings = view.settings;
    const bool listens = settings.reach != Reach::thisComputer;
    if (!listens && !started_.outside) return {};
    if (settings.risk) return {};
    bool trusted = true;
    if (listens) switch (settings.mode) {
            case CertificateMode::proxy:
                break;
            case CertificateMode::clinic:
                trusted = settings.authorityInstalled;
                break;
            case CertificateMode::own:
                trusted = view.certificate && !view.certificate->selfSigned && view.certificateFits;
                break;
        }
    if (started_.outside)
        trusted = trusted && (started_.certificate.empty() ? started_.publicUrl.starts_with("https://") : startedWithKnown_);
    if (trusted) return {};
    return "Others can reach this server, but the phones of patients do not trust its certificate, and nobody should learn to click a "
           "warning away. Before patients are invited, choose one on the page Network and certificate: a certificate of an authority "
           "that phones know, a reverse proxy that has one, the clinic's own authority installed on the devices, or a signed note "
           "that you take the risk.";
}

Task<std::string> Network::objectionTo(const tenancy::TenantContext& tenant) {
    auto sentence = objection(*view());
    if (!sentence.empty()) {
        const bool madeUp = co_await isMadeUp(parts_.database, tenant.number());
        if (madeUp) sentence.clear();
    }
    co_return sentence;
}

ordered_json Network::checks(const View& view) const {
    auto all = ordered_json::array();
    const auto& settings = view.settings;
    const auto now = parts_.clock.now();
    if (settings.reach == Reach::thisComputer && !started_.outside) {
        all.push_back(check("listener", "ok", "Listener", "Only this computer can connect."));
        return all;
    }
    const bool closed = !view.trouble.empty();
    if (closed)
        all.push_back(check("listener", "error", "Listener", view.trouble,
                            "It is tried again every minute. What this computer itself uses goes on working."));
    else if (view.outer)
        all.push_back(check("listener", "ok", "Listener", "Others connect to " + view.outer->text() + "."));
    else
        all.push_back(check("listener", "ok", "Listener", "Others connect to the proxy in front of this server."));

    const auto host = hostOf(view.base);
    if (isAddress(host) && settings.mode != CertificateMode::proxy) {
        const auto own = ownAddresses();
        const bool ours = isLoopback(host) || std::find(own.begin(), own.end(), host) != own.end();
        all.push_back(ours ? check("address", "ok", "Address", host + " is this computer.")
                           : check("address", "error", "Address", host + " is not an address of this computer any more.",
                                   own.empty()
                                       ? "Connect this computer to the network."
                                       : "Its address is " + own.front() +
                                             " now. Give it the old one in your router, or save this page again to move the clinics."));
    }
    if (view.certificate) {
        const auto left = view.certificate->expires - now;
        const auto day = toInstant(view.certificate->expires).substr(0, 10);
        const bool renews = settings.mode == CertificateMode::clinic;
        if (left < std::chrono::microseconds(0))
            all.push_back(check("certificate", "error", "Certificate", "It expired on " + day + ".",
                                "Put a new one into the same files; it is taken within a minute."));
        else if (left < warnBefore)
            all.push_back(check("certificate", "warning", "Certificate", "It ends on " + day + ".",
                                "Put a new one into the same files; it is taken within a minute."));
        else
            all.push_back(check("certificate", "ok", "Certificate", "Good until " + day + (renews ? "; it is renewed by itself." : ".")));
        if (!view.certificateFits)
            all.push_back(check("name", "error", "Name", "The certificate is not for " + host + ".",
                                "Correct the public address, or get a certificate for it."));
        else
            all.push_back(check("name", "ok", "Name", "The certificate is for " + host + "."));
    }
    if (const auto sentence = objection(view); !sentence.empty())
        all.push_back(check("trust", "warning", "Trust", "Phones of patients do not trust the certificate.", sentence));
    else if (settings.risk)
        all.push_back(
            check("trust", "warning", "Trust",
                  settings.risk->name + " took the risk on " + toInstant(settings.risk->at).substr(0, 10) + ": " + settings.risk->statement,
                  "A certificate that phones know is better."));
    else
        all.push_back(check(
            "trust", "ok", "Trust",
            settings.mode == CertificateMode::clinic ? "The clinic's devices trust its own authority." : "Phones trust the certificate."));
    if (!view.probe)
        all.push_back(check("answers", "unknown", "Public address", "It was not asked yet."));
    else if (view.probe->answers)
        all.push_back(check("answers", "ok", "Public address", view.base + " answers."));
    else
        all.push_back(check("answers", "error", "Public address", view.probe->cause, view.probe->remedy));
    if (view.outer) {
        const auto firewall = firewallFor(view.outer->port);
        all.push_back(firewall.name.empty() ? check("firewall", "ok", "Firewall", "None was seen on this computer.")
                                            : check("firewall", "warning", "Firewall",
                                                    firewall.name + " is active on this computer and may keep port " +
                                                        std::to_string(view.outer->port) + " closed.",
                                                    "If other devices cannot connect: " + firewall.remedy));
    }
    if (settings.reach == Reach::network)
        all.push_back(view.announced == "announced"
                          ? check("discovery", "ok", "Discovery", "This server is announced on the local network.")
                          : check("discovery", "ok", "Discovery",
                                  "Announcing on the local network is not available; the address and its QR code do."));
    return all;
}

void Network::visited(std::string device, std::string address) {
    const auto now = view();
    if (isLoopback(address) || std::find(now->addresses.begin(), now->addresses.end(), address) != now->addresses.end()) return;
    const std::scoped_lock lock(visitsLock_);
    std::erase_if(visits_, [&](const DeviceVisit& one) { return one.device == device && one.address == address; });
    visits_.push_front({std::move(device), std::move(address), parts_.clock.now()});
    if (visits_.size() > visitsKept) visits_.pop_back();
}

Task<ordered_json> Network::describe(bool wanted) {
    if (wanted) {
        auto work = [this] { ask(); };
        co_await worker_.run(std::move(work));
    }
    const auto view = this->view();
    ordered_json out{{"resourceType", "Network"}};
    out.update(toJson(view->settings));
    out["base"] = view->base;
    out["addresses"] = ownAddresses();
    out["hostName"] = ownName();
    auto fixed = ordered_json::array();
    if (!started_.publicUrl.empty()) fixed.push_back("publicUrl");
    if (started_.outside) fixed.push_back("listen");
    out["fixed"] = fixed;
    out["shown"] = nullptr;
    if (view->certificate) out["shown"] = certificateOf(*view);
    const auto sentence = objection(*view);
    out["invitations"] = {{"allowed", sentence.empty()}, {"reason", sentence}};
    out["discovery"] = view->announced;
    out["firewall"] = nullptr;
    if (view->outer)
        if (const auto firewall = firewallFor(view->outer->port); !firewall.name.empty())
            out["firewall"] = {{"name", firewall.name}, {"remedy", firewall.remedy}};
    out["devices"] = ordered_json::array();
    {
        const std::scoped_lock lock(visitsLock_);
        for (const auto& one : visits_)
            out["devices"].push_back({{"device", one.device}, {"address", one.address}, {"at", toInstant(one.at)}});
    }
    if (view->probe) out["probed"] = toInstant(view->probed);
    out["checks"] = checks(*view);
    std::size_t others = 0;
    for (const auto& tenant : co_await parts_.directory.all()) others += tenant->urls().base() != view->base;
    if (others > 0)
        out["checks"].push_back(
            check("tenants", "warning", "Clinics",
                  others == 1 ? "One clinic has another public address." : std::to_string(others) + " clinics have another public address.",
                  "Save this page to move them; those with patients are told first."));
    co_return out;
}

Task<void> Network::move(std::string base, bool confirmed, bool closing, bool onlyLook) {
    std::vector<Issue> breaking;
    const auto tenants = co_await parts_.directory.all();
    for (const auto& tenant : tenants) {
        if (tenant->urls().base() == base) continue;
        const auto bonds = co_await tenancy::bondsOf(*tenant);
        const bool bound = bonds.accounts + bonds.grants > 0;
        const bool madeUp = co_await isMadeUp(parts_.database, tenant->number());
        if (bound && !madeUp) {
            if (closing) continue;
            breaking.push_back({Issue::Severity::error, "business-rule",
                                tenant->record().tenant.name + ": " + std::to_string(bonds.accounts) +
                                    (bonds.accounts == 1 ? " person" : " people") + " and " + std::to_string(bonds.grants) +
                                    (bonds.grants == 1 ? " app" : " apps") + " use " + tenant->urls().base() +
                                    " and would have to be connected anew at " + base + ".",
                                "Network.publicUrl"});
        }
        if (!onlyLook) {
            co_await parts_.directory.moveTo(tenant->id(), base);
            if (parts_.moved) {
                const auto lookup = co_await parts_.directory.find(tenant->id());
                if (lookup.context) parts_.moved(*lookup.context);
            }
        }
    }
    if (onlyLook && !confirmed && !breaking.empty()) throw Failure::withIssues(FailureKind::conflict, std::move(breaking));
}

Task<void> Network::change(const nlohmann::json& wanted) {
    if (changing_.exchange(true)) throw Failure(FailureKind::conflict, "Somebody else is changing the network settings. Try again.");
    const std::unique_ptr<std::atomic<bool>, void (*)(std::atomic<bool>*)> done(&changing_, [](std::atomic<bool>* flag) { *flag = false; });
    const auto before = view();
    const auto next = changed(before->settings, wanted, parts_.clock.now());
    if (!started_.publicUrl.empty() && next.publicUrl != before->settings.publicUrl && next.publicUrl != started_.publicUrl)
        throw Failure(FailureKind::conflict, "The public address is given on the command line (--public-url). Change it there.");
    auto plan = planFor(next);
    const bool confirmed = wanted.value("confirm", nlohmann::json()) == true;
    const bool closing = next.reach == Reach::thisComputer && next.publicUrl.empty();
    co_await move(plan.base, confirmed, closing, true);
    auto work = [this, plan = std::move(plan)] { keepOrUndo(plan); };
    co_await worker_.run(std::move(work));
    co_await move(view()->base, confirmed, closing, false);
    auto after = [this] {
        announce();
        if (started_.opens) ask();
    };
    co_await worker_.run(std::move(after));
}

}  // namespace polyclinic::network
