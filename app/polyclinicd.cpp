// The headless server and its command line.

#include <signal.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>

#include "command_line.h"
#include "config_file.h"
#include "core/server.h"

using namespace polyclinic;

namespace {

int tell(const Fault& fault) {
    std::cerr << "polyclinicd: " << fault.cause << "\n" << fault.remedy << '\n';
    return fault.exitCode;
}

int serve(const Settings& settings) {
    // Before any thread starts, so that all of them leave these to sigwait.
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGPIPE, SIG_IGN);

    const auto begun = std::chrono::steady_clock::now();
    auto result = Server::start(settings, [&](std::string_view step) {
        const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
        fprintf(stderr, "[%5.1f s] %.*s\n", seconds, int(step.size()), step.data());
    });
    if (!result) return tell(result.fault());
    auto& server = *result.value();
    std::cout << "operators " << server.operators() << '\n';
    if (!server.setupSecret().empty()) std::cout << "setup " << server.operators() << "/admin/auth/setup#" << server.setupSecret() << '\n';
    std::cout << server.demoNotes() << "ready " << server.base() << std::endl;
    sd_notify(0, "READY=1");

    for (;;) {
        int signal = 0;
        sigwait(&signals, &signal);
        if (signal != SIGHUP) break;
        server.reloadCertificates();
    }
    sd_notify(0, "STOPPING=1");
    server.stop();
    return 0;
}

/// Root's commands for the service need its settings: its folder, its database and its key. Not where another folder is named.
std::string usualConfiguration(int argc, char** argv) {
    constexpr const char* file = "/etc/polyclinic/polyclinicd.toml";
    if (geteuid() != 0 || access(file, R_OK) != 0 || getenv("POLYCLINIC_DATA_DIR")) return {};
    for (int i = 1; i < argc; ++i)
        if (const std::string_view word = argv[i]; word.starts_with("--data-dir") || word == "--print-defaults") return {};
    return file;
}

void suggest(const CLI::App& app, int argc, char** argv) {
    std::vector<std::string> known;
    std::function<void(const CLI::App&)> collect = [&](const CLI::App& one) {
        for (const auto* option : one.get_options())
            for (const auto& name : option->get_lnames()) known.push_back("--" + name);
        for (const auto* sub : one.get_subcommands([](const CLI::App*) { return true; })) {
            known.push_back(sub->get_name());
            collect(*sub);
        }
    };
    collect(app);
    for (int i = 1; i < argc; ++i) {
        const std::string word = std::string(argv[i]).substr(0, std::string(argv[i]).find('='));
        if (std::find(known.begin(), known.end(), word) != known.end()) continue;
        if (const auto near = nearest(word, known); !near.empty() && word.starts_with('-')) {
            std::cerr << "Did you mean " << near << "?\n";
            return;
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    Settings settings;
    CLI::App app("Polyclinic: FHIR APIs for small clinics, one server, many clinics.", "polyclinicd");
    app.set_version_flag("--version", std::string(version()));
    app.set_config("--config", usualConfiguration(argc, argv), "A configuration file (TOML): flags and environment are stronger")
        ->check([](const std::string& file) { return demandFileOfConfiguration(file), std::string(); });
    app.config_formatter(std::make_shared<ConfigFile>(app));
    app.allow_config_extras(CLI::config_extras_mode::error);
    app.require_subcommand(1);
    app.fallthrough();
    app.option_defaults()->always_capture_default();
    bool json = false;

    app.add_flag("--json", json, "Answer in JSON");
    app.add_option("--data-dir", settings.dataDirectory, "Where everything is kept")->envname("POLYCLINIC_DATA_DIR");
    app.add_option("--listen", settings.listen, "ADDRESS:PORT of the clinics' listener")->envname("POLYCLINIC_LISTEN");
    app.add_option("--operator-listen", settings.operatorListen, "ADDRESS:PORT of the operators' listener")
        ->envname("POLYCLINIC_OPERATOR_LISTEN");
    app.add_option("--public-url", settings.publicUrl, "Address that the world knows")->envname("POLYCLINIC_PUBLIC_URL");
    app.add_option("--trusted-proxy", settings.trustedProxies, "A proxy, or a network, whose X-Forwarded-For is believed; may be repeated")
        ->delimiter(',')
        ->envname("POLYCLINIC_TRUSTED_PROXY");
    app.add_option("--database", settings.database,
                   "Address of a PostgreSQL that is there already (no password in it); over a network it must prove its name by TLS unless "
                   "sslmode says otherwise")
        ->envname("POLYCLINIC_DATABASE");
    app.add_option("--password-file", settings.passwordFile, "Passwords for --database, in libpq's format")
        ->envname("POLYCLINIC_PASSWORD_FILE");
    app.add_option("--key-file", settings.keyFile, "Installation key, the same for all servers on one database")
        ->envname("POLYCLINIC_KEY_FILE");
    app.add_option("--tls-cert", settings.tlsCertificate, "Certificate chain, PEM")->envname("POLYCLINIC_TLS_CERT");
    app.add_option("--tls-key", settings.tlsKey, "Its key, PEM")->envname("POLYCLINIC_TLS_KEY");
    app.add_option("--import-folder", settings.importFolders, "A folder that imports may read; may be repeated")
        ->envname("POLYCLINIC_IMPORT_FOLDER");
    app.add_option("--account", settings.account, "Who to become when started as root")->envname("POLYCLINIC_ACCOUNT");
    app.add_option("--log-level", settings.logLevel, "error, warn, info or debug")
        ->check(CLI::IsMember({"error", "warn", "info", "debug"}))
        ->envname("POLYCLINIC_LOG_LEVEL");
    app.add_option("--log-file", settings.logFile, "Log to this file instead of standard error")->envname("POLYCLINIC_LOG_FILE");
    app.add_option("--threads", settings.threads, "Event loops; 0: one a core")->envname("POLYCLINIC_THREADS");

    const auto tune = [&app](const char* option, unsigned& value, const char* variable, const char* text) {
        app.add_option(option, value, text)->envname(variable)->group("Tuning");
    };
    tune("--quick-connections", settings.quickConnections, "POLYCLINIC_QUICK_CONNECTIONS",
         "PostgreSQL connections a loop for short statements");
    tune("--heavy-connections", settings.heavyConnections, "POLYCLINIC_HEAVY_CONNECTIONS", "The same for transactions and long searches");
    tune("--tenant-connections", settings.tenantConnections, "POLYCLINIC_TENANT_CONNECTIONS",
         "That all clinics with a database of their own have together");
    tune("--connection-queue", settings.connectionQueue, "POLYCLINIC_CONNECTION_QUEUE", "Requests that may wait for one");
    tune("--connection-wait-ms", settings.connectionWaitMs, "POLYCLINIC_CONNECTION_WAIT_MS", "How long they wait");
    tune("--statement-timeout-ms", settings.statementTimeoutMs, "POLYCLINIC_STATEMENT_TIMEOUT_MS", "Longest statement");
    tune("--reserve-mb", settings.reserveMb, "POLYCLINIC_RESERVE_MB", "Disk space below which nothing more is stored");

    int exitCode = 0;
    auto* serving = app.add_subcommand("serve", "Run the server");
    serving->add_flag("--demo", settings.demo, "Add a clinic with made-up patients");
    // What is wrong with the words of a command is wrong usage; in a file it is a wrong configuration.
    const auto usage = [&app] { return app.get_config_ptr()->count() ? 78 : 64; };
    serving->callback([&] {
        if (auto wrong = faultIn(settings))
            exitCode = tell({wrong->cause, wrong->remedy, wrong->exitCode == 64 ? usage() : wrong->exitCode});
        else
            exitCode = serve(settings);
    });

    auto* operators = app.add_subcommand("operator", "People and programs that run the server")->require_subcommand(1);
    std::string name, passwordFile;
    auto* addPerson = operators->add_subcommand("add", "Add a person; asks for the password");
    addPerson->add_option("--email", name, "The name to sign in with")->required();
    addPerson->add_option("--operator-password-file", passwordFile, "A file whose first line is the password");
    addPerson->callback([&] { exitCode = addOperator(settings, name, passwordFile, json); });
    operators->add_subcommand("list", "List the people and the programs")->callback([&] { exitCode = listOperators(settings, json); });
    auto* setPassword = operators->add_subcommand("set-password", "Set a forgotten password anew; asks for it");
    setPassword->add_option("--email", name, "The name to sign in with")->required();
    setPassword->add_option("--operator-password-file", passwordFile, "A file whose first line is the password");
    setPassword->callback([&] { exitCode = setOperatorPassword(settings, name, passwordFile, json); });
    auto* removePerson = operators->add_subcommand("remove", "Remove a person; every sign-in ends at once");
    removePerson->add_option("--email", name, "The name to sign in with")->required();
    removePerson->callback([&] { exitCode = removeOperator(settings, name, json); });
    auto* addProgram = operators->add_subcommand("add-client", "Add a program; prints its secret once");
    addProgram->add_option("--name", name, "What to call it")->required();
    addProgram->callback([&] { exitCode = addOperatorClient(settings, name); });
    auto* removeProgram = operators->add_subcommand("remove-client", "Remove a program; its tokens end at once");
    removeProgram->add_option("CLIENT_ID", name, "Its client_id")->required();
    removeProgram->callback([&] { exitCode = removeOperatorClient(settings, name, json); });

    auto* tenant = app.add_subcommand("tenant", "Clinics")->require_subcommand(1);
    std::string id;
    bool dedicated = false;
    auto* create = tenant->add_subcommand("create", "Create a clinic");
    create->add_option("ID", id, "Part of its web addresses")->required();
    create->add_option("--name", name, "Its name")->required();
    create->add_flag("--dedicated", dedicated, "Give it a database of its own");
    create->callback([&] { exitCode = createTenant(settings, id, name, dedicated, json); });
    tenant->add_subcommand("list", "List the clinics")->callback([&] { exitCode = listTenants(settings, json); });
    auto* show = tenant->add_subcommand("show", "Show one");
    show->add_option("ID", id, "Its id")->required();
    show->callback([&] { exitCode = showTenant(settings, id, json); });

    auto* import = app.add_subcommand("import", "Bring records into a clinic: Bundles, NDJSON, .gz, folders");
    bool lenient = false;
    std::vector<std::string> paths;
    import->add_option("--tenant", id, "The clinic's id")->required();
    import->add_flag("--lenient", lenient, "Store invalid resources too, and report them");
    import->add_option("PATH", paths, "Files and folders")->required();
    import->callback([&] { exitCode = importPaths(settings, id, lenient, paths, json);
});

auto* account = app.add_subcommand("account", "People who sign in to a clinic's portal") -> require_subcommand(1);
auto* invite = account->add_subcommand("invite", "Invite a patient; prints the code once");
std::string patient, birthDate;
invite->add_option("--tenant", id, "The clinic's id")->required();
invite->add_option("--patient", patient, "Id of the Patient record")->required();
invite->add_option("--username", name, "Made of the record's name when left out");
invite->add_option("--birth-date", birthDate, "Where the record has none: YYYY-MM-DD");
invite->callback([&] { exitCode = inviteAccount(settings, id, patient, name, birthDate, json); });

auto* network = app.add_subcommand("network", "Who can reach the clinics, and with which certificate") -> require_subcommand(1);
bool probe = false;
auto* showing = network->add_subcommand("show", "Show it, with checks");
showing->add_flag("--probe", probe, "Ask the public address now");
showing->callback([&] { exitCode = showNetwork(settings, probe, json); });
auto* setting = network->add_subcommand("set", "Change it; what is left out stays");
nlohmann::json wanted = nlohmann::json::object();
std::string riskName, riskWords;
std::vector<std::string> behind;
const auto text = [&](const char* option, const char* help, nlohmann::json::json_pointer member) {
    return setting->add_option_function<std::string>(
        option, [&wanted, member](const std::string& value) { wanted[member] = value; }, help);
};
text("--reach", "this-computer, network or internet", nlohmann::json::json_pointer("/reach"));
text("--address", "Public address, such as https://clinic.example; empty: made of what this computer has",
     nlohmann::json::json_pointer("/publicUrl"));
text("--at", "ADDRESS:PORT where others connect", nlohmann::json::json_pointer("/listen"));
text("--certificate", "clinic, own or proxy", nlohmann::json::json_pointer("/certificate/mode"));
text("--certificate-file", "PEM, chain included, for own", nlohmann::json::json_pointer("/certificate/file"));
text("--certificate-key", "Its key, PEM", nlohmann::json::json_pointer("/certificate/keyFile"));
setting->add_flag_callback(
    "--authority-installed", [&] { wanted["certificate"]["authorityInstalled"] = true; }, "The clinic's devices trust its own authority");
setting->add_option("--behind", behind, "Address of the reverse proxy, for proxy; may be repeated");
setting->add_option("--risk-name", riskName, "Who takes the risk of a certificate that phones do not trust");
setting->add_option("--risk-words", riskWords, "In a sentence, what risk, and why")->needs("--risk-name");
setting->add_flag_callback(
    "--confirm", [&] { wanted["confirm"] = true; }, "Change the address of clinics that have patients");
setting->callback([&] {
    if (!behind.empty()) wanted["trustedProxies"] = behind;
    if (!riskName.empty()) wanted["riskAccepted"] = {{"name", riskName}, {"words", riskWords}};
    exitCode = setNetwork(settings, wanted, json);
});

auto* client = app.add_subcommand("client", "Apps that patients may let in, and systems of the clinic") -> require_subcommand(1);
auto* addClient = client->add_subcommand("add", "Register an app; prints its secret once");
NewApp newApp;
addClient->add_option("--tenant", id, "The clinic's id")->required();
addClient->add_option("--name", newApp.name, "Its name")->required();
addClient->add_option("--kind", newApp.kind, "patient-app, provider-app or backend-service");
addClient->add_option("--redirect-uri", newApp.redirectUris, "Where an app's answers go; may be repeated");
addClient->add_option("--scopes", newApp.scopes, "What it may ask for, in quotes")->required();
addClient->add_flag("--confidential", newApp.confidential, "Give it a secret: for apps on a server of their own");
addClient->add_flag("--introspect", newApp.introspect, "Let a backend-service ask about tokens of the clinic's other clients");
addClient->callback([&] { exitCode = addApp(settings, id, newApp, json); });

auto* database = app.add_subcommand("database", "A PostgreSQL of your own") -> require_subcommand(1);
auto* prepare = database->add_subcommand("prepare", "Make the roles and the databases, or print the SQL");
std::string adminUri, rolePasswords = "polyclinic.pgpass";
bool print = false;
prepare->add_option("--admin-uri", adminUri, "Address with a superuser's name");
prepare->add_option("--write-passwords", rolePasswords, "Where the roles' passwords are written (0600)");
prepare->add_option("--tenant", id, "Make the database of this one clinic, and its login, instead");
prepare->add_flag("--print", print, "Print the SQL instead");
prepare->callback([&] {
    if (adminUri.empty() && !print) throw CLI::RequiredError("--admin-uri or --print");
    auto result = id.empty() ? prepareDatabase(adminUri, rolePasswords, print) : prepareTenantDatabase(adminUri, id, rolePasswords, print);
    if (result)
        std::cout << result.value();
    else
        exitCode = tell(result.fault());
});

auto* audit = app.add_subcommand("audit", "The logs of who did what") -> require_subcommand(1);
auto* verify = audit->add_subcommand("verify", "Check that nobody changed them or took anything away");
std::string auditOf;
verify->add_option("--tenant", auditOf, "The clinic's id; without it all of them and the server's own log");
verify->callback([&] { exitCode = verifyAudit(settings, auditOf, json); });

app.add_subcommand("doctor", "Check the health of the server")->callback([&] { exitCode = doctor(settings, json); });
auto* check = app.add_subcommand("check-config", "Check the configuration");
bool defaults = false;
check->add_flag("--print-defaults", defaults, "Print every key with its default");
check->callback([&] {
    if (defaults)
        std::cout << defaultsOf(app);
    else if (const auto wrong = faultIn(settings))
        exitCode = tell({wrong->cause, wrong->remedy, 78});
    else {
        std::cout << "The configuration is in order.\n";
        for (const auto& warning : warningsOf(settings)) std::cout << "Mind: " << warning << '\n';
    }
});

keepOutOfFiles(app, *serving);
try {
    app.parse(argc, argv);
} catch (const Fault& fault) {
    return tell(fault);
} catch (const CLI::ParseError& error) {
    if (error.get_name() == "ConfigError" || error.get_name() == "FileError")
        return tell({std::string("The configuration file cannot be used: ") + error.what(),
                     "Correct it, or begin anew with: polyclinicd check-config --print-defaults", 78});
    const int code = app.exit(error);
    if (code == 0) return 0;
    suggest(app, argc, argv);
    return usage();
}
return exitCode;
}
