// The one place where the parts are joined.

#include "core/server.h"

#include <malloc.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "api/dispatch.h"
#include "authorization_server/authorization_server.h"
#include "base/key_vault.h"
#include "base/log.h"
#include "base/random.h"
#include "import/import_job.h"
#include "server/account.h"
#include "server/connections.h"
#include "server/data_folder.h"
#include "server/database_setup.h"
#include "server/demo.h"
#include "server/demo_app.h"
#include "server/describe.h"
#include "server/endpoints.h"
#include "server/installation_key.h"
#include "server/sealer.h"
#include "server/startup_gate.h"

namespace polyclinic {
namespace {

using namespace std::chrono_literals;

constexpr auto drain = 7s;  // of the 10 s that a stop may take
constexpr unsigned workerThreads = 2;

std::string firstNotEmpty(const std::string& a, const std::string& b) { return a.empty() ? b : a; }

}  // namespace

struct Server::Impl {
    Settings settings;
    std::unique_ptr<DataFolder> folder;
    DatabaseSetup database;
    std::vector<std::unique_ptr<Loop>> loops;
    std::vector<Loop*> loopPointers;
    std::vector<std::thread> threads;
    std::unique_ptr<WorkerPool> workers;                         // of the house: keys, databases that are made
    std::unique_ptr<FairWorkers> requestWorkers, importWorkers;  // of the clinics
    FairMemory bodyTrees{192 << 20};                             // likewise; bodies themselves have http::Limits
    std::unique_ptr<tenancy::Placement> placement;
    std::unique_ptr<KeyVault> vault;
    std::unique_ptr<tenancy::TenantDirectory> directory;
    std::unique_ptr<audit::AuditLog> audit;
    std::unique_ptr<jobs::JobStore> jobs;
    std::unique_ptr<jobs::Worker> worker;
    std::unique_ptr<audit::AuditHeads> auditHeads;
    std::unique_ptr<Sealer> sealer;
    std::unique_ptr<accounts::Passwords> passwords;
    std::unique_ptr<accounts::Operators> operators;
    std::unique_ptr<accounts::AccountService> accountService;
    std::unique_ptr<authorization_server::OperatorAuth> operatorAuth;
    std::unique_ptr<authorization_server::SigningKeys> signingKeys;
    std::unique_ptr<authorization_server::AuthorizationServer> authorization;
    std::unique_ptr<operator_api::OperatorServices> operatorServices;
    std::unique_ptr<api::Services> services;
    std::unique_ptr<api::Dispatch> dispatch;
    StartupGate startupGate;
    std::unique_ptr<http::Server> http;
    std::unique_ptr<network::Network> network;
    std::unique_ptr<DemoApp> demoApp;
    std::optional<Loop::Timer> diskTimer, settleTimer;
    bool settling = false;
    std::string base, operatorsAddress, setupSecret, demoNotes, cursorKey;
    Timestamp started;
    bool stopped = false;

    void startLoops() {
        const unsigned count = loopsOf(settings);
        for (unsigned i = 0; i < count; ++i) {
            loops.push_back(std::make_unique<Loop>());
            loopPointers.push_back(loops.back().get());
        }
        for (auto& loop : loops) threads.emplace_back([&loop = *loop] { loop.run(); });
        workers = std::make_unique<WorkerPool>(workerThreads, 256);
        requestWorkers = std::make_unique<FairWorkers>(workerThreads, 256);
        importWorkers = std::make_unique<FairWorkers>(workerThreads, 256);  // what requests need never waits behind a file
    }

    /// Ports that the first run took; grants and issuers hold them, so they stay.
    nlohmann::json chosen() const {
        const auto text = folder->read("chosen.json");
        const auto json = text ? nlohmann::json::parse(*text, nullptr, false) : nlohmann::json::object();
        return json.is_object() ? json : nlohmann::json::object();
    }

    struct Opened {
        Endpoint at;         // where it listens
        Endpoint announced;  // where a server of these settings does
    };

    /// Opens a listener; the very first run may move on to a free port where none was asked for. The life of one command
    /// opens a port beside the one that is named, which may be taken or open to others.
    Opened listen(const std::string& asked, const std::string& member, const std::string& usual, http::ListenerKind kind) {
        const auto before = chosen();
        const auto named = firstNotEmpty(asked, before.value(member, ""));
        const bool mayMove = named.empty(), aside = !settings.opensToOthers && !mayMove;
        const auto announced =
            parseEndpoint(firstNotEmpty(named, usual), kind == http::ListenerKind::clinics ? "--listen" : "--operator-listen");
        auto endpoint = aside ? Endpoint{"127.0.0.1", 0} : announced;
        http::ListenSettings listener;
        listener.address = endpoint.address;
        listener.port = endpoint.port;
        listener.listener = kind;
        if (kind == http::ListenerKind::clinics) listener.trustedProxies = settings.trustedProxies;
        if (kind == http::ListenerKind::clinics && !settings.tlsCertificate.empty())
            listener.tls = http::TlsFiles{settings.tlsCertificate, settings.tlsKey};
        for (int attempt = 0;; ++attempt) {
            try {
                endpoint.port = http->listen(listener);
                break;
            } catch (const Failure& failure) {
                if (failure.kind() == FailureKind::unprocessable)
                    throw StartFault{{failure.publicMessage(), "Correct the certificate or the address.", 78}};
                if (failure.kind() == FailureKind::forbidden)
                    throw StartFault{{failure.publicMessage(), "Choose a port above 1023, or start with the right to open this one.", 77}};
                if (!mayMove || attempt == 20)
                    throw StartFault{{failure.publicMessage(),
                                      "Stop that program, or choose another port with " +
                                          std::string(kind == http::ListenerKind::clinics ? "--listen." : "--operator-listen."),
                                      69}};
                listener.port += 10;
            }
        }
        if (mayMove) {
            auto now = chosen();
            now[member] = endpoint.text();
            folder->write("chosen.json", now.dump());
        }
        return {endpoint, aside && announced.port != 0 ? announced : endpoint};
    }

    void openListeners() {
        const bool tls = !settings.tlsCertificate.empty();
        const auto clinics = listen(settings.listen, "listen", "127.0.0.1:8080", http::ListenerKind::clinics);
        const auto operatorsEndpoint = listen(settings.operatorListen, "operatorListen", "127.0.0.1:8081", http::ListenerKind::operators);
        base = settings.publicUrl.empty() ? (tls ? "https://" : "http://") + clinics.announced.text() : settings.publicUrl;
        operatorsAddress = "http://" + operatorsEndpoint.at.text();
        network::Started start;
        start.base = (tls ? "https://" : "http://") + clinics.announced.text();
        start.hosts = hostsOf(clinics.at, settings.publicUrl, tls);
        const auto operatorHosts = hostsOf(operatorsEndpoint.at, "", false);
        start.hosts.insert(start.hosts.end(), operatorHosts.begin(), operatorHosts.end());
        start.publicUrl = settings.publicUrl;
        start.proxies = settings.trustedProxies;
        start.outside = !clinics.announced.isLoopback();
        start.certificate = settings.tlsCertificate;
        start.opens = settings.opensToOthers;
        openNetwork(std::move(start));
    }

    void openNetwork(network::Started start) {
        network::Files files{folder->path(), [this](std::string_view name) { return folder->read(name); },
                             [this](std::string_view name, std::string_view bytes) {
                                 try {
                                     folder->write(name, bytes);
                                 } catch (const StartFault& caught) {
                                     throw Failure(FailureKind::insufficientStorage,
                                                   "The settings could not be written down. Nothing was changed.", caught.fault.cause);
                                 }
                             }};
        const auto moved = [this](const tenancy::TenantContext& tenant) {
            if (demoApp && tenant.id() == "demo") demoApp->moved(tenant.urls().patientApi());
        };
        network = std::make_unique<network::Network>(
            network::Parts{*http, *directory, placement->directory(), *vault, Clock::system(), *loops[0], std::move(files), moved},
            std::move(start));
        network->open();
        base = network->view()->base;
        operatorServices->network = network.get();
        services->network = network.get();
    }

    void joinParts() {
        const auto& clock = Clock::system();
        placement =
            std::make_unique<tenancy::Placement>(database.addresses, loopPointers, poolSizesOf(settings), settings.tenantConnections);
        vault = openVault(*loops[0], placement->directory(), *folder, settings);
        cursorKey = runBlocking(*loops[0], sharedSecret(placement->directory(), "cursor-key"));
        directory = std::make_unique<tenancy::TenantDirectory>(*placement, *workers, clock);
        audit = std::make_unique<audit::AuditLog>(clock);
        jobs = std::make_unique<jobs::JobStore>(placement->directory(), clock);
        worker = std::make_unique<jobs::Worker>(*jobs, *directory);
        worker->handle(import::importKind, import::importHandler({*importWorkers, *audit, clock, loopPointers, importFolders(settings),
                                                                  cursorKey, [this] { return !services->diskLow; }}));
        auditHeads = std::make_unique<audit::AuditHeads>(folder->read(auditHeadsFile).value_or(std::string()));
        sealer = std::make_unique<Sealer>(
            *directory, placement->directory(), *workers, *auditHeads, [this](std::string text) { folder->write(auditHeadsFile, text); },
            clock);
        passwords = std::make_unique<accounts::Passwords>();
        operators = std::make_unique<accounts::Operators>(placement->directory(), *passwords, clock);
        accountService = std::make_unique<accounts::AccountService>(*passwords, *vault, *audit, clock);
        signingKeys = std::make_unique<authorization_server::SigningKeys>(*vault, *workers, clock);
        authorization = std::make_unique<authorization_server::AuthorizationServer>(*accountService, *signingKeys, *audit, *vault, clock);
        operatorServices = std::make_unique<operator_api::OperatorServices>(operator_api::OperatorServices{
            *directory, placement->directory(), *operators, *audit, *jobs, *worker, clock,
            [](oauth::ClientKind kind, std::string_view scopes) {
                if (kind == oauth::ClientKind::backendService) return access::firstForeign(scopes, access::Level::system);
                return access::firstForeignOfApp(scopes,
                                                 kind == oauth::ClientKind::patientApp ? access::Level::patient : access::Level::user);
            },
            [this] {
                return describeServer({network->view(), operatorsAddress, settings, started, placement->directory(), http->counters(),
                                       http->certificates(), database.cluster.get(), auditHeads->troubles(), placement->withSharedLogin()});
            },
            *accountService, [this](tenancy::TenantContextPtr tenant) { return rotateSigningKeys(std::move(tenant)); }});
        operatorServices->auditHeads = auditHeads.get();
    }

    Task<nlohmann::ordered_json> rotateSigningKeys(tenancy::TenantContextPtr tenant) {
        auto issuers = nlohmann::ordered_json::array();
        for (const auto* realm : authorization_server::realms::all()) {
            if (!realm->forPeople()) continue;  // no id_token tells who a program is
            const tenancy::RealmSession session(*tenant, realm->name);
            const auto rotation = co_await signingKeys->rotate(session);
            issuers.push_back({{"issuer", tenant->urls().at(realm->place())},
                               {"kid", rotation.kid},
                               {"previous", rotation.previous},
                               {"previousShownUntil", toInstant(rotation.shownUntil)}});
        }
        co_return issuers;
    }

    /// The first clinic, by the operator's first sign-in. A name that is taken gets a number.
    Task<void> createClinic(std::string name) {
        tenancy::Tenant tenant;
        tenant.name = std::move(name);
        const auto id = tenancy::tenantIdOf(tenant.name);
        for (int number = 1;; ++number) {
            tenant.id = number == 1 ? id : id + '-' + std::to_string(number);
            std::optional<Failure> taken;
            try {
                co_await directory->put(tenant, tenancy::TenantDirectory::isNew);
            } catch (const Failure& failure) {
                taken = failure;
            }
            if (!taken) co_return;
            if (number == 20 || (taken->kind() != FailureKind::preconditionFailed && taken->kind() != FailureKind::conflict)) throw *taken;
        }
    }

    void openHttp() {
        // The issuer of the operators' server is known once its listener is; the listener serves nothing until ready.
        http = std::make_unique<http::Server>(loopPointers, startupGate, http::Limits());
        services.reset(new api::Services{Clock::system(), *requestWorkers, bodyTrees, *directory, *audit, *authorization, *operatorServices,
                                         *vault, cursorKey, std::string(version()), randomToken()});
        services->searchTime = std::chrono::milliseconds(settings.statementTimeoutMs);  // as much as one alone
        services->metrics = [this] { return metricsText(http->counters(), placement->directory().load()); };
        openListeners();
        operatorAuth = std::make_unique<authorization_server::OperatorAuth>(
            *operators,
            authorization_server::OperatorAuthSettings{operatorsAddress + "/admin/auth",
                                                       [this](std::string name) { return createClinic(std::move(name)); }},
            Clock::system());
        services->operatorAuth = operatorAuth.get();
        services->accountService = accountService.get();
        dispatch = std::make_unique<api::Dispatch>(*services);
    }

    void startWork() {
        if (::geteuid() == 0 && settings.dropRoot) becomeAccount(settings.account);
        runBlocking(*loops[0], directory->resume());
        runBlocking(*loops[0], jobs->listFormer(*directory));
        loops[0]->post([this] {
            worker->start();
            sealer->start();
            network->watch();
            watchDisk();
            watchTenants();
        });
        if (!runBlocking(*loops[0], operators->any())) setupSecret = operators->beginSetup();
        if (settings.demo) {
            demoApp = std::make_unique<DemoApp>(loopPointers);
            DemoParts parts{*directory, *audit,          Clock::system(),        *requestWorkers, cursorKey,
                            *demoApp,   *accountService, placement->directory(), demoApp->open()};
            demoNotes = runBlocking(*loops[0], makeDemo(std::move(parts)));
        }
        folder->write(
            controlFile,
            nlohmann::json{{"pid", ::getpid()}, {"operators", operatorsAddress}, {"base", base}, {"token", services->localToken}}.dump());
        startupGate.open(*dispatch);
        services->ready = true;
    }

    /// Looks at the disk once a second.
    void watchDisk() {
        const bool low = writesMustStop(settings);
        if (low != services->diskLow) log::warn("{}", low ? "the disk is almost full: writes are refused" : "the disk has room again");
        services->diskLow = low;
        diskTimer = loops[0]->after(1s, [this] { watchDisk(); });
    }

    /// States that a clinic's database could not be told of, and purges that were hindered, are tried again.
    void watchTenants() {
        if (!settling) spawn(settle());
        settleTimer = loops[0]->after(3s, [this] { watchTenants(); });
    }

    Task<void> settle() {
        settling = true;
        try {
            co_await directory->settle();
        } catch (const std::exception& error) {
            log::warn("the states of the clinics could not be looked at: {}", error.what());
        }
        settling = false;
    }

    void stop() {
        if (stopped) return;
        stopped = true;
        if (services) services->ready = false;
        if (worker) worker->stop();
        if (sealer) sealer->stop();
        if (network) loops[0]->post([watcher = network.get()] { watcher->stop(); });
        if (demoApp) demoApp->stop();
        if (http) http->stop(std::chrono::duration_cast<std::chrono::milliseconds>(drain));
        for (int i = 0; worker && !worker->isIdle() && i < 100; ++i) std::this_thread::sleep_for(20ms);  // they give their jobs back
        if (placement) placement->close();
        for (auto& loop : loops) loop->stop();
        for (auto& thread : threads) thread.join();
        if (database.cluster) database.cluster->stop();
        folder.reset();
    }
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() { stop(); }

Result<std::unique_ptr<Server>> Server::start(const Settings& given, const std::function<void(std::string_view)>& progress) {
    // Large pieces (password hashes, import buffers) go back to the system when they are freed. Left to itself, the C
    // library learns from the first large one to keep those that follow.
    ::mallopt(M_MMAP_THRESHOLD, 256 * 1024);
    auto impl = std::make_unique<Impl>();
    impl->settings = given;
    auto& settings = impl->settings;
    if (settings.dataDirectory.empty()) settings.dataDirectory = defaultDataDirectory();
    if (settings.account.empty()) settings.account = ownerOf(settings.dataDirectory);
    impl->started = Clock::system().now();
    log::setUp(settings.logLevel, settings.logFile);
    Fault fault;
    if (auto wrong = faultIn(settings)) return std::move(*wrong);
    try {
        progress("Opening the data folder");
        impl->folder = std::make_unique<DataFolder>(settings.dataDirectory, settings.account);
        if (::geteuid() == 0 && settings.dropRoot) useHomeOf(settings.account);
        progress("Starting the database");
        impl->database = setUpDatabase(settings, *impl->folder, progress);
        progress("Opening the doors");
        impl->startLoops();
        impl->joinParts();
        impl->openHttp();
        impl->startWork();
        log::info("ready: {} and operators at {}", impl->base, impl->operatorsAddress);
        return std::unique_ptr<Server>(new Server(std::move(impl)));
    } catch (const StartFault& caught) {
        fault = caught.fault;
    } catch (const Failure& failure) {
        fault = {failure.publicMessage(), "The log says more.", failure.kind() == FailureKind::unavailable ? 75 : 78};
        if (!failure.logMessage().empty()) log::error("start failed: {}", failure.logMessage());
    } catch (const std::exception& error) {
        fault = {"The server could not start.", "The log says more.", 70};
        log::error("start failed: {}", error.what());
    }
    impl->stop();
    return fault;
}

std::string Server::base() const { return impl_->network->view()->base; }
std::string Server::operators() const { return impl_->operatorsAddress; }
std::string Server::setupSecret() const { return impl_->setupSecret; }
std::string Server::demoNotes() const { return impl_->demoNotes; }

bool Server::reloadCertificates() {
    try {
        impl_->http->reloadCertificates();
        return true;
    } catch (const Failure& failure) {
        log::error("certificates were not changed: {}", failure.publicMessage());
        return false;
    }
}

void Server::stop() {
    if (impl_) impl_->stop();
}

}  // namespace polyclinic
