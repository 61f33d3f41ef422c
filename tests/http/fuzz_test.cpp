// Broken requests by the thousand, straight into the framing check and the parser. Whatever they are, they
// must be understood the same however the bytes are cut, and nothing unclean may come through.

#include <QTest>
#include <algorithm>
#include <random>

#include "http/framing.h"
#include "http/request_parser.h"
#include "test_case.h"

using namespace polyclinic::http;

class FuzzTest : public QObject {
    Q_OBJECT
  private slots:
    void cutsMakeNoDifference();
};

namespace {

const std::vector<std::string> seeds{
    "GET /fixed?a=b%20c HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello",
    "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "PUT /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
    "chunked\r\n\r\n3;a=\"b\"\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nT: 1\r\n\r\n",
    "GET http://localhost/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
};

const std::vector<std::string> fragments{"\r\n",
                                         "\n",
                                         "\r",
                                         " ",
                                         "\t",
                                         ":",
                                         ";",
                                         "0\r\n\r\n",
                                         "Content-Length: 5\r\n",
                                         "Host: x\r\n",
                                         "chunked",
                                         ",",
                                         "+",
                                         "-",
                                         "#",
                                         "\\",
                                         "GET / HTTP/1.1\r\n",
                                         "Transfer-Encoding: chunked\r\n",
                                         "ffffffffffffffff\r\n",
                                         "1\r\nx\r\n"};

/// What a connection would make of `stream` when it came in pieces of at most `piece` bytes.
std::string understood(const std::string& stream, std::size_t piece) {
    const Limits limits;
    RequestParser parser;
    std::string received, seen, body;
    std::size_t scanned = 0, at = 0;
    bool inBody = false;
    RequestHead head;
    for (;;) {
        if (!inBody && received.size() > scanned) {
            const auto scan = findHead(received, scanned, limits);
            scanned = received.size();
            if (scan.fault) return seen + "fault";
            if (scan.bytes > 0) {
                const auto raw = std::string_view(received).substr(0, scan.bytes);
                if (checkHead(raw, limits)) return seen + "fault";
                head = {};
                if (!parser.head(raw, head)) return seen + "refused";
                for (const auto& [name, value] : head.headers)
                    for (const unsigned char c : name + value)
                        if (c < 0x20 && c != '\t') return "unclean header";
                if (!head.target.starts_with('/')) return "unclean target";
                received.erase(0, scan.bytes);
                scanned = 0;
                body.clear();
                inBody = true;
            }
        }
        if (inBody && !parser.done() && !received.empty()) {
            const auto step = parser.body(received, body, 64);
            received.erase(0, step.used);
            if (step.state == RequestParser::Body::faulty) return seen + "faulty";
            if (step.state == RequestParser::Body::tooLarge) return seen + "large";
        }
        if (inBody && parser.done()) {
            seen += head.methodText + " " + head.target + " [" + body + "]\n";
            inBody = false;
            scanned = 0;
            continue;
        }
        if (at == stream.size()) return seen + "open";
        received.append(stream, at, piece);
        at = std::min(stream.size(), at + piece);
    }
}

/// The same requests and the same end; only that the last bytes of a broken body may still be waiting for more.
bool sameMeaning(const std::string& atOnce, const std::string& cut) {
    if (atOnce == cut) return true;
    const auto requests = atOnce.substr(0, atOnce.rfind('\n') + 1);
    return atOnce == requests + "faulty" && cut == requests + "open";
}

}  // namespace

void FuzzTest::cutsMakeNoDifference() {
    const unsigned seed = qEnvironmentVariableIntValue("POLYCLINIC_SEED");
    std::mt19937 random(seed);
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    int whole = 0, refused = 0;
    for (int round = 0; round < 30'000; ++round) {
        std::string stream = seeds[below(seeds.size())] + seeds[below(seeds.size())];
        for (std::size_t i = below(4); i > 0; --i) {
            const auto at = below(stream.size());
            switch (below(4)) {
                case 0:
                    stream[at] = static_cast<char>(random());
                    break;
                case 1:
                    stream.insert(at, fragments[below(fragments.size())]);
                    break;
                case 2:
                    stream.erase(at, 1 + below(4));
                    break;
                default:
                    stream.insert(at, stream.substr(below(stream.size()), below(20)));
            }
        }
        const auto atOnce = understood(stream, stream.size());
        QVERIFY2(!atOnce.starts_with("unclean"), stream.c_str());
        for (const std::size_t piece : {std::size_t(1), 1 + below(stream.size())}) {
            const auto cut = understood(stream, piece);
            QVERIFY2(sameMeaning(atOnce, cut),
                     (stream + "\n-- at once:\n" + atOnce + "\n-- cut:\n" + cut).c_str());
        }
        whole += atOnce.ends_with("open");
        refused += !atOnce.ends_with("open");
    }
    qInfo("seed %u: %d streams understood, %d refused", seed, whole, refused);
    QVERIFY(whole > 1000 && refused > 1000);
}

POLYCLINIC_TEST(FuzzTest)
#include "fuzz_test.moc"
