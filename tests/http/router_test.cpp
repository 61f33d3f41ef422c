#include "http/router.h"

#include <QTest>

#include "test_case.h"

using namespace polyclinic::http;

class RouterTest : public QObject {
    Q_OBJECT
  private slots:
    void literalsWinOverParameters();
    void parametersAreDecodedOnce();
    void aLiteralThatLeadsNowhereGivesWay();
    void knownPathWithWrongMethod();
    void headIsAnsweredByGet();
    void unknownMethodIsNeverMatched();
    void otherSpellingsAreUnknown_data();
    void otherSpellingsAreUnknown();
    void slashesCount();
    void twoRoutesForTheSamePath();
};

namespace {

Router<int> table() {
    return Router<int>({{Method::get, "/", 1},
                        {Method::get, "/tenant/:tenant/fhir-api/:type/:id", 2},
                        {Method::put, "/tenant/:tenant/fhir-api/:type/:id", 3},
                        {Method::post, "/tenant/:tenant/fhir-api/:type/_search", 4},
                        {Method::get, "/tenant/:tenant/fhir-api/:type/:id/_history/:version", 5},
                        {Method::get, "/tenant/:tenant/fhir-api/metadata", 6},
                        {Method::get, "/tenant/:tenant/fhir-api/:kind", 7},
                        {Method::get, "/tenant/:tenant/fhir-api/.well-known/smart-configuration", 8},
                        {Method::post, "/admin/api/Tenant/:tenant/$import", 9},
                        {Method::get, "/admin/api/Tenant/:tenant/:part", 10}});
}

int targetOf(const Router<int>& router, Method method, std::string_view path) {
    const auto match = router.match(method, path);
    return match.target ? *match.target : 0;
}

}  // namespace

void RouterTest::literalsWinOverParameters() {
    const auto router = table();
    QCOMPARE(targetOf(router, Method::get, "/"), 1);
    QCOMPARE(targetOf(router, Method::get, "/tenant/t-a/fhir-api/metadata"), 6);
    QCOMPARE(targetOf(router, Method::get, "/tenant/t-a/fhir-api/Patient"), 7);
    QCOMPARE(targetOf(router, Method::get, "/tenant/t-a/fhir-api/.well-known/smart-configuration"), 8);
    QCOMPARE(targetOf(router, Method::post, "/tenant/t-a/fhir-api/Patient/_search"), 4);
    QCOMPARE(targetOf(router, Method::post, "/admin/api/Tenant/t-a/$import"), 9);
    QCOMPARE(targetOf(router, Method::post, "/admin/api/Tenant/t-a/%24import"), 9);
    QCOMPARE(targetOf(router, Method::get, "/tenant/t-a/fhir-api/Patient/_search"), 0);
}

void RouterTest::parametersAreDecodedOnce() {
    const auto router = table();
    const auto match = router.match(Method::get, "/tenant/t-a/fhir-api/Patient/a%20%2541+b/_history/7");
    QCOMPARE(*match.target, 5);
    QCOMPARE(match.parameters.size(), std::size_t(4));
    QVERIFY(match.parameters[0].first == "tenant" && match.parameters[0].second == "t-a");
    QVERIFY(match.parameter("id") == "a %41+b");
    QVERIFY(match.parameter("version") == "7");
    QVERIFY(match.parameter("absent").empty());
}

void RouterTest::aLiteralThatLeadsNowhereGivesWay() {
    const auto match = table().match(Method::get, "/tenant/t-a/fhir-api/metadata/x");
    QCOMPARE(match.pathKnown, true);
    QVERIFY(match.parameters.at(1).second == "metadata");
}

void RouterTest::knownPathWithWrongMethod() {
    const auto match = table().match(Method::del, "/tenant/t-a/fhir-api/Patient/1");
    QVERIFY(!match.target);
    QVERIFY(match.pathKnown);
    QCOMPARE(match.allow, std::string("GET, HEAD, PUT"));
    const auto unknown = table().match(Method::del, "/tenant/t-a");
    QVERIFY(!unknown.target && !unknown.pathKnown && unknown.allow.empty());
}

void RouterTest::headIsAnsweredByGet() {
    QCOMPARE(targetOf(table(), Method::head, "/tenant/t-a/fhir-api/Patient/1"), 2);
    QCOMPARE(targetOf(table(), Method::head, "/admin/api/Tenant/t-a/$import"), 0);
}

void RouterTest::unknownMethodIsNeverMatched() {
    const auto match = table().match(Method::other, "/tenant/t-a/fhir-api/Patient/1");
    QVERIFY(!match.target && match.pathKnown);
}

void RouterTest::otherSpellingsAreUnknown_data() {
    QTest::addColumn<QByteArray>("path");
    for (const char* path : {"/tenant/t%2Da/fhir-api/metadata",
                             "/tenant/t-a%00/fhir-api/metadata",
                             "/tenant/t-a%2Fb/fhir-api/metadata",
                             "/tenant/t-a%2fb/fhir-api/metadata",
                             "/tenant/t-a%/fhir-api/metadata",
                             "/tenant/t-a%4/fhir-api/metadata",
                             "/tenant/t-a%zz/fhir-api/metadata",
                             "/tenant/../fhir-api/metadata",
                             "/tenant/./fhir-api/metadata",
                             "/tenant/%2e%2e/fhir-api/metadata",
                             "/tenant/..%5c/fhir-api/metadata",
                             "/tenant/..\\/fhir-api/metadata",
                             "/tenant/%c0%ae/fhir-api/metadata",
                             "/tenant/%ff/fhir-api/metadata",
                             "/tenant//fhir-api/metadata",
                             "//tenant/t-a/fhir-api/metadata",
                             "/Tenant/t-a/fhir-api/metadata",
                             "/tenant/t-a/fhir-api/metadata/",
                             "/tenant/t-a/fhir-api/meta%64ata/x",
                             "tenant/t-a/fhir-api/metadata",
                             "",
                             "*",
                             "/tenant/a%0d%0ab/fhir-api/metadata",
                             "/tenant/t-a/../t-b/fhir-api/metadata"})
        QTest::newRow(path) << QByteArray(path);
}

void RouterTest::otherSpellingsAreUnknown() {
    QFETCH(QByteArray, path);
    const auto match = table().match(Method::get, std::string_view(path.constData(), path.size()));
    QVERIFY(!match.target);
    QVERIFY(!match.pathKnown);
}

void RouterTest::slashesCount() {
    const Router<int> router({{Method::get, "/portal/", 1}, {Method::get, "/portal", 2}});
    QCOMPARE(targetOf(router, Method::get, "/portal/"), 1);
    QCOMPARE(targetOf(router, Method::get, "/portal"), 2);
    QCOMPARE(targetOf(router, Method::get, "/portal//"), 0);
}

void RouterTest::twoRoutesForTheSamePath() {
    auto router = table();
    QVERIFY_EXCEPTION_THROWN(router.add(Method::get, "/tenant/:x/fhir-api/:y/:z", 11), std::logic_error);
    QVERIFY_EXCEPTION_THROWN(router.add(Method::get, "tenant", 12), std::logic_error);
}

POLYCLINIC_TEST(RouterTest)
#include "router_test.moc"
