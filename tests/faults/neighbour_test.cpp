// Two clinics on one server: one asks for all that it can, the other reads a record twenty times a second and must hardly
// feel it. The attackers run at the lowest priority, and the quiet figure is taken beside programs that use the
// processors as much, so that what is compared is the server's own order.

#include <QTest>

#include "neighbour_load.h"
#include "test_case.h"

using namespace polyclinic::test;

class NoisyNeighbour : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void longSearches();
    void everything();
    void clientsOfOneClinic();
    void cleanupTestCase();

  private:
    void compare(const Clinic& asking, const std::vector<std::function<void(int)>>& attacks);

    std::unique_ptr<ServerProcess> server_;
    Clinic noisy_, quiet_, other_;
};

namespace {

constexpr int crowd = 20'000, readsPerSecond = 20;

/// Seconds that each phase takes; POLYCLINIC_SECONDS for measuring.
int phaseSeconds() {
    const char* asked = getenv("POLYCLINIC_SECONDS");
    return asked ? std::atoi(asked) : 6;
}

/// One record of the clinic, at a fixed rate whatever the answers take.
Figures readAtRate(const Clinic& clinic, const std::string& id) {
    Figures figures;
    const auto start = Steady::now();
    for (int i = 0; i < phaseSeconds() * readsPerSecond; ++i) {
        std::this_thread::sleep_until(start + i * std::chrono::milliseconds(1'000 / readsPerSecond));
        const auto asked = Steady::now();
        figures.failed += get(clinic, "Patient/" + id).status != 200;
        figures.seconds.push_back(secondsSince(asked));
    }
    std::ranges::sort(figures.seconds);
    return figures;
}

}  // namespace

void NoisyNeighbour::initTestCase() {
    server_ = std::make_unique<ServerProcess>();
    noisy_ = makeClinic(*server_, "noisy", false);
    quiet_ = makeClinic(*server_, "quiet", false);
    other_ = addClient(*server_, noisy_, "system/*.cruds");
    QCOMPARE(put(quiet_, patient("q1", "Quiet")).status, 201);
    std::string lines;
    for (int i = 0; i < crowd; ++i)
        lines += R"({"resourceType":"Patient","id":"n)" + std::to_string(i) + R"(","name":[{"family":"Same","given":["Given)" +
                 std::to_string(i * 7 % crowd) + "\"]}]}\n";
    const auto started = http("POST", server_->operators() + "/admin/api/Tenant/noisy/$import",
                              {{"Authorization", "Bearer " + server_->localToken()}, {"Content-Type", "application/fhir+ndjson"}}, lines);
    QCOMPARE(started.status, 202);
    const auto job = started.json["id"].get<std::string>();
    std::string status;
    for (int i = 0; i < 600 && status != "completed"; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        status = operate(*server_, "GET", "/admin/api/Job/" + job).json.value("status", "");
        QVERIFY2(status != "failed" && status != "cancelled", status.c_str());
    }
    QCOMPARE(status, std::string("completed"));
}

void NoisyNeighbour::cleanupTestCase() { server_.reset(); }

void NoisyNeighbour::compare(const Clinic& asking, const std::vector<std::function<void(int)>>& attacks) {
    const std::string id = asking.id == quiet_.id ? "q1" : "n1";
    readAtRate(asking, id);  // connections are made, statements prepared
    Figures calm, loud;
    int asked = 0;
    {
        const Burners burners;
        calm = readAtRate(asking, id);
    }
    {
        const Attack attack(attacks);
        std::this_thread::sleep_for(std::chrono::seconds(1));
        loud = readAtRate(asking, id);
        asked = attack.asked();
        QVERIFY(asked > 0);
        qInfo("quiet: p50 %.1f, p99 %.1f ms; beside %zu attackers (%d answers, %d lost): p50 %.1f, p99 %.1f, worst %.1f ms",
              1e3 * calm.at(0.5), 1e3 * calm.at(0.99), attacks.size(), asked, attack.lost(), 1e3 * loud.at(0.5), 1e3 * loud.at(0.99),
              1e3 * loud.seconds.back());
    }
    QCOMPARE(calm.failed, 0);
    QCOMPARE(loud.failed, 0);
    // The mark is twice; other programs of the machine shake both figures. Behind one long search it was seconds.
    const double most = 4 * calm.at(0.99) + 0.1;
    QVERIFY2(loud.at(0.99) <= most, (std::to_string(loud.at(0.99)) + " s beside " + std::to_string(calm.at(0.99))).c_str());
}

void NoisyNeighbour::longSearches() {
    std::vector<std::function<void(int)>> attacks;
    for (int i = 0; i < 8; ++i) attacks.push_back([this](int) { get(noisy_, "Patient?family=Same&_sort=family,_id"); });
    compare(quiet_, attacks);
}

void NoisyNeighbour::everything() {
    std::vector<std::function<void(int)>> attacks;
    for (int i = 0; i < 4; ++i) {
        attacks.push_back([this](int) { get(noisy_, "Patient?family=Same&_sort=family,_id"); });
        attacks.push_back([this](int round) { get(noisy_, "Patient/n" + std::to_string(round % crowd)); });
        attacks.push_back([this](int) { post(noisy_, "/Patient", patient("", "New")); });
        attacks.push_back([this](int round) { get(noisy_, "Patient?given=Given" + std::to_string(round % crowd)); });
        attacks.push_back([this](int) { get(noisy_, "Patient?name:contains=zq"); });
    }
    compare(quiet_, attacks);
}

void NoisyNeighbour::clientsOfOneClinic() {
    std::vector<std::function<void(int)>> attacks;
    for (int i = 0; i < 8; ++i) {
        attacks.push_back([this](int) { get(noisy_, "Patient?family=Same&_sort=family,_id"); });
        attacks.push_back([this](int round) { get(noisy_, "Patient/n" + std::to_string(round % crowd)); });
    }
    compare(other_, attacks);
}

POLYCLINIC_TEST(NoisyNeighbour)
#include "neighbour_test.moc"
