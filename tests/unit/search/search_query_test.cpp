// What a query is understood as, and what is refused.

#include <QTest>

#include "base/failure.h"
#include "fhir/search/query.h"
#include "fhir/search/query_values.h"
#include "fhir/search/ranges.h"
#include "fhir/search/text.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::fhir;

class SearchQueryTest : public QObject {
    Q_OBJECT
  private slots:
    void readsPredicates();
    void repetitionIsAndCommaIsOr();
    void notIsANodeOfItsOwn();
    void escapes();
    void unknownParametersAreIgnoredUnlessStrict();
    void refuses_data();
    void refuses();
    void messagesDoNotRepeatValues();
    void counts();
    void operandsAreCountedAfterExpansion_data();
    void operandsAreCountedAfterExpansion();
    void whatIsTooMuchIsNamed_data();
    void whatIsTooMuchIsNamed();
    void dates();
    void decimals();
    void folding();
    void parameterNumbers();
};

namespace {

SearchQuery parse(std::string_view type, std::string_view query, bool strict = false) {
    QueryOptions options;
    options.strict = strict;
    options.cursorKey = "k";
    return parseQuery(type, parseForm(query).value(), options);
}

Predicate predicate(const SearchQuery& query, std::size_t index) { return std::get<Predicate>(query.where.nodes.at(index).value); }

}  // namespace

void SearchQueryTest::readsPredicates() {
    QCOMPARE(parse("Patient", "name=Zo%C3%AB&gender:not=male&_sort=-birthdate,family&_count=5").toString(),
             std::string("Patient where name begins with 'zoe' and not (gender token #") + std::to_string(tokenHash("male")) +
                 ") by -birthdate, family count 5");
    QCOMPARE(parse("Observation", "date=ge2020-02").toString(),
             std::string("Observation where date date ge 2020-02-01T00:00:00.000Z..2020-02-29T23:59:59.999Z count 20"));
    const auto query = parse("Observation", "subject:Patient=7&code=http://loinc.org|8302-2&subject:identifier=x|1");
    QCOMPARE(predicate(query, 0).anyOf[0].code, indexHash("7"));
    QVERIFY(predicate(query, 0).anyOf[0].type.has_value());
    QVERIFY(predicate(query, 1).anyOf[0].systems == std::vector{systemHash("http://loinc.org")});
    QCOMPARE(predicate(query, 2).param, parameterId("Observation", "subject:identifier"));
    QVERIFY(predicate(query, 2).match == Match::token);
}

void SearchQueryTest::repetitionIsAndCommaIsOr() {
    const auto query = parse("Patient", "given=a,b&given=c");
    QCOMPARE(query.where.nodes.size(), std::size_t(2));
    QCOMPARE(predicate(query, 0).anyOf.size(), std::size_t(2));
}

void SearchQueryTest::notIsANodeOfItsOwn() {
    const auto query = parse("Patient", "gender:not=male,female&active=true");
    QCOMPARE(query.where.nodes.size(), std::size_t(2));
    QVERIFY(!query.where.nodes[0].predicate());
    const auto& none = std::get<Not>(query.where.nodes[0].value).nodes;
    QCOMPARE(none.size(), std::size_t(1));
    QCOMPARE(none[0].predicate()->anyOf.size(), std::size_t(2));
    QVERIFY(query.where.nodes[1].predicate());
}

void SearchQueryTest::escapes() {
    QCOMPARE(predicate(parse("Patient", "family=a%5C,b"), 0).anyOf[0].text, std::string("a,b"));
    QCOMPARE(predicate(parse("Patient", "identifier=s%7Ca%5C%7Cb"), 0).anyOf[0].code, tokenHash("a|b"));
    QCOMPARE(predicate(parse("Patient", "family=%25"), 0).anyOf[0].text, std::string("%"));
}

void SearchQueryTest::unknownParametersAreIgnoredUnlessStrict() {
    const auto query = parse("Patient", "nonsense=1&family=a&_format=json");
    QVERIFY(query.ignored == std::vector<std::string>{"nonsense"});
    QVERIFY(query.applied == (FormFields{{"family", "a"}}));
    QVERIFY_EXCEPTION_THROWN(parse("Patient", "nonsense=1", true), Failure);
    QVERIFY(parse("Patient", "_summary=true&_elements=id").ignored.size() == 2);
}

void SearchQueryTest::refuses_data() {
    QTest::addColumn<QString>("query");
    for (const char* query : {"birthdate=gt99999",
                              "birthdate=2020-02-30",
                              "birthdate=2020-13",
                              "birthdate=xx2020",
                              "birthdate=",
                              "family=a%5C",
                              "family=a%5Cq",
                              "family:nonsense=a",
                              "family:text=a",
                              "name:=a",
                              "name=a,,b",
                              "_count=-1",
                              "_count=abc",
                              "_count=",
                              "_sort=name;--",
                              "_sort=(select+1)",
                              "_sort=gender",
                              "_total=maybe",
                              "_summary=maybe",
                              "general-practitioner.name=x",
                              "general-practitioner:Practitioner.name=x",
                              "_has:Observation:patient:code=1",
                              "_filter=x",
                              "_text=x",
                              "_content=x",
                              "_cursor=AAAA",
                              "gender:in=http://x",
                              "general-practitioner=a+b/c%23%00",
                              "active:missing=maybe",
                              "identifier=a|b|c",
                              "identifier=|"})
        QTest::newRow(query) << QString(query);
}

void SearchQueryTest::refuses() {
    QFETCH(QString, query);
    const auto fields = parseForm(query.toStdString());
    if (!fields) return;  // NUL is refused a step before
    try {
        parseQuery("Patient", *fields, QueryOptions{.cursorKey = "k"});
    } catch (const Failure& failure) {
        QVERIFY(failure.kind() == FailureKind::badRequest);
        QVERIFY(!failure.publicMessage().empty());
        return;
    }
    QFAIL("was accepted");
}

void SearchQueryTest::messagesDoNotRepeatValues() {
    for (const char* query : {"birthdate=secret", "family:nonsense=secret", "nonsense=secret", "_sort=secret", "identifier=secret|a|b"}) {
        try {
            parse("Patient", query, true);
            QFAIL("was accepted");
        } catch (const Failure& failure) {
            QVERIFY(failure.publicMessage().find("secret") == std::string::npos);
        }
    }
    try {
        parse("RiskAssessment", "probability=1e400");
        QFAIL("was accepted");
    } catch (const Failure& failure) {
        QVERIFY(failure.publicMessage().find("1e400") == std::string::npos);
    }
}

void SearchQueryTest::counts() {
    QCOMPARE(parse("Patient", "_count=1000000").count, std::size_t(1'000));
    QCOMPARE(parse("Patient", "_count=99999999999999999999999").count, std::size_t(1'000));
    QVERIFY(parse("Patient", "_count=0").countOnly);
    std::string many = "family=a";
    for (int i = 0; i < 1'001; ++i) many += ",b";
    QVERIFY_EXCEPTION_THROWN(parse("Patient", many), Failure);
    std::string parameters;
    for (int i = 0; i < 201; ++i) parameters += "family=a&";
    QVERIFY_EXCEPTION_THROWN(parse("Patient", parameters), Failure);
    // The longest search has a next page too: its cursor is ours.
    const auto longest = parameters.substr(0, 200 * 9);
    const auto cursor = parse("Patient", longest).seal.close({{}, 7, "a"});
    QCOMPARE(parse("Patient", longest + "_cursor=" + cursor).after->rid, std::int64_t(7));
}

void SearchQueryTest::operandsAreCountedAfterExpansion_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("query");
    QTest::addColumn<int>("cost");
    const auto row = [](const char* type, const char* query, int cost) { QTest::newRow(query) << QString(type) << QString(query) << cost; };
    row("Patient", "", 0);
    row("Patient", "family=a", 1);
    row("Patient", "family=a,b&family=c", 3);
    row("Patient", "family=a&_sort=family,-birthdate", 3);
    row("Patient", "_id=1,2,3", 3);
    row("Patient", "gender:not=male,female", 2);
    row("Patient", "active:missing=true", 1);
    row("Observation", "code-value-quantity=http://loinc.org|8480-6$gt120,8462-4$lt80", 4);
    row("ValueSet", "url:above=http://a/b/c", 9);  // itself, and each way up with and without its slash
    row("ValueSet", "url:below=http://a/b/c", 1);
    row("Patient", "_profile:above=http://a/b,http://c/d", 14);
    row("Patient", "gender=|male", 2);  // of no system, and of the one that R4 binds
}

void SearchQueryTest::operandsAreCountedAfterExpansion() {
    QFETCH(QString, type);
    QFETCH(QString, query);
    QFETCH(int, cost);
    QCOMPARE(int(parse(type.toStdString(), query.toStdString()).cost()), cost);
}

void SearchQueryTest::whatIsTooMuchIsNamed_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("place");
    const auto row = [](const char* name, const char* type, std::string query, const char* place) {
        QTest::newRow(name) << QString(type) << QString::fromStdString(query) << QString(place);
    };
    const auto times = [](int count, const std::string& text) {
        std::string all;
        for (int i = 0; i < count; ++i) all += text;
        return all;
    };
    row("slashes", "ValueSet", "url:above=" + times(30'000, "/"), "http.url");
    row("profile's slashes", "Patient", "_profile:above=http:" + times(30'000, "/"), "http._profile");
    row("two long addresses", "ValueSet", "url:above=" + times(300, "/a") + "," + times(300, "/a"), "http.url");
    row("commas", "Observation", "code=" + times(30'000, ","), "http.code");
    row("ids", "Patient", "_id=" + times(1'000, "a,") + "b", "http._id");
    row("values and a sort key", "Patient", "_id=" + times(999, "a,") + "b&_sort=family", "http._sort");
    row("spread over parameters", "Patient", times(100, "family=a,b,c,d,e,f&") + times(50, "gender=m,f,o,u,x,y,z,a,b,c&"), "http.gender");
    row("composites", "Observation", "code-value-quantity=" + times(500, "a$1,") + "b$2", "http.code-value-quantity");
    row("not", "Patient", "gender:not=" + times(1'000, "a,") + "b", "http.gender");
    row("repeated", "Patient", times(5'000, "family=a&"), "http.family");
    row("repeated, unknown", "Patient", times(5'000, "nonsense=a&"), "http.nonsense");
}

void SearchQueryTest::whatIsTooMuchIsNamed() {
    QFETCH(QString, type);
    QFETCH(QString, query);
    QFETCH(QString, place);
    try {
        parse(type.toStdString(), query.toStdString());
        QFAIL("was accepted");
    } catch (const Failure& failure) {
        QVERIFY(failure.kind() == FailureKind::badRequest);
        QCOMPARE(failure.issues().size(), std::size_t(1));
        QCOMPARE(failure.issues()[0].code, std::string("too-costly"));
        QCOMPARE(QString::fromStdString(failure.issues()[0].expression), place);
    }
}

void SearchQueryTest::dates() {
    const auto day = parseDateRange("2020-02-29");
    QCOMPARE(toInstant(day->low), std::string("2020-02-29T00:00:00.000Z"));
    QCOMPARE(day->high - day->low, std::chrono::microseconds(86'399'999'999));
    QCOMPARE(toInstant(parseDateRange("2020-01-01T01:30:00+02:00")->low), std::string("2019-12-31T23:30:00.000Z"));
    QCOMPARE(parseDateRange("2020-01-01T00:00:00.5Z")->high.micros - parseDateRange("2020-01-01T00:00:00.5Z")->low.micros, 99'999);
    for (const char* bad : {"", "2020-", "20", "2021-02-29", "2020-00", "2020-01-01T", "2020-01-01T25:00", "2020-01-01T00:00:00.", "0000",
                            "2020-01-01T00:00+15:00", "2020-01-01T00:00Zx"})
        QVERIFY2(!parseDateRange(bad), bad);
}

void SearchQueryTest::decimals() {
    QCOMPARE(parseDecimal("5.40")->half, 0.005);
    QCOMPARE(parseDecimal("100")->half, 0.5);
    QCOMPARE(parseDecimal("1e3")->value, 1'000.0);
    QCOMPARE(parseDecimal("1e+3")->half, 500.0);
    for (const char* bad : {"", "a", "1e400", "1.2.3", "--1", "1e", "0x10", "inf", "nan", "1 "}) QVERIFY2(!parseDecimal(bad), bad);
}

void SearchQueryTest::folding() {
    QCOMPARE(foldText("Müller-LÜDENSCHEIDT"), std::string("muller-ludenscheidt"));
    QCOMPARE(foldText("Straße"), std::string("strasse"));
    QCOMPARE(foldText("ＡＢ"), std::string("ab"));
    QCOMPARE(textAfter("ab").value(), std::string("ac"));
    QCOMPARE(textAfter("a\xf4\x8f\xbf\xbf").value(), std::string("b"));
    QVERIFY(!textAfter(""));
    QCOMPARE(cutText("a\xc3\xa9", 2), std::string_view("a"));
}

void SearchQueryTest::parameterNumbers() {
    QCOMPARE(parameterId("Patient", "name"), static_cast<std::int32_t>(indexHash("Patient.name")));
    QVERIFY(findParameter("Patient", "name"));
    QVERIFY(findParameter("Patient", "_tag"));
    QVERIFY(!findParameter("Patient", "nonsense"));
    QVERIFY(!findParameter("Nonsense", "name"));
    QVERIFY(findParameter("Location", "near")->storage == Storage::none);
    std::size_t offered = 0;
    for (const auto* parameter : parametersOf("Location")) {
        QVERIFY(parameter->code != "near");
        ++offered;
    }
    QVERIFY(offered > 10);
}

POLYCLINIC_TEST(SearchQueryTest)
#include "search_query_test.moc"
