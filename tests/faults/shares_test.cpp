// What many ask for at once is dealt out: whoever fills the queue of the password hashes or of the workers waits in it, and
// another clinic has its turn. The searches of one Bundle have one share of time and of cost.

#include <QTest>

#include "portal_visitor.h"
#include "server_support.h"
#include "test_case.h"

using namespace polyclinic::test;
using nlohmann::json;

class SharesTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void signInsBesideACrowd();
    void largeBodiesBesideACrowd();
    void searchesOfABundle_data();
    void searchesOfABundle();
    void searchesOfABatchAreCounted();
    void cleanupTestCase() { server_.reset(); }

  private:
    std::unique_ptr<ServerProcess> server_;
    Clinic crowded_, calm_, own_;
};

namespace {

constexpr int milliseconds = 1'000;  // that all searches of a Bundle have
const std::string owner = "calm.owner", ownerPhrase = "a river below four bridges", wrongPhrase = "a river above four bridges";

double metricOf(const ServerProcess& server, const std::string& name) {
    const auto text = http("GET", server.operators() + "/metrics", bearer(server.localToken())).body;
    const auto at = text.find("\npolyclinic_" + name + ' ');
    return at == text.npos ? -1 : std::stod(text.substr(at + name.size() + 13));
}

json searchesBeside(const std::string& type, int count, const std::string& url) {
    auto entries = json::array({{{"request", {{"method", "PUT"}, {"url", "Patient/" + type}}}, {"resource", patient(type)}}});
    for (int i = 0; i < count; ++i) entries.push_back({{"request", {{"method", "GET"}, {"url", url}}}});
    return {{"resourceType", "Bundle"}, {"type", type}, {"entry", std::move(entries)}};
}

}  // namespace

void SharesTest::initTestCase() {
    server_ = std::make_unique<ServerProcess>(std::vector<std::string>{"--statement-timeout-ms", std::to_string(milliseconds)});
    crowded_ = makeClinic(*server_, "crowded", false);
    calm_ = makeClinic(*server_, "calm", false);
    own_ = makeClinic(*server_, "own", true);
    for (const auto& clinic : {calm_, own_}) {
        QCOMPARE(put(clinic, patient("o")).status, 201);
        const auto invited = operate(*server_, "POST", "/admin/api/Tenant/" + clinic.id + "/Account",
                                     {{"realm", "patient"}, {"fhirUser", "Patient/o"}, {"username", owner}, {"birthDate", "1980-02-03"}});
        QCOMPARE(invited.status, 201);
        QCOMPARE(PortalVisitor(clinic, "127.41.0.1").useCode(invited.json["activation"]["code"], "1980-02-03", ownerPhrase).status, 303);
    }
}

void SharesTest::signInsBesideACrowd() {
    constexpr int crowd = 150;
    std::vector<PortalVisitor> visitors;
    for (int i = 0; i < crowd; ++i) visitors.emplace_back(crowded_, "127.42." + std::to_string(i) + ".1");
    atOnce(8, [&](int part) {
        for (int i = part; i < crowd; i += 8) visitors[std::size_t(i)].submit("sign-in", {{"username", "nobody"}, {"password", ""}});
    });
    std::atomic<bool> over{false};
    std::atomic<int> refused{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < crowd; ++i)
        threads.emplace_back([&, i] {
            for (int round = 0; !over; ++round) {
                const auto name = "nobody" + std::to_string(i) + '-' + std::to_string(round);
                if (visitors[std::size_t(i)].post("sign-in", {{"username", name}, {"password", wrongPhrase}}).status != 429) continue;
                ++refused;
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
        });
    const auto full = [&] { return refused.load() > 0; };
    const auto start = Steady::now();
    while (!full() && secondsSince(start) < 30) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::vector<int> told;
    for (int round = 0; round < 4; ++round)
        for (const auto& clinic : {calm_, own_}) told.push_back(PortalVisitor(clinic, "127.43.0.1").signIn(owner, ownerPhrase).status);
    const auto operators = http("POST", server_->operators() + "/admin/auth/sign-in", {{"Content-Type", "application/json"}},
                                json{{"username", "nobody"}, {"password", wrongPhrase}}.dump());
    over = true;
    threads.clear();
    QVERIFY(full());
    QCOMPARE(told, std::vector<int>(8, 303));
    QCOMPARE(operators.status, 401);
}

void SharesTest::largeBodiesBesideACrowd() {
    constexpr int crowd = 24;
    std::string numbers = R"({"resourceType":"Patient","name":[1)";
    for (int i = 0; i < 500'000; ++i) numbers += ",1";
    numbers += "]}";
    auto mine = patient("mine");
    mine["name"][0]["given"] = json::array({std::string(100'000, 'x')});
    const auto before = metricOf(*server_, "received_bytes_total");
    std::atomic<int> answered{0}, odd{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < crowd; ++i)
        threads.emplace_back([&] {
            odd += http("POST", crowded_.fhir + "/Patient", bearerJson(crowded_.token), numbers).status != 422;
            ++answered;
        });
    const auto start = Steady::now();
    while (metricOf(*server_, "received_bytes_total") - before < double(crowd) * double(numbers.size()) && secondsSince(start) < 30)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    const int earlier = answered;
    const auto written = put(calm_, mine);
    const int meanwhile = answered - earlier;
    threads.clear();
    QCOMPARE(written.status, 201);
    QCOMPARE(odd.load(), 0);
    // Behind everybody it would have been all that were left.
    QVERIFY2(earlier + meanwhile < crowd, (std::to_string(earlier) + " before, " + std::to_string(meanwhile) + " meanwhile").c_str());
}

void SharesTest::searchesOfABundle_data() {
    QTest::addColumn<QString>("type");
    QTest::newRow("batch") << QString("batch");
    QTest::newRow("transaction") << QString("transaction");
}

void SharesTest::searchesOfABundle() {
    QFETCH(QString, type);
    const auto name = type.toStdString();
    const auto answer = post(crowded_, "", searchesBeside(name, 4'900, "Patient?family=Doe"));
    QCOMPARE(answer.status, 200);
    const auto& entries = answer.json["entry"];
    QCOMPARE(entries.size(), std::size_t(4'901));
    QCOMPARE(entries.front()["response"]["status"], "201");
    QCOMPARE(entries[1]["response"]["status"], "200");
    QCOMPARE(entries.back()["response"]["status"], "503");
    QCOMPARE(entries.back()["response"]["outcome"]["issue"][0]["code"], "too-costly");
    QCOMPARE(get(crowded_, "Patient/" + name).status, 200);
}

void SharesTest::searchesOfABatchAreCounted() {
    std::string ids = "Patient?_id=a";
    for (int i = 0; i < 998; ++i) ids += ",a" + std::to_string(i);
    const auto answer = post(calm_, "", searchesBeside("batch", 12, ids));
    QCOMPARE(answer.status, 200);
    const auto& last = answer.json["entry"].back()["response"];
    QCOMPARE(last["status"], "400");
    QCOMPARE(last["outcome"]["issue"][0]["code"], "too-costly");
    QCOMPARE(last["outcome"]["issue"][0]["expression"][0], "Bundle.entry[12].request.url");
    QCOMPARE(answer.json["entry"][1]["response"]["status"], "200");
}

POLYCLINIC_TEST(SharesTest)
#include "shares_test.moc"
