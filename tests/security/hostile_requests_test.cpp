// Hostile requests that no one here wrote: every one gets one of the statuses that are allowed for it, never a 5xx, a
// hang or a dropped connection; and what is stored comes back letter for letter.

#include <QTest>

#include "base/encoding.h"
#include "golden.h"
#include "short_server.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class HostileRequests : public QObject {
    Q_OBJECT
  private slots:
    void all();
    void decimalsComeBackAsText();
};

namespace {

HttpAnswer send(const Clinic& clinic, const nlohmann::json& request) {
    std::string body;
    if (request.contains("bodyBase64"))
        body = base64Decode(request["bodyBase64"].get<std::string>()).value();
    else if (request.contains("body"))
        body = request["body"].is_string() ? request["body"].get<std::string>() : request["body"].dump();
    HttpHeaders headers = bearer(clinic.token);
    bool typed = false;
    const auto extra = request.value("headers", nlohmann::json::object());
    for (const auto& [name, value] : extra.items()) {
        headers.emplace_back(name, value.get<std::string>());
        typed = typed || name == "Content-Type";
    }
    const auto method = request["method"].get<std::string>();
    if (!typed && (method == "POST" || method == "PUT")) headers.emplace_back("Content-Type", "application/fhir+json");
    const auto path = request["path"].get<std::string>();
    return http(method, clinic.fhir + (path.empty() ? "" : "/" + path), headers, body);
}

}  // namespace

void HostileRequests::all() {
    const auto lines = gzipLines(goldenFolder() / "hostile" / "hostile-requests.ndjson.gz");
    if (lines.empty()) QSKIP("../shared/testdata is not here");
    const auto& clinic = shortServer().a;
    QStringList wrong;
    for (const auto& line : lines) {
        const auto request = nlohmann::json::parse(line);
        const auto setup = request.value("setup", nlohmann::json::array());
        for (const auto& step : setup) send(clinic, step);
        const auto answer = send(clinic, request);
        const auto expected = request["expect"].get<std::vector<int>>();
        if (std::find(expected.begin(), expected.end(), answer.status) == expected.end() || answer.status >= 500)
            wrong << QString::fromStdString(request["id"].get<std::string>() + ": " + std::to_string(answer.status) + " " + answer.told());
    }
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join('\n')));
    QVERIFY(lines.size() > 90);
    QCOMPARE(http("GET", shortServer().process.base() + "/health/ready").status, 200);
}

void HostileRequests::decimalsComeBackAsText() {
    const auto& clinic = shortServer().a;
    for (const std::string number : {"0.10", "1.00", "1E2", "12345678901234567890.123456789", "-0.0", "100"}) {
        const auto made =
            http("POST", clinic.fhir + "/Observation", bearerJson(clinic.token),
                 R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":)" + number + "}}");
        QVERIFY2(made.status == 201, made.told().c_str());
        const auto read = http("GET", clinic.fhir + "/Observation/" + made.json["id"].get<std::string>(), bearer(clinic.token));
        QVERIFY2(read.body.find("\"value\":" + number + "}") != std::string::npos, number.c_str());
    }
}

POLYCLINIC_TEST(HostileRequests)
#include "hostile_requests_test.moc"
