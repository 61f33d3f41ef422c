#include <QTest>
#include <map>
#include <set>

#include "base/failure.h"
#include "corpus.h"
#include "fhir/references.h"
#include "fhir/resource.h"
#include "fhir/stored_form.h"
#include "test_case.h"

using namespace polyclinic;
using json::Document;

class ResourceTest : public QObject {
    Q_OBJECT
  private slots:
    void ids();
    void heads();
    void literalReferences();
    void linksAreFoundByType();
    void linksCanBeReplaced();
    void everyReferenceOfSyntheaIsFound();
    void storedFormKeepsOrderAndNumbers();
    void storedFormKeepsWhatMetaHad();
    void storingTwiceGivesTheSame();
    void tenantMarksAreTaken_data();
    void tenantMarksAreTaken();
    void foreignTenantMarksAreRefused_data();
    void foreignTenantMarksAreRefused();
};

namespace {

const fhir::Stamp stamp{"p1", "my-clinic", 3, {1777799520123456}};

std::string stored(const std::string& text) {
    auto document = Document::parse(text);
    return fhir::storedForm(document, stamp);
}

QStringList linksOf(const std::string& text) {
    static const std::map<fhir::LinkKind, QString> names{
        {fhir::LinkKind::reference, "reference"}, {fhir::LinkKind::uri, "uri"}, {fhir::LinkKind::url, "url"},
        {fhir::LinkKind::canonical, "canonical"}, {fhir::LinkKind::oid, "oid"}, {fhir::LinkKind::uuid, "uuid"}};
    auto document = Document::parse(text);
    QStringList links;
    fhir::forEachReference(document, document.root(), [&](json::Value& value, fhir::LinkKind kind) {
        links << names.at(kind) + " " + QString::fromStdString(std::string(value.text()));
    });
    return links;
}

/// Texts of every member "reference" that is a string, by name alone.
void collectReferences(const json::Value& value, std::multiset<std::string>& found) {
    for (const json::Value& item : value.items()) collectReferences(item, found);
    for (const json::Member& member : value.members()) {
        if (member.name == "reference" && member.value.isString()) found.emplace(member.value.text());
        collectReferences(member.value, found);
    }
}

}  // namespace

void ResourceTest::ids() {
    for (const char* id : {"a", "A.b-9", "00000000-0000-0000-0000-000000000000"}) QVERIFY(fhir::isId(id));
    for (const char* id : {"", "a/b", "..a/", "a b", "a_b", "\xc3\xa4", "a%00"}) QVERIFY(!fhir::isId(id));
    QVERIFY(fhir::isId(std::string(64, 'a')));
    QVERIFY(!fhir::isId(std::string(65, 'a')));
}

void ResourceTest::heads() {
    const auto document = Document::parse(R"({"resourceType":"Patient","id":"x","meta":{"versionId":"7"}})");
    const auto head = fhir::readHead(document.root());
    QCOMPARE(head.type, std::string_view("Patient"));
    QCOMPARE(head.id, std::string_view("x"));
    QCOMPARE(head.versionId, std::string_view("7"));
    QVERIFY(fhir::readHead(Document::parse("[]").root()).type.empty());
}

void ResourceTest::literalReferences() {
    const auto relative = fhir::readReference("Patient/1").value();
    QCOMPARE(relative.type, std::string_view("Patient"));
    QCOMPARE(relative.id, std::string_view("1"));
    QVERIFY(relative.base.empty() && relative.version.empty());
    const auto absolute = fhir::readReference("https://a.example/fhir/Patient/1/_history/2").value();
    QCOMPARE(absolute.base, std::string_view("https://a.example/fhir"));
    QCOMPARE(absolute.type, std::string_view("Patient"));
    QCOMPARE(absolute.version, std::string_view("2"));
    for (const char* text : {"", "#a", "Patient", "Patient/", "/1", "Tenant/1", "patient/1", "Patient?a=b", "Patient/1/_history",
                             "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "Patient/a b", "Patient/1/_history/a_b"}) {
        QVERIFY2(!fhir::readReference(text), text);
    }
}

void ResourceTest::linksAreFoundByType() {
    QCOMPARE(linksOf(R"({"resourceType":"Observation","subject":{"reference":"Patient/1","display":"urn:uuid:a",
        "_reference":{"extension":[{"url":"e1","valueReference":{"reference":"Patient/2"}}]}},
        "code":{"coding":[{"system":"s"}],"text":"reference"},
        "contained":[{"resourceType":"Patient","id":"p","managingOrganization":{"reference":"Organization/3"}}],
        "meta":{"profile":["c1","c2"],"source":"u"},"foo":{"reference":"Patient/9"},"valueString":"Patient/8"})"),
             QStringList({"reference Patient/1", "uri e1", "reference Patient/2", "uri s", "reference Organization/3", "canonical c1",
                          "canonical c2", "uri u"}));
    QCOMPARE(linksOf(R"({"resourceType":"Bundle","entry":[{"fullUrl":"f","resource":{"resourceType":"Patient","photo":[{"url":"w"}],
        "extension":[{"url":"e","valueUuid":"urn:uuid:a"},{"url":"e","valueOid":"urn:oid:1.2"}]}}]})"),
             QStringList({"uri f", "url w", "uri e", "uuid urn:uuid:a", "uri e", "oid urn:oid:1.2"}));
    QVERIFY(linksOf(R"({"resourceType":"Tenant","subject":{"reference":"Patient/1"}})").isEmpty());
}

void ResourceTest::linksCanBeReplaced() {
    auto document =
        Document::parse(R"({"resourceType":"Observation","subject":{"reference":"urn:uuid:a"},"performer":[{"reference":"x"}]})");
    fhir::forEachReference(document, document.root(), [&](json::Value& value, fhir::LinkKind) {
        if (value.text() == "urn:uuid:a") value = document.string("Patient/1");
    });
    QCOMPARE(json::toString(document.root()),
             std::string(R"({"resourceType":"Observation","subject":{"reference":"Patient/1"},"performer":[{"reference":"x"}]})"));
}

void ResourceTest::everyReferenceOfSyntheaIsFound() {
    NEEDS_CORPUS();
    std::size_t total = 0;
    std::size_t different = 0;
    test::forEachLine("synthea-2019-r4/transactions-100-patients.ndjson.gz", [&](const std::string& line) {
        auto document = Document::parse(line);
        std::multiset<std::string> expected;
        collectReferences(document.root(), expected);
        std::multiset<std::string> found;
        fhir::forEachReference(document, document.root(), [&](json::Value& value, fhir::LinkKind kind) {
            if (kind == fhir::LinkKind::reference) found.emplace(value.text());
        });
        total += found.size();
        different += found != expected;
    });
    QVERIFY(total > 10000);
    QCOMPARE(different, std::size_t(0));
}

void ResourceTest::storedFormKeepsOrderAndNumbers() {
    QCOMPARE(stored(R"({ "status": "final", "valueQuantity": {"value": 1.10}, "resourceType": "Observation", "id": "other" })"),
             std::string(R"({"resourceType":"Observation","id":"p1","meta":{"versionId":"3","lastUpdated":"2026-05-03T09:12:00.123Z",)"
                         R"("extension":[{"url":"urn:polyclinic:tenant-id","valueReference":{"reference":"Tenant/my-clinic"}}]},)"
                         R"("status":"final","valueQuantity":{"value":1.10}})"));
}

void ResourceTest::storedFormKeepsWhatMetaHad() {
    QCOMPARE(
        stored(R"({"resourceType":"Patient","meta":{"profile":["a"],"lastUpdated":"2000-01-01T00:00:00Z","_lastUpdated":{"id":"x"},
        "versionId":"99","extension":[{"url":"b","valueCode":"c"}],"tag":[{"code":"d"}]}})"),
        std::string(R"({"resourceType":"Patient","id":"p1","meta":{"versionId":"3","lastUpdated":"2026-05-03T09:12:00.123Z",)"
                    R"("profile":["a"],"extension":[{"url":"b","valueCode":"c"},)"
                    R"({"url":"urn:polyclinic:tenant-id","valueReference":{"reference":"Tenant/my-clinic"}}],"tag":[{"code":"d"}]}})"));
}

void ResourceTest::storingTwiceGivesTheSame() {
    const auto once = stored(R"({"resourceType":"Patient","active":true})");
    QCOMPARE(stored(once), once);
}

void ResourceTest::tenantMarksAreTaken_data() {
    QTest::addColumn<QByteArray>("meta");
    QTest::addColumn<QByteArray>("rest");
    QTest::newRow("ours") << QByteArray(
                                 R"({"extension":[{"url":"urn:polyclinic:tenant-id","valueReference":{"reference":"Tenant/my-clinic"}}]})")
                          << QByteArray();
    QTest::newRow("ours, among others")
        << QByteArray(
               R"({"extension":[{"url":"a","valueCode":"b"},{"url":"urn:polyclinic:tenant-id","valueReference":{"reference":"Tenant/my-clinic"}}]})")
        << QByteArray(R"({"extension":[{"url":"a","valueCode":"b"}]})");
    QTest::newRow("Aidbox's extension")
        << QByteArray(
               R"({"versionId":"1","extension":[{"url":"https://aidbox.app/tenant-id","valueReference":{"reference":"Tenant/my-clinic"}}]})")
        << QByteArray(R"({"versionId":"1"})");
    QTest::newRow("Aidbox's element") << QByteArray(R"({"tenant":{"id":"my-clinic","resourceType":"Tenant"}})") << QByteArray();
    QTest::newRow("none") << QByteArray(R"({"versionId":"1"})") << QByteArray(R"({"versionId":"1"})");
    QTest::newRow("not ours to judge") << QByteArray("{}") << QByteArray("{}");
}

void ResourceTest::tenantMarksAreTaken() {
    QFETCH(QByteArray, meta);
    QFETCH(QByteArray, rest);
    auto document = Document::parse("{\"resourceType\":\"Patient\",\"meta\":" + meta.toStdString() + "}");
    fhir::takeTenantMark(document, "my-clinic");
    const auto expected = rest.isEmpty() ? std::string(R"({"resourceType":"Patient"})")
                                         : "{\"resourceType\":\"Patient\",\"meta\":" + rest.toStdString() + "}";
    QCOMPARE(json::toString(document.root()), expected);
}

void ResourceTest::foreignTenantMarksAreRefused_data() {
    QTest::addColumn<QByteArray>("meta");
    for (const char* meta : {R"({"tenant":{"id":"other"}})", R"({"tenant":"my-clinic"})", R"({"tenant":{}})",
                             R"({"extension":[{"url":"urn:polyclinic:tenant-id","valueReference":{"reference":"Tenant/other"}}]})",
                             R"({"extension":[{"url":"urn:polyclinic:tenant-id","valueReference":{"reference":"Tenant/my-clinic2"}}]})",
                             R"({"extension":[{"url":"urn:polyclinic:tenant-id","valueString":"my-clinic"}]})",
                             R"({"extension":[{"url":"https://aidbox.app/tenant-id","valueReference":{"reference":"Tenant/other"}}]})",
                             R"({"extension":[{"url":"urn:polyclinic:tenant-id","valueReference":{"reference":"Tenant/my-clinic"}},
                                 {"url":"urn:polyclinic:tenant-id","valueReference":{"reference":"Tenant/other"}}]})"}) {
        QTest::newRow(QByteArray(meta).simplified().constData()) << QByteArray(meta);
    }
}

void ResourceTest::foreignTenantMarksAreRefused() {
    QFETCH(QByteArray, meta);
    auto document = Document::parse("{\"resourceType\":\"Patient\",\"meta\":" + meta.toStdString() + "}");
    try {
        fhir::takeTenantMark(document, "my-clinic");
        QFAIL("taken");
    } catch (const Failure& failure) {
        QCOMPARE(failure.kind(), FailureKind::unprocessable);
        QVERIFY(failure.publicMessage().find("other") == std::string::npos);
    }
    QVERIFY_EXCEPTION_THROWN(fhir::storedForm(document, stamp), Failure);
}

POLYCLINIC_TEST(ResourceTest)
#include "resource_test.moc"
