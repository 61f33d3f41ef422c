#include "network/network.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/failure.h"
#include "base/log.h"
#include "base/small_file.h"
#include "base/url.h"
#include "network/addresses.h"

namespace polyclinic::network {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view settingsFile = "network.json", lastGoodFile = "network.last-good.json";
constexpr std::string_view authorityFileName = "clinic-authority.json", leafFile = "clinic-certificate.pem";
constexpr std::string_view sealed = "clinic-authority", sealedFor = "installation";
constexpr auto lookEvery = 60s;

[[noreturn]] void refuse(const std::string& sentence, const std::string& member) {
    throw Failure::withIssues(FailureKind::unprocessable, {{Issue::Severity::error, "value", sentence, "Network." + member}});
}

std::string contentOf(const std::string& path) { return readSmallFile(path, largestPemFile).bytes; }

std::string bracketed(const std::string& host) { return host.find(':') == host.npos ? host : "[" + host + "]"; }

bool needsOuter(const Settings& settings) {
    if (settings.reach == Reach::thisComputer) return false;
    if (settings.mode != CertificateMode::proxy) return true;
    return !std::all_of(settings.trustedProxies.begin(), settings.trustedProxies.end(),
                        [](const auto& proxy) { return isLoopback(proxy); });
}

}  // namespace

Network::Network(Parts parts, Started started) : parts_(std::move(parts)), started_(std::move(started)), base_(started_.base) {
    if (!started_.publicUrl.empty()) base_ = started_.publicUrl;
    if (!started_.certificate.empty())
        if (const auto details = detailsOf(contentOf(started_.certificate))) startedWithKnown_ = !details->selfSigned;
    show();
}

Network::~Network() = default;

std::string Network::baseOf(const Settings& settings, const std::vector<std::string>& addresses, std::uint16_t port) const {
    if (!started_.publicUrl.empty()) return started_.publicUrl;
    if (!settings.publicUrl.empty()) return settings.publicUrl;
    if (settings.reach == Reach::thisComputer) return started_.base;
    std::string host = addresses.empty() ? "" : bracketed(addresses.front());
    if (settings.mode == CertificateMode::own)
        if (const auto details = detailsOf(contentOf(settings.file)))
            for (const auto& name : details->names)
                if (!name.starts_with('*') && !isAddress(name)) {
                    host = name;
                    break;
                }
    if (host.empty()) refuse("This computer has no network address yet. Connect it to the network first.", "reach");
    // Port 0 is one that the system gives when the listener opens.
    return "https://" + host + (port == 443 || port == 0 ? "" : ":" + std::to_string(port));
}

Network::Plan Network::planFor(const Settings& settings) const {
    Plan plan{settings, ownAddresses(), {}};
    auto at = *parseListen(settings.listen);
    if (at.address != "0.0.0.0" && at.address != "::") {
        // Only where it listens can it be reached.
        if (!isLoopback(at.address) && std::find(plan.addresses.begin(), plan.addresses.end(), at.address) == plan.addresses.end())
            refuse("This computer has no address " + at.address + ".", "listen");
        plan.addresses = {at.address};
    }
    plan.base = baseOf(settings, plan.addresses, at.port);
    return plan;
}

std::vector<std::string> Network::certificateHosts(const Plan& plan) const {
    std::vector<std::string> hosts;
    const auto add = [&](const std::string& host) {
        if (!host.empty() && std::find(hosts.begin(), hosts.end(), host) == hosts.end() && maySign(*authority_, host))
            hosts.push_back(host);
    };
    if (const auto host = hostOf(plan.base); !host.empty()) {
        add(host);
        if (hosts.empty())
            refuse("The clinic's own authority signs for this computer and its local network only, and not for " + host +
                       ". For that name use a certificate of an authority that browsers know, or a proxy.",
                   "certificate.mode");
    }
    const auto name = ownName();
    add(name);
    if (!name.empty()) add(name.substr(0, name.find('.')) + ".local");
    add("localhost");
    for (const auto& address : plan.addresses) add(address);
    add("127.0.0.1");
    return hosts;
}

void Network::loadAuthority() {
    if (authority_) return;
    if (const auto kept = parts_.files.read(authorityFileName)) {
        const auto json = nlohmann::json::parse(*kept, nullptr, false);
        if (json.is_object()) {
            const auto bytes = base64Decode(json.value("sealedKey", ""));
            auto key = bytes ? parts_.vault.open(sealed, sealedFor, *bytes) : std::nullopt;
            if (key && detailsOf(json.value("certificate", ""))) {
                authority_ = Authority{json.value("certificate", ""), std::move(*key)};
                return;
            }
        }
        log::error("the clinic's certificate authority cannot be read; a new one is made, and devices must trust that anew");
        parts_.files.write("clinic-authority.unreadable.json", *kept);
        settings_.authorityInstalled = false;
    }
    auto made = makeAuthority(ownName(), ownAddresses(), parts_.clock.now());
    parts_.files.write(
        authorityFileName,
        nlohmann::json{{"certificate", made.certificate}, {"sealedKey", base64Encode(parts_.vault.seal(sealed, sealedFor, made.key))}}.dump(
            2));
    authority_ = std::move(made);
}

std::optional<http::TlsFiles> Network::tlsFor(const Plan& plan) {
    switch (plan.settings.mode) {
        case CertificateMode::proxy:
            return std::nullopt;
        case CertificateMode::own: {
            const auto file = readSmallFile(plan.settings.file, largestPemFile);
            const auto& pem = file.bytes;
            if (!file.fault.empty()) refuse("The certificate file " + plan.settings.file + " " + file.fault + ".", "certificate.file");
            if (!detailsOf(pem)) refuse("There is no certificate in PEM form in " + plan.settings.file + ".", "certificate.file");
            if (const auto host = hostOf(plan.base); !isFor(pem, host))
                refuse("The certificate in " + plan.settings.file + " is not for " + host + ".", "certificate.file");
            const auto key = readSmallFile(plan.settings.keyFile, largestPemFile);
            if (!key.fault.empty()) refuse("The key file " + plan.settings.keyFile + " " + key.fault + ".", "certificate.keyFile");
            return http::TlsFiles{plan.settings.file, plan.settings.keyFile};
        }
        case CertificateMode::clinic:
            break;
    }
    loadAuthority();
    const auto hosts = certificateHosts(plan);
    const auto kept = parts_.files.read(leafFile);
    const auto now = parts_.clock.now();
    if (!kept || isDue(*kept, *authority_, hosts, now)) parts_.files.write(leafFile, makeLeaf(*authority_, hosts, now));
    const auto path = (parts_.files.folder / leafFile).string();
    return http::TlsFiles{path, path};
}

void Network::openOuter(const Plan& plan, std::optional<http::TlsFiles> tls) {
    const auto wanted = *parseListen(plan.settings.listen);
    const auto remember = [&](std::uint16_t port) {
        Outer outer{wanted, tls, tls ? contentOf(tls->certificate) : std::string()};
        outer.at.port = port;
        summary_ = detailsOf(outer.pem);
        outer_ = std::move(outer);
    };
    if (outer_ && outer_->at.text() == wanted.text() && tls && outer_->tls) {
        parts_.http.setTls(wanted.port, tls);
        remember(wanted.port);
        return;
    }
    http::ListenSettings listener;
    listener.address = wanted.address;
    listener.port = wanted.port;
    listener.tls = tls;
    listener.trustedProxies = plan.settings.trustedProxies;
    listener.proxiesOnly = !tls;
    const bool samePort = outer_ && outer_->at.port == wanted.port;
    const auto before = outer_;
    if (samePort) parts_.http.close(before->at.port);
    std::uint16_t port = 0;
    try {
        port = parts_.http.listen(listener);
    } catch (const Failure&) {
        if (samePort) {
            listener.address = before->at.address;
            listener.tls = before->tls;
            listener.proxiesOnly = !before->tls;
            parts_.http.listen(listener);
        }
        throw;
    }
    if (before && !samePort) parts_.http.close(before->at.port);
    remember(port);
}

void Network::carryOut(Plan plan) {
    if (started_.opens && needsOuter(plan.settings)) {
        auto tls = tlsFor(plan);
        openOuter(plan, std::move(tls));
        if (parseListen(plan.settings.listen)->port == 0) {
            plan.settings.listen = outer_->at.text();  // grants hold it, so it stays
            plan.base = baseOf(plan.settings, plan.addresses, outer_->at.port);
        }
    } else {
        if (outer_) parts_.http.close(outer_->at.port);
        outer_.reset();
        summary_.reset();
    }
    auto proxies = started_.proxies;
    if (plan.settings.reach != Reach::thisComputer)
        proxies.insert(proxies.end(), plan.settings.trustedProxies.begin(), plan.settings.trustedProxies.end());
    parts_.http.trust(proxies);
    settings_ = std::move(plan.settings);
    base_ = std::move(plan.base);
    addresses_ = std::move(plan.addresses);
    trouble_.clear();
    probe_.reset();
    show();
}

std::vector<std::string> Network::hosts() const {
    auto hosts = started_.hosts;
    const auto add = [&](const std::string& base) {
        if (const auto url = parseWebUrl(base)) std::ranges::move(url->hostHeaders(), std::back_inserter(hosts));
    };
    if (outer_) {
        const auto port = ":" + std::to_string(outer_->at.port);
        for (const auto& address : addresses_) add("https://" + bracketed(address) + port);
        if (const auto name = ownName(); !name.empty()) {
            add("https://" + name + port);
            add("https://" + name.substr(0, name.find('.')) + ".local" + port);
        }
    }
    if (settings_.reach != Reach::thisComputer || !settings_.publicUrl.empty()) add(base_);
    return hosts;
}

void Network::show() {
    auto view = std::make_shared<View>();
    view->hosts = hosts();
    view->settings = settings_;
    view->base = base_;
    view->trouble = trouble_;
    view->addresses = addresses_;
    if (outer_) view->outer = outer_->at;
    view->certificate = summary_;
    const auto host = hostOf(base_);
    view->certificateFits = outer_ && isFor(outer_->pem, host);
    view->strictTransport = settings_.mode == CertificateMode::own && summary_ && summary_->known && !summary_->selfSigned &&
                            view->certificateFits && !isAddress(host);
    if (authority_) view->authority = authority_->certificate;
    view->probe = probe_;
    view->probed = probed_;
    view->announced = announcer_.state();
    view_ = std::move(view);
    parts_.directory.setBase(base_);
}

void Network::announce() {
    if (outer_ && outer_->tls && settings_.reach == Reach::network)
        announcer_.announce(ownName().empty() ? "Polyclinic" : "Polyclinic on " + ownName(), outer_->at.port);
    else
        announcer_.withdraw();
    show();
}

void Network::ask() {
    if (settings_.reach == Reach::thisComputer) return;
    probe_ = probe(base_, authority_ ? authority_->certificate : std::string());
    probed_ = parts_.clock.now();
    show();
}

/// What cannot be written down is not done.
void Network::keepOrUndo(const Plan& plan) {
    const Plan before{settings_, addresses_, base_};
    carryOut(plan);
    try {
        const auto text = toStorage(settings_);
        parts_.files.write(settingsFile, text);
        parts_.files.write(lastGoodFile, text);
    } catch (const Failure&) {
        carryOut(before);
        throw;
    }
}

void Network::open() {
    const auto kept = parts_.files.read(settingsFile);
    auto settings = kept ? fromStorage(*kept) : std::nullopt;
    if (kept && !settings) {
        log::error("{} cannot be read: the last one that could is used", settingsFile);
        if (const auto good = parts_.files.read(lastGoodFile)) settings = fromStorage(*good);
        if (settings) parts_.files.write(settingsFile, toStorage(*settings));
    }
    settings_ = settings.value_or(Settings());
    try {
        auto plan = planFor(settings_);
        base_ = plan.base;
        addresses_ = plan.addresses;
        carryOut(std::move(plan));
    } catch (const Failure& failure) {
        trouble_ = failure.publicMessage();
        log::error("others cannot reach this server: {}", trouble_);
        show();
    }
}

void Network::lookAfter() {
    try {
        if (started_.opens && needsOuter(settings_)) {
            auto plan = planFor(settings_);
            bool due = !outer_;
            if (outer_ && outer_->tls) {
                due = contentOf(outer_->tls->certificate) != outer_->pem || plan.addresses != addresses_;
                if (settings_.mode == CertificateMode::clinic && summary_)
                    due = due || summary_->expires - parts_.clock.now() < std::chrono::hours(24 * renewDays);
            }
            // The address that clinics were made with stays theirs until somebody changes it.
            if (outer_) plan.base = base_;
            if (due) carryOut(std::move(plan));
        }
        trouble_.clear();
    } catch (const Failure& failure) {
        if (trouble_ != failure.publicMessage()) log::error("network: {}", failure.publicMessage());
        trouble_ = failure.publicMessage();
    }
    announce();
}

void Network::watch() {
    spawn([](Network* self) -> Task<void> {
        try {
            auto work = [self] { self->lookAfter(); };
            co_await self->worker_.run(std::move(work));
        } catch (const std::exception& error) {
            log::error("network: {}", error.what());
        }
    }(this));
    timer_ = parts_.loop.after(lookEvery, [this] { watch(); });
}

void Network::stop() { timer_.cancel(); }

}  // namespace polyclinic::network
