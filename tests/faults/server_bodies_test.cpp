// Bodies that a server should never keep: of strangers, of who may not store, too large, or more than it can hold.

#include <QTest>

#include "server_support.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class ServerBodiesTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void theHeadDecides_data();
    void theHeadDecides();
    void strangersBodiesTakeNoMemory_data();
    void strangersBodiesTakeNoMemory();
    void bodiesOfOneCallerAreBounded();
    void nothingWasStored();
    void cleanupTestCase() { server_.reset(); }

  private:
    std::unique_ptr<ServerProcess> server_;
    Clinic a_, b_, reader_;
};

namespace {

constexpr std::size_t megabyte = 1 << 20;
constexpr std::size_t declared = 50 * megabyte;

std::size_t residentOf(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) return std::stoull(line.substr(6)) * 1024;
    return 0;
}

std::string headOf(const std::string& url, const std::string& token, std::size_t length, const std::string& method = "POST",
                   const std::string& type = "application/fhir+json") {
    return method + " " + pathOf(url) + " HTTP/1.1\r\nHost: " + authorityOf(url) + "\r\nContent-Type: " + type + "\r\n" +
           (token.empty() ? "" : "Authorization: Bearer " + token + "\r\n") + "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

/// Asks another clinic again and again until it ends; every answer must be a good one.
class Neighbour {
  public:
    explicit Neighbour(const Clinic& clinic)
        : thread_([this, clinic](std::stop_token stop) {
              while (!stop.stop_requested()) {
                  const int status = get(clinic, "Patient/here").status;
                  ++(status == 200 ? good : bad);
              }
          }) {}
    std::atomic<int> good{0}, bad{0};

  private:
    std::jthread thread_;
};

}  // namespace

void ServerBodiesTest::initTestCase() {
    server_ = std::make_unique<ServerProcess>();
    a_ = makeClinic(*server_, "t-a", false);
    b_ = makeClinic(*server_, "t-b", true);
    reader_ = addClient(*server_, a_, "system/*.rs");
    QCOMPARE(put(b_, patient("here")).status, 201);
    QCOMPARE(put(a_, patient("here")).status, 201);
}

void ServerBodiesTest::theHeadDecides_data() {
    QTest::addColumn<QString>("head");
    QTest::addColumn<int>("status");
    const auto nowhere = server_->base() + "/tenant/no-such/fhir-api";
    const auto row = [](const char* name, const std::string& head, int status) {
        QTest::newRow(name) << QString::fromStdString(head) << status;
    };
    row("no such clinic", headOf(nowhere, "", declared), 404);
    row("no such clinic, with a token", headOf(nowhere, a_.token, declared), 404);
    row("no such address", headOf(server_->base() + "/nothing/here", "", declared), 404);
    row("another host", "POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 50000000\r\n\r\n", 421);
    row("no such method", headOf(a_.fhir + "/metadata", a_.token, declared), 405);
    row("no token", headOf(a_.fhir, "", declared), 401);
    row("another's token", headOf(a_.fhir, b_.token, declared), 401);
    row("a broken token", headOf(a_.fhir, a_.token + "x", declared), 401);
    row("no operator", headOf(server_->operators() + "/admin/api/Tenant/t-a/$import", "", declared), 401);
    row("may only read", headOf(a_.fhir + "/Patient", reader_.token, 9 * megabyte), 403);
    row("may only read, by PUT", headOf(a_.fhir + "/Patient/x", reader_.token, 9 * megabyte, "PUT"), 403);
    row("no such type", headOf(a_.fhir + "/Pateint", a_.token, 9 * megabyte), 404);
    row("no id", headOf(a_.fhir + "/Patient/a_b", a_.token, 9 * megabyte, "PUT"), 400);
    row("no JSON", headOf(a_.fhir + "/Patient", a_.token, 9 * megabyte, "POST", "application/fhir+xml"), 415);
    row("larger than a resource may be", headOf(a_.fhir + "/Patient", a_.token, 11 * megabyte), 413);
    row("larger than a Bundle may be", headOf(a_.fhir, a_.token, 51 * megabyte), 413);
    row("larger than a form may be", headOf(a_.tokenUrl, "", megabyte, "POST", "application/x-www-form-urlencoded"), 413);
    row("a form for no clinic",
        headOf(server_->base() + "/tenant/no-such/patient/portal/sign-in", "", 1000, "POST", "application/x-www-form-urlencoded"), 404);
}

/// The answer is there before a byte of the body was sent.
void ServerBodiesTest::theHeadDecides() {
    QFETCH(QString, head);
    QFETCH(int, status);
    RawSocket socket(head.contains("/admin/") ? server_->operators() : server_->base());
    QVERIFY(socket.send(head.toStdString()));
    const auto answer = socket.answer(std::chrono::seconds(20));
    QCOMPARE(answer.status, status);
    if (head.contains("fhir-api") && status != 413) QCOMPARE(answer.json.value("resourceType", ""), std::string("OperationOutcome"));
    if (status == 401) QVERIFY(answer.header("www-authenticate").starts_with("Bearer"));
}

void ServerBodiesTest::strangersBodiesTakeNoMemory_data() {
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("token");
    QTest::addColumn<int>("status");
    const auto url = QString::fromStdString(a_.fhir);
    QTest::newRow("no such clinic") << QString::fromStdString(server_->base() + "/tenant/no-such/fhir-api") << QString() << 404;
    QTest::newRow("no token") << url << QString() << 401;
    QTest::newRow("another's token") << url << QString::fromStdString(b_.token) << 401;
}

void ServerBodiesTest::strangersBodiesTakeNoMemory() {
    QFETCH(QString, url);
    QFETCH(QString, token);
    QFETCH(int, status);
    const auto before = residentOf(server_->pid());
    std::size_t most = before;
    Neighbour neighbour(b_);
    const std::string head = headOf(url.toStdString(), token.toStdString(), declared), part(megabyte, ' ');
    std::atomic<int> right{0}, ended{0};
    {
        std::vector<std::jthread> senders;
        for (int i = 0; i < 60; ++i)
            senders.emplace_back([&] {
                RawSocket socket(server_->base());
                bool open = socket.send(head);
                for (int sent = 0; open && sent < 8; ++sent) open = socket.send(part);
                right += socket.answer(std::chrono::seconds(20)).status == status;
                ++ended;
            });
        while (ended < 60) {
            most = std::max(most, residentOf(server_->pid()));
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }
    qInfo("%zu MB before, %zu MB at most; %d good answers beside", before / megabyte, most / megabyte, neighbour.good.load());
    QCOMPARE(right.load(), 60);
    QVERIFY(most < before + 64 * megabyte);
    QCOMPARE(neighbour.bad.load(), 0);
    QVERIFY(neighbour.good > 0);
}

/// One who may store much sends 60 Bundles of 50 MB at once: the server takes as many as it can hold, tells the others to
/// come again, and takes the next once those are gone.
void ServerBodiesTest::bodiesOfOneCallerAreBounded() {
    const auto before = residentOf(server_->pid());
    std::size_t most = before;
    Neighbour neighbour(b_);
    const std::string head = headOf(a_.fhir, a_.token, declared), part(megabyte, ' ');
    std::atomic<int> refused{0}, waiting{0}, ended{0};
    {
        std::vector<std::jthread> senders;
        std::atomic<bool> leave{false};
        for (int i = 0; i < 60; ++i)
            senders.emplace_back([&] {
                RawSocket socket(server_->base());
                bool open = socket.send(head);
                for (int sent = 0; open && sent < 8; ++sent) open = socket.send(part);
                const auto answer = socket.answer(std::chrono::seconds(5));
                if (answer.status == 503 && !answer.header("retry-after").empty()) ++refused;
                if (answer.status == 0 && open) ++waiting;
                ++ended;
                while (!leave) std::this_thread::sleep_for(std::chrono::milliseconds(10));
            });
        const auto until = Steady::now() + std::chrono::seconds(60);
        while (ended < 60 && Steady::now() < until) {
            most = std::max(most, residentOf(server_->pid()));
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        leave = true;
    }
    qInfo("%zu MB before, %zu MB at most; %d refused, %d waited for more", before / megabyte, most / megabyte, refused.load(),
          waiting.load());
    QVERIFY(refused > 30);
    QVERIFY(waiting > 0);
    QVERIFY(most < before + 224 * megabyte);  // 128 MB for one address, and what is read in one go
    QCOMPARE(neighbour.bad.load(), 0);
    QVERIFY(neighbour.good > 0);
    const auto transaction = transactionOf("after", 3);
    for (int i = 0; i < 500; ++i) {
        if (post(a_, "", transaction).status == 200) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    QFAIL("the bodies that are gone still count");
}

void ServerBodiesTest::nothingWasStored() {
    QCOMPARE(countOf(a_, "Patient"), 4);
    QCOMPARE(countOf(b_, "Patient"), 1);
}

POLYCLINIC_TEST(ServerBodiesTest)
#include "server_bodies_test.moc"
