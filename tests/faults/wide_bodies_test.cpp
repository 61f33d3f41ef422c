// Bodies whose trees are many times their bytes, many at once: each is judged, and the server stays small.

#include <QTest>

#include "neighbour_load.h"
#include "test_case.h"

using namespace polyclinic::test;

class WideBodies : public QObject {
    Q_OBJECT
  private slots:
    void manyAtOnceKeepTheServerSmall();
};

void WideBodies::manyAtOnceKeepTheServerSmall() {
    ServerProcess server;
    const auto busy = makeClinic(server, "busy", false), calm = makeClinic(server, "calm", false);
    std::string body = R"({"resourceType":"Patient","id":"wide","name":[{"given":["a")";
    for (int i = 0; i < 2'200'000; ++i) body += R"(,"a")";
    body += "]}]}";
    std::atomic<int> refused{0}, stored{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 12; ++i)
            threads.emplace_back([&] {
                const auto answer = http("PUT", busy.fhir + "/Patient/wide", bearerJson(busy.token), body);
                refused += answer.status == 400 && issueOf(answer).value("code", "") == "too-costly";
            });
        // Large, and another clinic's.
        auto large = patient("large");
        large["text"] = {{"status", "generated"},
                         {"div", "<div xmlns=\"http://www.w3.org/1999/xhtml\">" + std::string(1'000'000, 'A') + "</div>"}};
        for (int i = 0; i < 3; ++i) {
            const auto status = put(calm, large).status;
            stored += status == 201 || status == 200;
        }
    }
    QCOMPARE(refused.load(), 12);
    QCOMPARE(stored.load(), 3);
    const int most = megabytesOf(server.pid(), "VmHWM:");
    qInfo("%d MB at most", most);
    QVERIFY2(most < 400, std::to_string(most).c_str());
}

POLYCLINIC_TEST(WideBodies)
#include "wide_bodies_test.moc"
