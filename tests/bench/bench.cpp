// The load test: every operation beside the same work straight on PostgreSQL, in one run on one machine.
// usage: bench POLYCLINICD [--seconds S] [--resources N] [--seed N] [--only NAME] [--long] [--folder DIR]

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sample_data/sample_data.h"
#include "works.h"

namespace {

namespace fs = std::filesystem;
using namespace polyclinic;
using namespace polyclinic::bench;

struct Settings {
    fs::path program, folder;
    double seconds = 5;
    std::size_t resources = 20'000;  // in each of two tenants
    std::uint64_t seed = 1;
    std::string only;
    bool full = false;
};

Settings settingsOf(int count, char** words) {
    Settings settings;
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        const auto value = [&] {
            if (++i == count) throw std::runtime_error(word + " needs a value");
            return std::string(words[i]);
        };
        if (word == "--seconds")
            settings.seconds = std::stod(value());
        else if (word == "--resources")
            settings.resources = std::stoul(value()) / 2;
        else if (word == "--seed")
            settings.seed = std::stoull(value());
        else if (word == "--only")
            settings.only = value();
        else if (word == "--folder")
            settings.folder = value();
        else if (word == "--long")
            settings.full = true;
        else if (word.starts_with("--") || !settings.program.empty())
            throw std::runtime_error("unknown: " + word);
        else
            settings.program = fs::absolute(word);
    }
    if (settings.program.empty()) {
        throw std::runtime_error("usage: bench POLYCLINICD [--seconds S] [--resources N] [--seed N] [--only NAME] [--long] [--folder DIR]");
    }
    if (settings.seconds < 1 || settings.seconds > 60) throw std::runtime_error("--seconds: 1 to 60");
    return settings;
}

/// A folder of its own that goes away at the end. Others may pass through it: the server and PostgreSQL may run under
/// an account of their own.
class Workshop {
  public:
    explicit Workshop(const fs::path& parent) {
        std::string name = (parent.empty() ? fs::temp_directory_path() : fs::absolute(parent)) / "polyclinic-bench-XXXXXX";
        if (!mkdtemp(name.data())) throw std::runtime_error("cannot make " + name);
        folder_ = name;
        fs::permissions(folder_, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec | fs::perms::group_read |
                                     fs::perms::others_read);
    }
    ~Workshop() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    const fs::path& folder() const { return folder_; }

  private:
    fs::path folder_;
};

bool failed = false;

void line(const std::string& name, const std::string& connections, double raw, const LoadResult& ours, double cpuMicros) {
    char ratio[16] = "-", beside[16] = "-";
    if (raw > 0) {
        std::snprintf(beside, sizeof beside, "%.0f", raw);
        std::snprintf(ratio, sizeof ratio, "%.2f", ours.perSecond / raw);
    }
    std::printf("%-20s %5s %10s %10.0f %7s %9.0f %9.0f %8llu %8.0f", name.c_str(), connections.c_str(), beside, ours.perSecond, ratio,
                ours.p50, ours.p99, static_cast<unsigned long long>(ours.errors), cpuMicros);
    if (ours.errors > 0) std::printf("   first: %s", ours.firstError.c_str());
    std::printf("\n");
    std::fflush(stdout);
    failed = failed || ours.errors > 0;
}

void note(const char* name, double value, const char* unit) {
    std::printf("%-44s %10.1f %s\n", name, value, unit);
    std::fflush(stdout);
}

class Bench {
  public:
    explicit Bench(const Settings& settings)
        : settings_(settings),
          workshop_(settings.folder),
          data_(workshop_.folder() / "data"),
          records_(settings.seed, settings.resources) {}

    ~Bench() {
        if (server_) server_->stop();
        if (raw_) raw_->stopOrphan();
    }

    void run() {
        start();
        fill();
        std::printf("\n%-20s %5s %10s %10s %7s %9s %9s %8s %8s\n", "op", "conns", "raw/s", "ours/s", "ratio", "p50 us", "p99 us", "errors",
                    "cpu us");
        Stage stage{records_, tenants_, Address(server_->base()), raw_.get(), patientApp()};
        measure("read", stage, readOperation);
        measure("read, one's own", stage, ownReadOperation);
        measure("read, as system", stage, sameReadOperation);
        measure("search, one's own", stage, ownSearchOperation);
        measure("search, as system", stage, sameSearchOperation);
        measure("search", stage, searchOperation);
        measure("chart", stage, chartOperation);
        measure("create", stage, createOperation);
        measure("update", stage, updateOperation);
        measure("transaction-10", stage, transactionOperation);
        stage.visits = visit(*server_, tenants_[0]);
        raw_->analyze();
        measure("introspect", stage, introspectOperation);
        measure("refresh", stage, refreshOperation);
        measure("page, sign-in", stage, signInPageOperation);
        measure("page, home", stage, homePageOperation);
        measure("page, apps", stage, appsPageOperation);
        measure("sign-in, password", stage, signInOperation);
        if (settings_.full) manyTenants(stage);
        finish();
    }

  private:
    void start() {
        server_ = std::make_unique<Server>(settings_.program, data_);
        note("start to ready, first", server_->readyInMs(), "ms");
        if (!server_->stop()) throw std::runtime_error("the server did not stop within 10 s");
        server_ = std::make_unique<Server>(settings_.program, data_);
        note("start to ready, warm", server_->readyInMs(), "ms");
        raw_ = std::make_unique<Raw>(data_, workshop_.folder());
        note("fdatasync of 8 kB, median", static_cast<double>(syncTime(workshop_.folder()).count()), "us");
        note("memory idle, server", residentMb(server_->pid()), "MB");
        note("memory idle, PostgreSQL", familyMb(raw_->postmaster()), "MB");
    }

    void fill() {
        server_->signIn();
        for (const char* id : {"bench-a", "bench-b", "bench-c"}) tenants_.push_back(server_->makeTenant(id));
        std::vector<double> times;
        for (const auto& tenant : tenants_) times.push_back(tenant.madeInMs);
        std::sort(times.begin(), times.end());
        note("new tenant, median of 3", times[1], "ms");
        const Tenant third = tenants_.back();
        tenants_.pop_back();

        const fs::path ndjson = workshop_.folder() / "ndjson";
        records_.writeNdjson(ndjson);
        const auto count = static_cast<double>(records_.all.size());
        const Seconds took = server_->import(tenants_[0], {ndjson});
        const double oursPerSecond = count / took.count();
        server_->import(tenants_[1], {ndjson});
        importBundles(third);
        raw_->analyze();
        const double rawPerSecond = count / raw_->copyTenant(raw_->numberOf("bench-a")).count();
        std::printf("%-44s %10.0f resources/s, COPY of the same rows %.0f, ratio %.2f\n", "import, NDJSON", oursPerSecond, rawPerSecond,
                    oursPerSecond / rawPerSecond);
        raw_->analyze();
        const std::string stored =
            raw_->value(Raw::copyNumber, "SELECT count(*) FROM resource WHERE tenant_id = " + std::to_string(Raw::copyNumber));
        if (stored != std::to_string(records_.all.size())) {
            throw std::runtime_error("imported " + std::to_string(records_.all.size()) + " resources, stored " + stored);
        }
    }

    /// What a patient's consent leaves in the tables, for the patient with the most Observations.
    PatientApp patientApp() {
        std::map<std::string, int> counts;
        for (const auto& finding : records_.findings) ++counts[finding.patient];
        const auto most = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        PatientApp app{most->first.substr(most->first.find('/') + 1), tenants_[0].api, "pat_" + std::string(43, 'b')};
        app.api.replace(app.api.rfind("fhir-api"), 8, "patient/smart-api");
        const auto client = server_->makePatientApp("bench-a");
        const int number = raw_->numberOf("bench-a");
        const std::string n = std::to_string(number), scopes = R"([{"level":"patient","type":"*","verbs":"rs"}])";
        raw_->rows(number,
                   "INSERT INTO account (tenant_id, realm, id, username, username_key, fhir_user, disabled, version, created, updated) "
                   "VALUES (" +
                       n + ", 'patient', 'bench', 'bench', 'bench', 'Patient/" + app.patient + "', false, 1, now(), now())");
        raw_->rows(number, "INSERT INTO app_grant (tenant_id, realm, id, account, client, patient, scopes, words, created, ends) VALUES (" +
                               n + ", 'patient', 'bench', 'bench', '" + client + "', '" + app.patient + "', '" + scopes +
                               "', 'launch/patient', now(), now() + interval '1 year')");
        raw_->rows(
            number,
            "INSERT INTO access_token (tenant_id, realm, hash, id, client, audience, scopes, words, issued, expires, app_grant) VALUES (" +
                n + ", 'patient', sha256('" + app.token + "'), 'bench', '" + client + "', 'patient/smart-api', '" + scopes +
                "', 'launch/patient', now(), now() + interval '1 day', 'bench')");
        return app;
    }

    void importBundles(const Tenant& tenant) {
        const fs::path folder = workshop_.folder() / "bundles";
        fs::create_directories(folder);
        sample_data::SampleData people(settings_.seed + 1);
        const auto write = [&](const std::string& name, const std::string& text) {
            FILE* file = std::fopen((folder / name).c_str(), "w");
            std::fwrite(text.data(), 1, text.size(), file);
            std::fclose(file);
        };
        write("0.json", people.practiceBundle());
        std::size_t resources = people.practice().size();
        for (int patient = 1; resources < settings_.resources / 4; ++patient) {
            const std::string bundle = people.nextPatientBundle();
            resources += nlohmann::json::parse(bundle).at("entry").size();
            write(std::to_string(patient) + ".json", bundle);
        }
        const Seconds took = server_->import(tenant, {folder});
        note("import, Bundles", static_cast<double>(resources) / took.count(), "resources/s");
    }

    /// PostgreSQL before, the server, PostgreSQL after: what the machine does meanwhile falls on both.
    void measure(const std::string& name, const Stage& stage, std::unique_ptr<Operation> (*make)(const Stage&)) {
        if (!settings_.only.empty() && !name.starts_with(settings_.only)) return;
        const auto operation = make(stage);
        const auto scripts = operation->scripts();
        const Seconds half(settings_.seconds / 2);
        for (const unsigned connections : {1u, 16u}) {
            const RawResult before = scripts.empty() ? RawResult() : raw_->bench(scripts, connections, half);
            const Seconds cpu = cpuOf(server_->pid());
            LoadResult ours = load(stage.server, connections, Seconds(settings_.seconds), *operation);
            const Seconds used = cpuOf(server_->pid()) - cpu;
            const RawResult after = scripts.empty() ? RawResult() : raw_->bench(scripts, connections, half);
            if (const auto missing = operation->missing(); missing > 0) {
                ours.errors += missing;
                if (ours.firstError.empty()) ours.firstError = "not there as it was written";
            }
            const double all = ours.perSecond * (settings_.seconds + 0.3);  // with the warming up
            line(name, std::to_string(connections), (before.perSecond + after.perSecond) / 2, ours, all > 0 ? used.count() * 1e6 / all : 0);
            if (before.errors + after.errors > 0) throw std::runtime_error("pgbench had failed transactions");
        }
    }

    /// The same records in one tenant and in 1,000: reads, the first ones far more often than the last.
    void manyTenants(const Stage& stage) {
        sample_data::SampleData people(settings_.seed + 2, {.years = 1});
        std::vector<Place> alone, spread;
        for (int number = 0; number < 1000; ++number) {
            const std::string bundle = people.nextPatientBundle();
            const Tenant own = server_->makeTenant("small-" + std::to_string(number));
            spread.push_back({own, patientOf(stage, own, bundle)});
            alone.push_back({stage.tenants[0], patientOf(stage, stage.tenants[0], bundle)});
        }
        raw_->analyze();
        const auto one = skewedReadOperation(stage, std::move(alone));
        const auto all = skewedReadOperation(stage, std::move(spread));
        const LoadResult inOne = load(stage.server, 16, Seconds(settings_.seconds), *one);
        const LoadResult inAll = load(stage.server, 16, Seconds(settings_.seconds), *all);
        line("read, 1 tenant", "16", 0, inOne, 0);
        line("read, 1,000 tenants", "16", inOne.perSecond, inAll, 0);
        note("memory with 1,000 tenants, server", residentMb(server_->pid()), "MB");
    }

    /// Stores a patient's Bundle; answers Patient/id.
    std::string patientOf(const Stage& stage, const Tenant& tenant, const std::string& bundle) {
        const Answer answer = demand(ask("POST", "http://" + stage.server.host + tenant.api,
                                         {{"Authorization", "Bearer " + tenant.token}, {"Content-Type", "application/fhir+json"}}, bundle),
                                     200, 200, "transaction");
        const std::string location = nlohmann::json::parse(answer.body).at("entry").at(0).at("response").at("location");
        const auto start = location.find("Patient/");
        return location.substr(start, location.find("/_history") - start);
    }

    void finish() {
        std::printf("\n");
        note("memory after, server", residentMb(server_->pid()), "MB");
        note("memory after, PostgreSQL", familyMb(raw_->postmaster()), "MB");
        if (!server_->stop()) throw std::runtime_error("the server did not stop within 10 s");
    }

    Settings settings_;
    Workshop workshop_;
    fs::path data_;
    Records records_;
    std::unique_ptr<Server> server_;
    std::unique_ptr<Raw> raw_;
    std::vector<Tenant> tenants_;
};

}  // namespace

int main(int count, char** words) try {
    signal(SIGPIPE, SIG_IGN);
    const Settings settings = settingsOf(count, words);
    std::printf("%zu resources in each of 2 tenants, seed %llu, %.0f s a figure\n", settings.resources,
                static_cast<unsigned long long>(settings.seed), settings.seconds);
    Bench(settings).run();
    return failed ? 1 : 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 2;
}
