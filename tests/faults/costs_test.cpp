// What one request may come to. Few bytes can stand for much work: addresses above an address, searches inside a
// transaction, pairs of codes. What is too much is refused by name before the work begins, what is allowed ends after a
// bounded time, and another clinic is answered all the while.

#include <QTest>
#include <atomic>
#include <sstream>

#include "server_support.h"
#include "test_case.h"

using namespace polyclinic::test;
using nlohmann::json;

class CostlyRequests : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void searchesAreCounted_data();
    void searchesAreCounted();
    void theLongestSearchesAreAnswered_data();
    void theLongestSearchesAreAnswered();
    void conditionalReferences();
    void conditionsOfManyEntries();
    void searchesOfATransaction();
    void entries_data();
    void entries();
    void manyValuesOfOneResource_data();
    void manyValuesOfOneResource();
    void manyReferencesAreStored();
    void cleanupTestCase();

  private:
    std::unique_ptr<ServerProcess> server_;
    Clinic busy_, calm_;
};

namespace {

std::string times(int count, const std::string& text) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
}

double cpuOf(pid_t pid, bool withChildren) {
    const auto stat = contentsOf("/proc/" + std::to_string(pid) + "/stat");
    const auto end = stat.rfind(')');
    if (end == stat.npos) return 0;
    std::istringstream fields(stat.substr(end + 2));
    std::vector<std::string> all{std::istream_iterator<std::string>(fields), {}};
    double ticks = std::stod(all.at(11)) + std::stod(all.at(12));
    if (withChildren) ticks += std::stod(all.at(13)) + std::stod(all.at(14));
    return ticks / double(sysconf(_SC_CLK_TCK));
}

/// Seconds of CPU of the server and of its PostgreSQL.
double cpuOf(const ServerProcess& server) {
    const auto postmaster = postmasterOf(server.dataDirectory());
    double all = cpuOf(server.pid(), false) + cpuOf(postmaster, true);
    for (const pid_t pid : livingIn(server.dataDirectory() / "postgres"))
        if (pid != postmaster) all += cpuOf(pid, false);
    return all;
}

/// Reads a record of a clinic again and again.
class CalmReader {
  public:
    explicit CalmReader(const Clinic& clinic)
        : thread_([this, clinic](std::stop_token stop) {
              while (!stop.stop_requested()) {
                  const auto start = Steady::now();
                  const bool good = get(clinic, "Patient/calm").status == 200;
                  ++(good ? good_ : bad_);
                  slowest_ = std::max(slowest_.load(), secondsSince(start));
                  std::this_thread::sleep_for(std::chrono::milliseconds(20));
              }
          }) {}
    int good() const { return good_; }
    int bad() const { return bad_; }
    double slowest() const { return slowest_; }

  private:
    std::atomic<int> good_{0}, bad_{0};
    std::atomic<double> slowest_{0};
    std::jthread thread_;
};

struct Cost {
    HttpAnswer answer;
    double cpu = 0, neighbourWaited = 0;
    int neighbourRead = 0, neighbourFailed = 0;
};

/// `ask` with a neighbour who reads all the while, and once more at least when it has ended.
Cost costOf(const ServerProcess& server, const Clinic& calm, const std::function<HttpAnswer()>& ask) {
    Cost cost;
    CalmReader reader(calm);
    while (reader.good() + reader.bad() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const double before = cpuOf(server);
    cost.answer = ask();
    cost.cpu = cpuOf(server) - before;
    const int so = reader.good() + reader.bad();
    while (reader.good() + reader.bad() == so) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    cost.neighbourRead = reader.good();
    cost.neighbourFailed = reader.bad();
    cost.neighbourWaited = reader.slowest();
    qInfo("%d, %.2f s of CPU, the neighbour waited %.0f ms at most", cost.answer.status, cost.cpu, 1e3 * cost.neighbourWaited);
    return cost;
}

/// The only place that the answer names; empty when there is another number of them.
std::string placeOf(const HttpAnswer& answer) {
    const auto places = issueOf(answer).value("expression", json::array());
    return places.size() == 1 ? places[0].get<std::string>() : std::string();
}

json entryOf(const std::string& method, const std::string& url, json resource = nullptr) {
    json entry{{"request", {{"method", method}, {"url", url}}}};
    if (!resource.is_null()) entry["resource"] = std::move(resource);
    return entry;
}

json bundleOf(const char* type, json entries) { return {{"resourceType", "Bundle"}, {"type", type}, {"entry", std::move(entries)}}; }

json observation() { return {{"resourceType", "Observation"}, {"status", "final"}, {"code", {{"text", "x"}}}}; }

json membersOf(int count, const std::string& reference) {
    auto resource = observation();
    auto members = json::array();
    for (int i = 0; i < count; ++i) members.push_back({{"reference", reference + std::to_string(i)}});
    resource["hasMember"] = std::move(members);
    return resource;
}

json codings(int count, const std::string& start) {
    auto all = json::array();
    for (int i = 0; i < count; ++i) all.push_back({{"code", start + std::to_string(i)}});
    return {{"coding", std::move(all)}};
}

}  // namespace

#define VERIFY_NEIGHBOUR(cost, seconds)                             \
    QCOMPARE(cost.neighbourFailed, 0);                              \
    QVERIFY2(cost.cpu < seconds, std::to_string(cost.cpu).c_str()); \
    QVERIFY2(cost.neighbourWaited < 10, std::to_string(cost.neighbourWaited).c_str())

void CostlyRequests::initTestCase() {
    server_ = std::make_unique<ServerProcess>();
    busy_ = makeClinic(*server_, "busy", false);
    calm_ = makeClinic(*server_, "calm", false);
    QCOMPARE(put(calm_, patient("calm")).status, 201);
    QCOMPARE(put(busy_, patient("one")).status, 201);
}

void CostlyRequests::cleanupTestCase() { server_.reset(); }

void CostlyRequests::searchesAreCounted_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("form");
    QTest::addColumn<QString>("place");
    const auto row = [](const char* name, const char* type, const std::string& form, const char* place) {
        QTest::newRow(name) << QString(type) << QString::fromStdString(form) << QString(place);
    };
    row("addresses above", "ValueSet", "url:above=" + times(30'000, "/"), "http.url");
    row("profiles above", "Patient", "_profile:above=" + times(30'000, "/"), "http._profile");
    row("commas", "Observation", "code=" + times(30'000, ","), "http.code");
    row("codes", "Observation", "code=" + times(15'000, "a,") + "a", "http.code");
    row("negated", "Observation", "status:not=" + times(15'000, "a,") + "a", "http.status");
    row("ids", "Patient", "_id=" + times(15'000, "a,") + "a", "http._id");
    row("references", "Observation", "subject=" + times(15'000, "a,") + "a", "http.subject");
    row("pairs", "Observation", "code-value-quantity=" + times(10'000, "a$1,") + "a$1", "http.code-value-quantity");
    row("parameters", "Patient", times(5'000, "family=a&") + "family=b", "http.family");
    row("values of parameters", "Patient", times(190, "family=a,b,c,d,e,f&") + "family=b", "http.family");
}

void CostlyRequests::searchesAreCounted() {
    QFETCH(QString, type);
    QFETCH(QString, form);
    QFETCH(QString, place);
    auto headers = bearer(busy_.token);
    headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    const auto cost = costOf(*server_, calm_,
                             [&] { return http("POST", busy_.fhir + "/" + type.toStdString() + "/_search", headers, form.toStdString()); });
    QCOMPARE(cost.answer.status, 400);
    QCOMPARE(issueOf(cost.answer).value("code", ""), std::string("too-costly"));
    QCOMPARE(placeOf(cost.answer), place.toStdString());
    VERIFY_NEIGHBOUR(cost, 2);
    // The same in a batch and in a transaction, by its entry.
    if (form.size() > 31'000) return;
    const auto url = type.toStdString() + "?" + form.toStdString();
    const auto batch = post(busy_, "", bundleOf("batch", json::array({entryOf("GET", url), entryOf("GET", "Patient/one")})));
    QCOMPARE(batch.status, 200);
    QCOMPARE(batch.json["entry"][0]["response"]["status"], "400");
    QCOMPARE(batch.json["entry"][0]["response"]["outcome"]["issue"][0]["code"], "too-costly");
    QCOMPARE(batch.json["entry"][1]["response"]["status"], "200");
    const auto whole =
        post(busy_, "", bundleOf("transaction", json::array({entryOf("GET", url), entryOf("PUT", "Patient/never", patient("never"))})));
    QCOMPARE(whole.status, 400);
    QCOMPARE(issueOf(whole).value("code", ""), std::string("too-costly"));
    QCOMPARE(get(busy_, "Patient/never").status, 404);
}

void CostlyRequests::theLongestSearchesAreAnswered_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("form");
    const auto row = [](const char* name, const char* type, const std::string& form) {
        QTest::newRow(name) << QString(type) << QString::fromStdString(form);
    };
    const auto values = [](const char* name, int count, const std::function<std::string(int)>& make) {
        std::string form = std::string(name) + "=";
        for (int i = 0; i < count; ++i) form += (i ? "," : "") + make(i);
        return form;
    };
    const auto number = [](const std::string& before, const std::string& after = {}) {
        return [=](int i) { return before + std::to_string(i) + after; };
    };
    row("addresses above", "ValueSet", "url:above=" + times(499, "/a"));
    row("addresses", "ValueSet", values("url", 1'000, number("http://x/")));
    row("names", "Patient", values("name", 1'000, number("n")));
    row("exact names", "Patient", values("name:exact", 1'000, number("n")));
    row("parts of names", "Patient", values("name:contains", 1'000, number("n")));
    row("codes", "Observation", values("code", 1'000, number("http://x|c")));
    row("codes of many systems", "Observation", values("code", 1'000, [](int i) { return "http://x" + std::to_string(i) + "|c"; }));
    row("dates", "Observation", values("date", 1'000, [](int i) { return "ge" + std::to_string(1'900 + i % 200); }));
    row("quantities", "Observation", values("value-quantity", 1'000, number("", "||cm")));
    row("pairs", "Observation", values("code-value-quantity", 500, number("a$")));
    row("references", "Observation", values("subject", 1'000, number("Patient/p")) + "&_sort=-date");
    row("parameters", "Patient", times(195, "family=a&"));
}

void CostlyRequests::theLongestSearchesAreAnswered() {
    QFETCH(QString, type);
    QFETCH(QString, form);
    auto headers = bearer(busy_.token);
    headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    const auto cost = costOf(*server_, calm_,
                             [&] { return http("POST", busy_.fhir + "/" + type.toStdString() + "/_search", headers, form.toStdString()); });
    QCOMPARE(cost.answer.status, form.endsWith("_sort=-date") ? 400 : 200);  // one more than a thousand
    VERIFY_NEIGHBOUR(cost, 5);
}

void CostlyRequests::conditionalReferences() {
    // 7 MB: to look among those found before for each was 54 s.
    const auto many = membersOf(100'000, "Observation?identifier=http://example.org/identifiers-of-results|");
    const auto body =
        bundleOf("transaction", json::array({entryOf("PUT", "Patient/never", patient("never")), entryOf("POST", "Observation", many)}));
    const auto cost = costOf(*server_, calm_, [&] { return post(busy_, "", body); });
    QCOMPARE(cost.answer.status, 400);
    QCOMPARE(issueOf(cost.answer).value("code", ""), std::string("too-costly"));
    QCOMPARE(placeOf(cost.answer), std::string("Bundle.entry[1].resource"));
    QCOMPARE(get(busy_, "Patient/never").status, 404);
    VERIFY_NEIGHBOUR(cost, 10);
    // Each reference counts once, however often it stands there.
    auto same = observation();
    same["hasMember"] = json::array();
    for (int i = 0; i < 10'000; ++i) same["hasMember"].push_back({{"reference", "Observation?identifier=nobody"}});
    const auto one = post(busy_, "", bundleOf("transaction", json::array({entryOf("POST", "Observation", same)})));
    QCOMPARE(one.status, 412);
    QCOMPARE(placeOf(one), std::string("Bundle.entry[0].resource"));
}

void CostlyRequests::conditionsOfManyEntries() {
    auto entries = json::array();
    for (int i = 0; i < 1'001; ++i) {
        entries.push_back(entryOf("POST", "Patient", patient("")));
        entries.back()["request"]["ifNoneExist"] = "identifier=urn:test|" + std::to_string(10'000 + i);
    }
    const auto cost = costOf(*server_, calm_, [&] { return post(busy_, "", bundleOf("transaction", entries)); });
    QCOMPARE(cost.answer.status, 400);
    QCOMPARE(issueOf(cost.answer).value("code", ""), std::string("too-costly"));
    QCOMPARE(placeOf(cost.answer), std::string("Bundle.entry[1000].request.ifNoneExist"));
    QCOMPARE(countOf(busy_, "Patient"), 1);
    VERIFY_NEIGHBOUR(cost, 10);
}

void CostlyRequests::searchesOfATransaction() {
    auto entries = json::array();
    for (int i = 0; i < 20; ++i) entries.push_back(entryOf("GET", "Patient?_id=" + times(999, "a,") + "a"));
    const auto cost = costOf(*server_, calm_, [&] { return post(busy_, "", bundleOf("transaction", entries)); });
    QCOMPARE(cost.answer.status, 400);
    QCOMPARE(issueOf(cost.answer).value("code", ""), std::string("too-costly"));
    QCOMPARE(placeOf(cost.answer), std::string("Bundle.entry[9].request.url"));
    VERIFY_NEIGHBOUR(cost, 5);
}

void CostlyRequests::entries_data() {
    QTest::addColumn<QString>("type");
    QTest::newRow("transaction") << QString("transaction");
    QTest::newRow("batch") << QString("batch");
}

void CostlyRequests::entries() {
    QFETCH(QString, type);
    auto entries = json::array();
    for (int i = 0; i < 10'000; ++i) entries.push_back(entryOf("PUT", "Patient/e" + std::to_string(i), patient("e" + std::to_string(i))));
    const auto cost =
        costOf(*server_, calm_, [&] { return post(busy_, "", bundleOf(type == "batch" ? "batch" : "transaction", entries)); });
    QCOMPARE(cost.answer.status, 413);
    QCOMPARE(issueOf(cost.answer).value("code", ""), std::string("too-costly"));
    QCOMPARE(placeOf(cost.answer), std::string("Bundle.entry"));
    QCOMPARE(get(busy_, "Patient/e0").status, 404);
    VERIFY_NEIGHBOUR(cost, 5);
}

void CostlyRequests::manyValuesOfOneResource_data() {
    QTest::addColumn<QString>("what");
    for (const char* what : {"references", "pairs of codes"}) QTest::newRow(what) << QString(what);
}

void CostlyRequests::manyValuesOfOneResource() {
    QFETCH(QString, what);
    auto resource = what == "references" ? membersOf(120'000, "Observation/m") : observation();
    if (what != "references") {  // four million pairs, 100 kB
        resource["code"] = codings(2'000, "c");
        resource["valueCodeableConcept"] = codings(2'000, "v");
    }
    const auto cost = costOf(*server_, calm_, [&] { return post(busy_, "/Observation", resource); });
    QCOMPARE(cost.answer.status, 400);
    QCOMPARE(issueOf(cost.answer).value("code", ""), std::string("too-costly"));
    QCOMPARE(placeOf(cost.answer), std::string("Observation"));
    VERIFY_NEIGHBOUR(cost, 10);
    const auto body =
        bundleOf("transaction", json::array({entryOf("PUT", "Patient/never", patient("never")), entryOf("POST", "Observation", resource)}));
    const auto whole = post(busy_, "", body);
    QCOMPARE(whole.status, 400);
    QCOMPARE(placeOf(whole), std::string("Bundle.entry[1].resource"));
    QCOMPARE(get(busy_, "Patient/never").status, 404);
    QCOMPARE(countOf(busy_, "Observation"), 0);
}

void CostlyRequests::manyReferencesAreStored() {
    auto panel = membersOf(10'000, "Observation/m");
    panel["id"] = "panel";
    const auto cost = costOf(*server_, calm_, [&] { return put(busy_, panel); });
    QCOMPARE(cost.answer.status, 201);
    VERIFY_NEIGHBOUR(cost, 10);
    QCOMPARE(countOf(busy_, "Observation?has-member=Observation/m9999"), 1);
    panel["hasMember"].erase(0);
    const auto again = costOf(*server_, calm_, [&] { return put(busy_, panel); });
    QCOMPARE(again.answer.status, 200);
    VERIFY_NEIGHBOUR(again, 10);
    QCOMPARE(countOf(busy_, "Observation?has-member=Observation/m0"), 0);
}

POLYCLINIC_TEST(CostlyRequests)
#include "costs_test.moc"
