// Answers that are large although little was asked and little is stored: the server holds a window of them.

#include <QTest>
#include <set>

#include "server_support.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class ServerAnswersTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void aLargeRecordIsReadWhole_data();
    void aLargeRecordIsReadWhole();
    void aBatchOfManyLargeReads();
    void aTransactionOfManyLargeReads();
    void writesAreToldWhateverElseIsAsked();
    void aLongHistory();
    void aPageOfLargeRecords();
    void slowReaders_data();
    void slowReaders();
    void cleanupTestCase() { server_.reset(); }

  private:
    std::size_t resident() const;
    std::unique_ptr<ServerProcess> server_;
    Clinic a_, own_;
};

namespace {

constexpr std::size_t mebibyte = 1 << 20, longText = 9'900'000;
constexpr int copies = 16;

/// A Binary of one letter, or of what no compression makes smaller.
std::string recordOf(const std::string& id, bool random) {
    std::string data(longText / 4 * 4, 'A');
    if (random) {
        std::uint64_t x = 88172645463325252u;
        for (auto& c : data) {
            x ^= x << 13, x ^= x >> 7, x ^= x << 17;
            c = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[x >> 58];
        }
    }
    return R"({"resourceType":"Binary","id":")" + id + R"(","contentType":"application/octet-stream","data":")" + data + "\"}";
}

int putText(const Clinic& clinic, const std::string& id, const std::string& body) {
    return http("PUT", clinic.fhir + "/Binary/" + id, bearerJson(clinic.token), body, std::chrono::seconds(60)).status;
}

/// Reads an answer to its end as it comes, keeping none of it; the bytes of its body.
std::size_t drained(RawSocket& socket, std::string* head = nullptr) {
    std::size_t total = 0;
    std::string first;
    char buffer[1 << 16];
    std::size_t expected = std::size_t(-1), headBytes = 0;
    const timeval wait{60, 0};
    ::setsockopt(socket.file(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    while (total < expected) {
        const auto got = ::recv(socket.file(), buffer, sizeof buffer, 0);
        if (got <= 0) break;
        total += std::size_t(got);
        if (headBytes == 0) {
            first.append(buffer, std::size_t(got));
            if (const auto end = first.find("\r\n\r\n"); end != first.npos) {
                headBytes = end + 4;
                const auto length = first.find("Content-Length: ");
                if (length < end) expected = headBytes + std::stoull(first.substr(length + 16));
            }
        }
    }
    if (head) *head = first.substr(0, headBytes);
    return total - headBytes;
}

std::string asking(const Clinic& clinic, const std::string& method, const std::string& path, const std::string& body = {}) {
    return method + " " + pathOf(clinic.fhir) + path + " HTTP/1.1\r\nHost: " + authorityOf(clinic.fhir) + "\r\nAuthorization: Bearer " +
           clinic.token +
           (body.empty() ? "" : "\r\nContent-Type: application/fhir+json\r\nContent-Length: " + std::to_string(body.size())) + "\r\n\r\n" +
           body;
}

std::string bundleOf(const std::string& type, int count, const std::string& url) {
    nlohmann::json entries = nlohmann::json::array();
    for (int i = 0; i < count; ++i) entries.push_back({{"request", {{"method", "GET"}, {"url", url}}}});
    return nlohmann::json{{"resourceType", "Bundle"}, {"type", type}, {"entry", entries}}.dump();
}

}  // namespace

std::size_t ServerAnswersTest::resident() const {
    std::ifstream status("/proc/" + std::to_string(server_->pid()) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) return std::stoull(line.substr(6)) * 1024;
    return 0;
}

void ServerAnswersTest::initTestCase() {
    server_ = std::make_unique<ServerProcess>();
    a_ = makeClinic(*server_, "t-a", false);
    own_ = makeClinic(*server_, "t-own", true);
    for (const auto* clinic : {&a_, &own_}) {
        QCOMPARE(putText(*clinic, "plain", recordOf("plain", false)), 201);
        QCOMPARE(putText(*clinic, "random", recordOf("random", true)), 201);
        QCOMPARE(put(*clinic, patient("here")).status, 201);
    }
}

void ServerAnswersTest::aLargeRecordIsReadWhole_data() {
    QTest::addColumn<bool>("dedicated");
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("random");
    for (const bool dedicated : {false, true})
        for (const bool random : {false, true}) {
            const QString id = random ? "Binary/random" : "Binary/plain", where = dedicated ? "own: " : "shared: ";
            QTest::newRow(qPrintable(where + id)) << dedicated << id << random;
            QTest::newRow(qPrintable(where + id + " by version")) << dedicated << id + "/_history/1" << random;
        }
}

/// Byte by byte what was written, meta apart.
void ServerAnswersTest::aLargeRecordIsReadWhole() {
    QFETCH(bool, dedicated);
    QFETCH(QString, path);
    QFETCH(bool, random);
    const auto& clinic = dedicated ? own_ : a_;
    const auto answer = get(clinic, path.toStdString());
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.header("content-length"), std::to_string(answer.body.size()));
    const auto sent = nlohmann::json::parse(recordOf(random ? "random" : "plain", random));
    QVERIFY(answer.json.at("data") == sent.at("data"));
    QCOMPARE(answer.json.at("meta").at("versionId").get<std::string>(), std::string("1"));
}

/// 250 times 10 MB: some entries are answered, the others say for themselves why not; memory stays.
void ServerAnswersTest::aBatchOfManyLargeReads() {
    const auto before = resident();
    const auto answer = post(a_, "", nlohmann::json::parse(bundleOf("batch", 250, "Binary/plain")));
    const auto after = resident();
    QCOMPARE(answer.status, 200);
    const auto& entries = answer.json.at("entry");
    QCOMPARE(entries.size(), std::size_t(250));
    int given = 0, told = 0;
    for (const auto& entry : entries) {
        const auto& response = entry.at("response");
        given += response.at("status") == "200" && entry.at("resource").at("data").get_ref<const std::string&>().size() == longText / 4 * 4;
        told += response.at("status") == "413" && response.at("outcome").at("issue")[0].at("code") == "too-costly";
    }
    QCOMPARE(given, 6);  // 64 MB
    QCOMPARE(told, 244);
    QVERIFY2(after < before + 48 * mebibyte, std::to_string((after - before) / mebibyte).c_str());
}

void ServerAnswersTest::aTransactionOfManyLargeReads() {
    auto bundle = nlohmann::json::parse(bundleOf("transaction", 20, "Binary/random"));
    bundle["entry"].push_back(
        {{"request", {{"method", "PUT"}, {"url", "Patient/by-transaction"}}}, {"resource", patient("by-transaction")}});
    const auto answer = post(a_, "", bundle);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.json.at("entry").size(), std::size_t(21));
    QCOMPARE(answer.json.at("entry")[0].at("response").at("status").get<std::string>(), std::string("200"));
    QCOMPARE(answer.json.at("entry")[19].at("response").at("status").get<std::string>(), std::string("413"));
    QCOMPARE(answer.json.at("entry")[20].at("response").at("status").get<std::string>(), std::string("201"));
    QCOMPARE(get(a_, "Patient/by-transaction").status, 200);
}

void ServerAnswersTest::writesAreToldWhateverElseIsAsked() {
    auto bundle = nlohmann::json::parse(bundleOf("batch", 20, "Binary/plain"));
    bundle["entry"].push_back({{"request", {{"method", "PUT"}, {"url", "Patient/by-batch"}}}, {"resource", patient("by-batch")}});
    const auto answer = post(a_, "", bundle);
    const auto& last = answer.json.at("entry").back();
    QCOMPARE(last.at("response").at("status").get<std::string>(), std::string("201"));
    QCOMPARE(last.at("resource").at("id").get<std::string>(), std::string("by-batch"));
    QCOMPARE(get(a_, "Patient/by-batch").status, 200);
}

void ServerAnswersTest::aLongHistory() {
    for (int version = 2; version <= copies; ++version) QCOMPARE(putText(a_, "plain", recordOf("plain", false)), 200);
    const auto before = resident();
    std::size_t most = before;
    std::atomic<bool> done{false};
    std::jthread watch([&] {
        while (!done) {
            most = std::max(most, resident());
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    });
    RawSocket socket(server_->base());
    QVERIFY(socket.send(asking(a_, "GET", "/Binary/plain/_history")));
    std::string head;
    const auto bytes = drained(socket, &head);
    done = true;
    watch.join();
    QVERIFY2(head.starts_with("HTTP/1.1 200"), head.c_str());
    qInfo("%zu bytes; %zu MB more", bytes, (most - before) / mebibyte);
    QVERIFY(bytes > copies * longText);
    QVERIFY(most < before + 32 * mebibyte);
}

/// Seven fill a page; the next link leads to the others.
void ServerAnswersTest::aPageOfLargeRecords() {
    for (int i = 0; i < 9; ++i) QCOMPARE(putText(own_, "p" + std::to_string(i), recordOf("p" + std::to_string(i), false)), 201);
    const auto before = resident();
    std::set<std::string> seen;
    std::string path = "Binary?_count=200";
    int pages = 0;
    while (!path.empty() && pages < 5) {
        const auto page = get(own_, path);
        QCOMPARE(page.status, 200);
        ++pages;
        QVERIFY(page.body.size() < 80 * mebibyte);
        for (const auto& entry : page.json.at("entry")) seen.insert(entry.at("resource").at("id").get<std::string>());
        path.clear();
        for (const auto& link : page.json.at("link"))
            if (link.at("relation") == "next") path = link.at("url").get<std::string>().substr(own_.fhir.size() + 1);
    }
    QCOMPARE(pages, 2);
    QCOMPARE(seen.size(), std::size_t(11));
    QVERIFY(resident() < before + 48 * mebibyte);
}

void ServerAnswersTest::slowReaders_data() {
    QTest::addColumn<QString>("request");
    const auto row = [](const char* name, const std::string& request) { QTest::newRow(name) << QString::fromStdString(request); };
    row("a record", asking(a_, "GET", "/Binary/plain"));
    row("a record that is large at rest", asking(a_, "GET", "/Binary/random"));
    row("a history", asking(a_, "GET", "/Binary/plain/_history"));
    row("a page", asking(own_, "GET", "/Binary?_count=200"));
    row("a batch", asking(a_, "POST", "", bundleOf("batch", 250, "Binary/plain")));
    const auto body = recordOf("written", false);
    row("what was written", asking(a_, "PUT", "/Binary/written", body));
}

/// 40 of them (of who writes 10), who take the first bytes and then nothing: others are answered, memory holds.
void ServerAnswersTest::slowReaders() {
    QFETCH(QString, request);
    const auto text = request.toStdString();
    const bool writes = text.starts_with("PUT");
    const auto before = resident();
    std::size_t most = before;
    std::vector<std::unique_ptr<RawSocket>> sockets;
    int begun = 0;
    const int readers = writes ? 10 : 40;
    for (int i = 0; i < readers; ++i) {
        auto& socket = *sockets.emplace_back(std::make_unique<RawSocket>(server_->base()));
        const int little = 64 << 10;
        ::setsockopt(socket.file(), SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
        QVERIFY(socket.send(text));
        char first[16];
        const timeval wait{30, 0};
        ::setsockopt(socket.file(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        begun += ::recv(socket.file(), first, sizeof first, 0) > 12 && std::string_view(first).starts_with("HTTP/1.1 20");
        most = std::max(most, resident());
        QCOMPARE(get(own_, "Patient/here").status, 200);
    }
    qInfo("%d answers begun; %zu MB more", begun, (most - before) / mebibyte);
    QCOMPARE(begun, readers);
    QVERIFY(most < before + 96 * mebibyte);
}

POLYCLINIC_TEST(ServerAnswersTest)
#include "server_answers_test.moc"
