// Who can reach the clinics: the outer listener with its certificate, the public address, and what stands in the way.

#pragma once

#include <atomic>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/key_vault.h"
#include "base/loop.h"
#include "http/server.h"
#include "network/announcer.h"
#include "network/certificates.h"
#include "network/probe.h"
#include "network/settings.h"
#include "tenancy/tenant_directory.h"

namespace polyclinic::network {

/// Small files of the data folder; `write` replaces them whole, 0600.
struct Files {
    std::filesystem::path folder;
    std::function<std::optional<std::string>(std::string_view name)> read;
    std::function<void(std::string_view name, std::string_view bytes)> write;
};

/// How the server was started: what the command line says is stronger than what is stored.
struct Started {
    std::string base;                // of the listener that is always open
    std::vector<std::string> hosts;  // that it and the operators' listener answer for
    std::string publicUrl;           // by the command line; empty: not given
    std::vector<std::string> proxies;
    bool outside = false;     // that listener itself is open to others
    std::string certificate;  // file that it shows; empty: no TLS
    bool opens = true;        // false: for one command only, nobody is to connect
};

/// What there is at one moment. Immutable; requests are measured by it.
struct View {
    std::vector<std::string> hosts;  // Host headers that are served, lower case
    bool strictTransport = false;    // an authority that browsers know has signed for our name
    Settings settings;
    std::string base;     // public address of clinics made from now on
    std::string trouble;  // why others cannot connect although they should; empty: they can
    std::vector<std::string> addresses;
    std::optional<Listen> outer;                    // where others connect
    std::optional<CertificateDetails> certificate;  // what they are shown
    bool certificateFits = false;                   // it is for the host of base
    std::string authority;                          // the clinic's own, PEM; empty: none was made yet
    std::optional<Probe> probe;
    Timestamp probed;
    std::string announced = "off";
};

/// A device that came here by the code or the page of first visits.
struct DeviceVisit {
    std::string device, address;
    Timestamp at;
};

struct Parts {
    http::Server& http;
    tenancy::TenantDirectory& directory;
    db::Database& database;
    const KeyVault& vault;
    const Clock& clock;
    Loop& loop;
    Files files;
    std::function<void(const tenancy::TenantContext&)> moved = {};  // a clinic has another address; on the loop
};

/// One for the server.
class Network {
  public:
    Network(Parts parts, Started started);
    ~Network();

    /// Reads the settings and opens what they ask for; trouble with it is logged and told by describe(), and tried
    /// again once a minute. From a thread that runs no loop.
    void open();
    /// Looks after the certificate, the addresses and the announcement, once a minute. On the loop, as stop().
    void watch();
    void stop();

    /// Any thread.
    std::shared_ptr<const View> view() const { return view_.load(); }

    /// The settings and everything that can be seen of them. `ask`: asks the public address now, which takes a while.
    Task<nlohmann::ordered_json> describe(bool ask);
    /// Carries the wish out, all of it or nothing. Throws Failure: (unprocessable) for wrong members, a certificate
    /// that does not do or an address that is not this computer's; (conflict) for a busy port, whose owner it names,
    /// or, unless the wish holds "confirm": true, when clinics with patients would change their address.
    Task<void> change(const nlohmann::json& wanted);

    /// Notes that such a device came, unless it is this computer. The last few are kept, in memory only, and told by
    /// describe(). Any thread.
    void visited(std::string device, std::string address);

    /// Why patients of this clinic cannot be invited now; empty when they can. Made-up ones always can.
    Task<std::string> objectionTo(const tenancy::TenantContext& tenant);

  private:
    struct Outer {
        Listen at;
        std::optional<http::TlsFiles> tls;
        std::string pem;  // what it shows
    };
    struct Plan {
        Settings settings;
        std::vector<std::string> addresses;
        std::string base;
    };

    Plan planFor(const Settings& settings) const;
    std::string baseOf(const Settings& settings, const std::vector<std::string>& addresses, std::uint16_t port) const;
    std::vector<std::string> certificateHosts(const Plan& plan) const;
    void loadAuthority();
    std::optional<http::TlsFiles> tlsFor(const Plan& plan);
    void carryOut(Plan plan);
    void openOuter(const Plan& plan, std::optional<http::TlsFiles> tls);
    std::vector<std::string> hosts() const;
    void show();
    void announce();
    void ask();
    void lookAfter();
    void keepOrUndo(const Plan& plan);
    std::string objection(const View& view) const;
    nlohmann::ordered_json checks(const View& view) const;
    Task<void> move(std::string base, bool confirmed, bool closing, bool onlyLook);

    Parts parts_;
    const Started started_;
    bool startedWithKnown_ = false;  // the certificate of the command line is not signed by itself
    std::atomic<std::shared_ptr<const View>> view_;
    std::atomic<bool> changing_{false};
    Loop::Timer timer_;
    std::mutex visitsLock_;
    std::deque<DeviceVisit> visits_;  // the last first
    WorkerPool worker_{1, 16};
    // Of that one thread (of open()'s before), which then shows a new View.
    Settings settings_;
    std::string base_, trouble_;
    std::vector<std::string> addresses_;
    std::optional<Outer> outer_;
    std::optional<CertificateDetails> summary_;
    std::optional<Authority> authority_;
    std::optional<Probe> probe_;
    Timestamp probed_;
    Announcer announcer_;
};

}  // namespace polyclinic::network
