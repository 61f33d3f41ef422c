#include "placements.h"

#include <QTest>

namespace polyclinic::test {

void placements() {
    QTest::addColumn<bool>("dedicated");
    QTest::newRow("shared database") << false;
    QTest::newRow("own database") << true;
}

Clinic& clinic() {
    neighbour();  // there before anything is written
    static Clinic shared = makeClinic(server(), "one-of-many", false), dedicated = makeClinic(server(), "by-itself", true);
    return QString(QTest::currentDataTag()) == "own database" ? dedicated : shared;
}

Clinic& neighbour() {
    static Clinic one = makeClinic(server(), "neighbour", false);
    return one;
}

Json patient(const std::string& family, const std::string& mark) {
    Json resource{{"resourceType", "Patient"}, {"name", {{{"family", family}}}}};
    if (!mark.empty()) resource["identifier"] = {{{"system", "urn:test"}, {"value", mark}}};
    return resource;
}

Json withId(Json resource, const std::string& id) {
    resource["id"] = id;
    return resource;
}

Json entry(const std::string& method, const std::string& url, Json resource, const std::string& fullUrl) {
    Json one{{"request", {{"method", method}, {"url", url}}}};
    if (!resource.is_null()) one["resource"] = std::move(resource);
    if (!fullUrl.empty()) one["fullUrl"] = fullUrl;
    return one;
}

std::string bundle(const std::string& type, Json entries) {
    return Json{{"resourceType", "Bundle"}, {"type", type}, {"entry", std::move(entries)}}.dump();
}

std::int64_t totalOf(const Clinic& clinic, const std::string& query) {
    const auto answer = ask(clinic, "GET", query + "&_summary=count");
    if (answer.status != 200) throw std::runtime_error(query + ": " + answer.told());
    return answer.json.at("total");
}

}  // namespace polyclinic::test
