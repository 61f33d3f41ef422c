// What the server answers to some hundred requests, its discovery, capabilities, metrics and schema, as files: a change
// of structure leaves them equal, a change of behaviour changes them knowingly. POLYCLINIC_GOLDEN=write writes them anew.

#include <QTest>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "flow.h"
#include "server_database.h"
#include "test_case.h"

using namespace polyclinic::test;

class GoldenRecords : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void answers();
    void capabilities();
    void discovery();
    void metricNames();
    void schema();
    void plantedChangeIsSeen();
};

namespace {

const std::filesystem::path folder = POLYCLINIC_SOURCE_DIR "/tests/flows/golden";

struct World {
    ServerProcess server;
    Clinic clinic = makeClinic(server, "golden", false);
    Clinic reader = addClient(server, clinic, "system/Patient.rs");
};

World& world() {
    static World one;
    return one;
}

std::string read(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// What differs from run to run, by a word that says what stood there.
std::string steady(std::string text) {
    const auto& server = world().server;
    const std::pair<std::regex, std::string> rules[] = {
        {std::regex(R"re([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})re"), "UUID"},
        {std::regex(R"re(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))re"), "TIME"},
        {std::regex(R"re((Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT)re"), "DATE"},
        {std::regex(R"re(\b(pat|prt|pst|pos|pot|por|pcs)_[A-Za-z0-9_-]{20,})re"), "$1_TOKEN"},
        {std::regex(R"re("(n|kid)": ?"[A-Za-z0-9_-]+")re"), "\"$1\":\"KEY\""},
        {std::regex(R"re(request ([A-Za-z0-9-]{8,}))re"), "request ID"},
        {std::regex(R"re(_cursor=[A-Za-z0-9_%.-]+)re"), "_cursor=CURSOR"},
        {std::regex(R"re("lastUpdated":"[^"]*")re"), "\"lastUpdated\":\"TIME\""},
        {std::regex(R"re((pages|theme|logo)\.[0-9a-f]{8,}\.)re"), "$1.HASH."},
        {std::regex(R"re((name="csrf_token" value=")[^"]*)re"), "$1CSRF"},
        {std::regex(R"re(=[A-Za-z0-9_-]{40,})re"), "=SECRET"},
        {std::regex(R"re(nonce-[A-Za-z0-9+/=_-]+)re"), "nonce-NONCE"}};
    const auto replaceAll = [&text](const std::string& what, const std::string& by) {
        if (what.empty()) return;
        for (auto at = text.find(what); at != text.npos; at = text.find(what, at + by.size())) text.replace(at, what.size(), by);
    };
    replaceAll(server.base(), "BASE");
    replaceAll(server.operators(), "OPERATORS");
    replaceAll(authorityOf(server.base()), "AUTHORITY");
    replaceAll(authorityOf(server.operators()), "OPERATORS-AUTHORITY");
    replaceAll(world().clinic.clientId, "CLIENT");
    replaceAll(world().reader.clientId, "READER");
    for (const auto& [rule, by] : rules) text = std::regex_replace(text, rule, by);
    return text;
}

/// "METHOD PLACE/path", then indented lines: "Name: value" for headers, "{..." or "|text" for the body.
struct Wanted {
    std::string line, method, place, path, body;
    HttpHeaders headers;
};

std::vector<Wanted> requests() {
    std::vector<Wanted> all;
    std::istringstream lines(read(folder / "requests.txt"));
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.starts_with('#')) continue;
        if (!line.starts_with(' ')) {
            Wanted one;
            one.line = line;
            std::istringstream parts(line);
            parts >> one.method >> one.place;
            std::getline(parts >> std::ws, one.path);
            all.push_back(std::move(one));
            continue;
        }
        line.erase(0, line.find_first_not_of(' '));
        if (line.starts_with('{') || line.starts_with('['))
            all.back().body = line;
        else if (line.starts_with('|'))
            all.back().body = line.substr(1);
        else
            all.back().headers.emplace_back(line.substr(0, line.find(':')), line.substr(line.find(':') + 2));
    }
    return all;
}

HttpAnswer askFor(const Wanted& one) {
    auto& [server, clinic, reader] = world();
    const auto tenant = server.base() + "/tenant/golden";
    const std::map<std::string, std::pair<std::string, std::string>> places{{"fhir", {clinic.fhir, clinic.token}},
                                                                            {"reader", {clinic.fhir, reader.token}},
                                                                            {"nobody", {clinic.fhir, ""}},
                                                                            {"patient-api", {tenant + "/patient/smart-api", clinic.token}},
                                                                            {"patient-auth", {tenant + "/patient/auth", ""}},
                                                                            {"system-auth", {tenant + "/system/auth", ""}},
                                                                            {"portal", {tenant + "/patient/portal", ""}},
                                                                            {"base", {server.base(), ""}},
                                                                            {"operators", {server.operators(), server.localToken()}},
                                                                            {"strangers", {server.operators(), ""}}};
    const auto& [base, token] = places.at(one.place);
    HttpHeaders headers;
    if (!token.empty()) headers.emplace_back("Authorization", "Bearer " + token);
    bool typed = false;
    for (const auto& header : one.headers) {
        typed |= header.first == "Content-Type";
        headers.push_back(header);
    }
    if (!typed && !one.body.empty())
        headers.emplace_back("Content-Type", one.place == "operators"                             ? "application/json"
                                             : one.body.front() == '{' || one.body.front() == '[' ? "application/fhir+json"
                                                                                                  : "application/x-www-form-urlencoded");
    auto body = one.body;
    for (const auto* name : {"CLIENT", "SECRET", "BASE"}) {
        const std::string by = *name == 'C' ? clinic.clientId : *name == 'S' ? clinic.secret : clinic.fhir;
        for (auto at = body.find(name); at != body.npos; at = body.find(name, at + by.size())) body.replace(at, std::strlen(name), by);
    }
    return http(one.method, base + one.path, headers, body);
}

/// Status, headers that a client could rely on, and the body; long ones by their length in kilobytes and their beginning.
std::string shown(const HttpAnswer& answer) {
    static const std::set<std::string> unsteady{"date", "x-request-id", "content-length", "connection"};
    std::string text = std::to_string(answer.status) + '\n';
    auto headers = answer.headers;
    std::sort(headers.begin(), headers.end());
    for (const auto& [name, value] : headers)
        if (!unsteady.contains(name)) text += "  " + name + ": " + value + '\n';
    auto body = answer.json.is_discarded() || answer.body.empty() ? answer.body : answer.json.dump();
    body = steady(std::move(body));
    if (answer.header("content-type").starts_with("text/html")) {
        std::smatch title;
        body = std::regex_search(body, title, std::regex("<title>([^<]*)</title>")) ? "title " + title[1].str() : "no title";
    }
    if (body.size() > 4'000) body = body.substr(0, 1'000) + " ...";
    return steady(std::move(text)) + (body.empty() ? "" : "  = " + body + '\n');
}

/// Compares with the file, or writes it; the first line that differs, or nothing.
std::string compared(const std::string& name, const std::string& now) {
    const auto file = folder / name;
    if (const char* mode = std::getenv("POLYCLINIC_GOLDEN"); mode && std::string_view(mode) == "write") {
        std::ofstream(file, std::ios::binary) << now;
        return {};
    }
    std::istringstream before(read(file)), after(now);
    std::string place;
    for (std::string a, b;;) {
        const bool moreA = bool(std::getline(before, a)), moreB = bool(std::getline(after, b));
        if (!moreA && !moreB) return {};
        if (moreA && !a.starts_with(' ')) place = a;
        if (!moreA || !moreB || a != b)
            return name + ", at " + place + "\nwas: " + (moreA ? a : "(end)") + "\nnow: " + (moreB ? b : "(end)");
    }
}

}  // namespace

#define UNCHANGED(name, now)                              \
    do {                                                  \
        const auto difference = compared(name, now);      \
        QVERIFY2(difference.empty(), difference.c_str()); \
    } while (false)

void GoldenRecords::initTestCase() { QVERIFY(requests().size() >= 300); }

void GoldenRecords::answers() {
    std::string now;
    for (const auto& one : requests()) now += one.line + "\n  -> " + shown(askFor(one));
    UNCHANGED("answers.txt", now);
}

void GoldenRecords::capabilities() {
    std::string now;
    for (const auto* base : {"/fhir-api", "/patient/smart-api"}) {
        const auto statement = http("GET", world().server.base() + "/tenant/golden" + base + "/metadata").json;
        auto outer = statement;
        outer["rest"][0].erase("resource");
        now += std::string(base) + "\n  " + steady(outer.dump()) + '\n';
        for (const auto& type : statement.at("rest").at(0).at("resource")) {
            std::string interactions, parameters;
            for (const auto& one : type.at("interaction")) interactions += ' ' + one.at("code").get<std::string>();
            for (const auto& one : type.value("searchParam", nlohmann::json::array()))
                parameters += ' ' + one.at("name").get<std::string>() + ':' + one.at("type").get<std::string>();
            auto rest = type;
            rest.erase("interaction");
            rest.erase("searchParam");
            now += "  " + rest.dump() + interactions + " |" + parameters + '\n';
        }
    }
    UNCHANGED("capabilities.txt", now);
}

void GoldenRecords::discovery() {
    std::string now;
    const auto tenant = world().server.base() + "/tenant/golden";
    for (const auto* path : {"/system/auth/.well-known/openid-configuration", "/patient/auth/.well-known/openid-configuration",
                             "/patient/auth/.well-known/oauth-authorization-server", "/fhir-api/.well-known/smart-configuration",
                             "/patient/smart-api/.well-known/smart-configuration", "/patient/auth/jwks"})
        now += std::string(path) + "\n  -> " + shown(http("GET", tenant + path));
    now += "operators\n  -> " + shown(http("GET", world().server.operators() + "/admin/auth/.well-known/openid-configuration"));
    UNCHANGED("discovery.txt", now);
}

void GoldenRecords::metricNames() {
    const auto text = http("GET", world().server.operators() + "/metrics").body;
    std::set<std::string> names;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (!line.empty()) names.insert(line.starts_with('#') ? line : line.substr(0, line.find(' ')));
    std::string now;
    for (const auto& name : names) now += name + '\n';
    UNCHANGED("metrics.txt", now);
}

void GoldenRecords::schema() {
    const ServerDatabase database(world().server);
    std::string now;
    for (const auto* query :
         {"SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')"
          " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, column_name",
          "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY tablename, indexname",
          "SELECT tablename || ' ' || policyname || ' ' || cmd || ' ' || coalesce(qual, '') || ' ' || coalesce(with_check, '') FROM "
          "pg_policies"
          " WHERE schemaname = 'public' ORDER BY tablename, policyname"})
        for (const auto& row : database.asSuperuser(query)) now += row + '\n';
    UNCHANGED("schema.txt", now);
}

void GoldenRecords::plantedChangeIsSeen() {
    if (std::getenv("POLYCLINIC_GOLDEN")) return;
    QVERIFY(!compared("metrics.txt", read(folder / "metrics.txt") + "one_more\n").empty());
    auto answers = read(folder / "answers.txt");
    answers.replace(answers.find("  -> 200"), 8, "  -> 201");
    QVERIFY(!compared("answers.txt", answers).empty());
}

POLYCLINIC_TEST(GoldenRecords)
#include "golden_records_test.moc"
