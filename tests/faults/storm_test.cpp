// Everything at once: three strangers, a patient's app gone bad and a foolish clinic against one server, while a second
// clinic reads, writes, searches and signs in. It must see no error, wait little longer than beside programs that only
// take the processors, and the server must stay small. 60 s; ten minutes in long runs.

#include <zlib.h>

#include <QTest>

#include "neighbour_load.h"
#include "portal_visitor.h"
#include "test_case.h"

using namespace polyclinic::test;

class Storm : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void theOtherClinicGoesOn();
    void nothingIsLeftBehind();
    void cleanupTestCase();

  private:
    std::vector<std::function<void(int)>> strangers();
    std::vector<std::function<void(int)>> badApp();
    std::vector<std::function<void(int)>> foolishClinic();

    std::unique_ptr<ServerProcess> server_;
    Clinic foolish_, quiet_;
    std::unique_ptr<PortalVisitor> nurse_;
};

namespace {

constexpr const char* visitor = "quiet.reader";
constexpr const char* phrase = "a river below four bridges";

std::chrono::seconds length() { return std::chrono::seconds(getenv("POLYCLINIC_LONG") ? 600 : 60); }

/// Twenty reads, five creates, two searches and one sign-in a second, each at its time whatever the answers take.
Figures probe(const Clinic& clinic, PortalVisitor& person, std::chrono::seconds seconds, std::string& firstFault) {
    Figures figures;
    const auto start = Steady::now();
    const auto take = [&](const char* what, int expected, const std::function<HttpAnswer()>& ask) {
        const auto asked = Steady::now();
        int status = 0;
        try {
            status = ask().status;
        } catch (const std::exception& error) {
            if (firstFault.empty()) firstFault = error.what();
        }
        if (status != expected && firstFault.empty()) firstFault = std::string(what) + " answered " + std::to_string(status);
        figures.failed += status != expected;
        figures.seconds.push_back(secondsSince(asked));
    };
    for (int i = 0; i < seconds.count() * 20; ++i) {
        std::this_thread::sleep_until(start + i * std::chrono::milliseconds(50));
        take("a read", 200, [&] { return get(clinic, "Patient/q1"); });
        if (i % 4 == 0) take("a create", 201, [&] { return post(clinic, "/Patient", patient("", "Quiet")); });
        if (i % 10 == 0) take("a search", 200, [&] { return get(clinic, "Patient?family=Quiet&_count=10"); });
        if (i % 20 != 0) continue;
        take("a sign-in", 303, [&] {
            person.jar().clear();
            return person.signIn(visitor, phrase);
        });
    }
    std::ranges::sort(figures.seconds);
    return figures;
}

std::string zipped(std::size_t newlines) {
    std::string plain(1 << 20, '\n'), out(1 << 16, '\0'), all;
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
    for (std::size_t left = newlines >> 20; left > 0; --left) {
        stream.next_in = reinterpret_cast<Bytef*>(plain.data());
        stream.avail_in = uInt(plain.size());
        do {
            stream.next_out = reinterpret_cast<Bytef*>(out.data());
            stream.avail_out = uInt(out.size());
            deflate(&stream, left == 1 ? Z_FINISH : Z_NO_FLUSH);
            all.append(out, 0, out.size() - stream.avail_out);
        } while (stream.avail_out == 0);
    }
    deflateEnd(&stream);
    return all;
}

}  // namespace

void Storm::initTestCase() {
    server_ = std::make_unique<ServerProcess>();
    quiet_ = makeClinic(*server_, "quiet", false);
    foolish_ = makeClinic(*server_, "foolish", false);
    auto joined = patient("q1", "Quiet");
    joined["birthDate"] = "1980-05-03";
    QCOMPARE(put(quiet_, joined).status, 201);
    const auto invited = operate(*server_, "POST", "/admin/api/Tenant/quiet/Account",
                                 {{"realm", "patient"}, {"username", visitor}, {"fhirUser", "Patient/q1"}});
    QCOMPARE(invited.status, 201);
    nurse_ = std::make_unique<PortalVisitor>(quiet_);
    QCOMPARE(nurse_->useCode(invited.json.at("activation").at("code"), "1980-05-03", phrase).status, 303);
    auto large = patient("large", "Large");
    large["text"] = {{"status", "generated"},
                     {"div", "<div xmlns=\"http://www.w3.org/1999/xhtml\">" + std::string(9'000'000, 'A') + "</div>"}};
    QCOMPARE(put(foolish_, large).status, 201);
    {
        const auto folder = server_->folder() / "storm";
        fs::create_directories(folder);
        fs::permissions(folder, fs::perms(0755));
        std::ofstream(folder / "newlines.ndjson.gz", std::ios::binary) << zipped(std::size_t(2) << 30);
        std::ofstream(folder / "odd.json")
            << R"({"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Patient","gender":"zz"},"request":{"method":"POST","url":"Patient"}}]})";
        for (const auto* name : {"newlines.ndjson.gz", "odd.json"}) fs::permissions(folder / name, fs::perms(0644));
    }
}

void Storm::cleanupTestCase() {
    nurse_.reset();
    server_.reset();
}

std::vector<std::function<void(int)>> Storm::strangers() {
    const auto base = server_->base();
    const auto auth = base + "/tenant/foolish/patient/auth";
    return {// Large bodies for nobody, from twenty connections, and one that trickles.
            [base](int round) {
                std::vector<std::unique_ptr<RawSocket>> sockets;
                const std::string head = "POST /tenant/no-such/fhir-api HTTP/1.1\r\nHost: " + authorityOf(base) +
                                         "\r\nContent-Type: application/fhir+json\r\nContent-Length: 50000000\r\n\r\n";
                for (int i = 0; i < 20; ++i) {
                    sockets.push_back(std::make_unique<RawSocket>(base));
                    sockets.back()->send(head);
                    sockets.back()->send(std::string(64 << 10, round % 2 ? ' ' : 'x'));
                }
                std::this_thread::sleep_for(std::chrono::milliseconds(100));
            },
            // Requests that somebody would have to keep, and clients that nobody knows.
            [auth](int round) {
                http("POST", auth + "/authorize", {{"Content-Type", "application/x-www-form-urlencoded"}},
                     "response_type=code&client_id=nobody&redirect_uri=https://app.example/cb&state=" + std::string(8'000, 's') +
                         "&scope=" + std::string(20'000, 'x'));
                http("POST", auth + "/token", {{"Content-Type", "application/x-www-form-urlencoded"}},
                     "grant_type=refresh_token&refresh_token=prt_x&client_id=invented-" + std::to_string(round));
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            },
            // Guesses at the other clinic's people, from another address than theirs.
            [this](int round) {
                PortalVisitor guesser(quiet_, "127.0.0.9");
                guesser.signIn(round % 3 ? "quiet.reader" : "nobody-" + std::to_string(round), "wrong word of mine");
                std::this_thread::sleep_for(std::chrono::milliseconds(200));
            }};
}

std::vector<std::function<void(int)>> Storm::badApp() {
    auto batch = nlohmann::json::array();
    for (int i = 0; i < 100; ++i) batch.push_back({{"request", {{"method", "GET"}, {"url", "Patient/large"}}}});
    const std::string bundle = nlohmann::json{{"resourceType", "Bundle"}, {"type", "batch"}, {"entry", batch}}.dump();
    std::string slashes = "Questionnaire?url:above=http://x", parameters = "Patient?";
    for (int i = 0; i < 6'000; ++i) slashes += "/a";
    for (int i = 0; i < 195; ++i) parameters += "family=f" + std::to_string(i) + '&';
    return {[this, slashes](int) { get(foolish_, slashes.substr(0, 7'000)); },
            [this, parameters](int round) { get(foolish_, parameters + "given=g" + std::to_string(round)); },
            [this, bundle](int) {
                // Reads a little of a very large answer, then goes.
                RawSocket socket(server_->base());
                socket.send("POST /tenant/foolish/fhir-api HTTP/1.1\r\nHost: " + authorityOf(server_->base()) +
                            "\r\nAuthorization: Bearer " + foolish_.token + "\r\nContent-Type: application/fhir+json\r\nContent-Length: " +
                            std::to_string(bundle.size()) + "\r\n\r\n" + bundle);
                std::this_thread::sleep_for(std::chrono::milliseconds(1'500));
            },
            [this](int) { post(foolish_, "/Patient", patient("", "Many")); }};
}

std::vector<std::function<void(int)>> Storm::foolishClinic() {
    return {[this](int round) {
                const auto name = round % 2 ? "odd.json" : "newlines.ndjson.gz";
                const auto started = operate(*server_, "POST", "/admin/api/Tenant/foolish/$import",
                                             {{"files", {(server_->folder() / "storm" / name).string()}}});
                std::this_thread::sleep_for(std::chrono::seconds(2));
                if (started.status == 202) operate(*server_, "DELETE", "/admin/api/Job/" + started.json.at("id").get<std::string>());
            },
            [this](int round) {
                // A clinic comes, fills and is gone again.
                const auto id = "brief-" + std::to_string(round);
                const auto brief = makeClinic(*server_, id, false);
                std::string lines;
                for (int i = 0; i < 2'000; ++i) lines += patient("b" + std::to_string(i), "Brief").dump() + '\n';
                http("POST", server_->operators() + "/admin/api/Tenant/" + id + "/$import",
                     {{"Authorization", "Bearer " + server_->localToken()}, {"Content-Type", "application/fhir+ndjson"}}, lines);
                std::this_thread::sleep_for(std::chrono::milliseconds(300));
                operate(*server_, "DELETE", "/admin/api/Tenant/" + id + "?purge=true");
                std::this_thread::sleep_for(std::chrono::seconds(1));
            }};
}

void Storm::theOtherClinicGoesOn() {
    std::string fault;
    probe(quiet_, *nurse_, std::chrono::seconds(2), fault);  // connections are made, statements prepared
    Figures calm, loud;
    {
        const Burners burners;
        calm = probe(quiet_, *nurse_, std::chrono::seconds(10), fault);
    }
    QVERIFY2(fault.empty(), fault.c_str());
    std::vector<std::function<void(int)>> attacks;
    for (auto part : {strangers(), badApp(), foolishClinic()}) attacks.insert(attacks.end(), part.begin(), part.end());
    {
        const Attack attack(attacks);
        loud = probe(quiet_, *nurse_, length(), fault);
        QVERIFY(attack.asked() > 0);
        qInfo("quiet: p50 %.1f, p99 %.1f ms; in the storm (%d answers, %d lost): p50 %.1f, p99 %.1f, worst %.1f ms; %d MB at most",
              1e3 * calm.at(0.5), 1e3 * calm.at(0.99), attack.asked(), attack.lost(), 1e3 * loud.at(0.5), 1e3 * loud.at(0.99),
              1e3 * loud.seconds.back(), megabytesOf(server_->pid(), "VmHWM:"));
    }
    QVERIFY2(fault.empty(), fault.c_str());
    QCOMPARE(loud.failed, 0);
    // Twice, and a tenth of a second for what else this machine does.
    QVERIFY2(loud.at(0.99) <= 2 * calm.at(0.99) + 0.1,
             (std::to_string(loud.at(0.99)) + " s beside " + std::to_string(calm.at(0.99))).c_str());
    const int most = megabytesOf(server_->pid(), "VmHWM:");
    QVERIFY2(most > 0 && most < 400, std::to_string(most).c_str());
}

void Storm::nothingIsLeftBehind() {
    // Whoever was purged in the middle of an import has no rows, once the last purge is through.
    const auto left = [this] {
        return sql(server_->dataDirectory(),
                   "SELECT count(*) FROM resource r JOIN tenant t ON t.number = r.tenant_id"
                   " WHERE t.state IN ('purging', 'purged')");
    };
    for (int i = 0; i < 300 && left() != "0"; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(200));
    QCOMPARE(left(), std::string("0"));
    QCOMPARE(get(quiet_, "Patient/q1").status, 200);
}

POLYCLINIC_TEST(Storm)
#include "storm_test.moc"
