#include <QTest>

#include "fhir/validation/primitives.h"
#include "test_case.h"

using namespace polyclinic;
using fhir::Primitive;
using fhir::PrimitiveFault;

class PrimitivesTest : public QObject {
    Q_OBJECT
  private slots:
    void forms_data();
    void forms();
    void kinds();
    void longTexts();
};

void PrimitivesTest::forms_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("json");
    QTest::addColumn<bool>("good");
    const auto add = [](const char* name, Primitive type, std::initializer_list<const char*> good, std::initializer_list<const char*> bad) {
        for (const char* text : good) QTest::addRow("%s %s", name, text) << int(type) << QString(text) << true;
        for (const char* text : bad) QTest::addRow("%s not %s", name, text) << int(type) << QString(text) << false;
    };
    add("date", Primitive::date, {"\"2020\"", "\"2020-02\"", "\"2024-02-29\"", "\"2000-02-29\"", "\"0001\"", "\"9999-12-31\""},
        {"\"2023-02-29\"", "\"1900-02-29\"", "\"2020-13\"", "\"2020-00\"", "\"2020-04-31\"", "\"2020-1-1\"", "\"20200101\"", "\"0000\"",
         "\"2020-\"", "\"2020-01-01T10:00:00Z\"", "\"-2020\"", "\" 2020\"", "\"2020 \"", "\"x\""});
    add("dateTime", Primitive::dateTime,
        {"\"2020\"", "\"2020-06\"", "\"2020-06-01\"", "\"2020-01-01T10:00:00Z\"", "\"2020-01-01T10:00:00.123456789+14:00\"",
         "\"2020-01-01T23:59:60Z\"", "\"2020-01-01T00:00:00-12:00\"", "\"2020-01-01T00:00:00-00:00\""},
        {"\"2020-01-01T\"", "\"2020-01-01T10:00\"", "\"2020-01-01T10:00Z\"", "\"2020-01-01T10:00:00\"", "\"2020-01-01T24:00:00Z\"",
         "\"2020-01-01T10:60:00Z\"", "\"2020-01-01T10:00:61Z\"", "\"2020-01-01T10:00:00.Z\"", "\"2020-01-01T10:00:00+14:01\"",
         "\"2020-01-01T10:00:00+15:00\"", "\"2020-01-01T10:00:00+1:00\"", "\"2020-01-01 10:00:00Z\"", "\"2020-01-01t10:00:00z\"",
         "\"2020-02-30T10:00:00Z\"", "\"2020-01T10:00:00Z\"", "\"2020-01-01T10:00:00Zx\""});
    add("instant", Primitive::instant, {"\"2020-01-01T10:00:00Z\"", "\"2020-01-01T10:00:00.1+01:00\""},
        {"\"2020-01-01\"", "\"2020\"", "\"2020-01-01T10:00:00\""});
    add("time", Primitive::time, {"\"10:00:00\"", "\"23:59:59.5\""}, {"\"10:00\"", "\"24:00:00\"", "\"10:00:00Z\"", "\"1:00:00\""});
    add("id", Primitive::id, {"\"a\"", "\"A-1.b\"", "\"1234567890123456789012345678901234567890123456789012345678901234\""},
        {"\"a_b\"", "\"a b\"", "\"../x\"", "\"a/b\"", "\"12345678901234567890123456789012345678901234567890123456789012345\""});
    add("code", Primitive::code, {"\"a\"", "\"a b\"", "\"<=\""}, {"\" a\"", "\"a \"", "\"a  b\"", "\" \"", "\"a\\u0001b\""});
    add("uri", Primitive::uri, {"\"urn:oid:1.2.3.4\"", "\"http://a/b?c=d#e\"", "\"javascript:alert(1)\"", "\"a\""},
        {"\"has space\"", "\"a\\tb\"", "\" \""});
    add("oid", Primitive::oid, {"\"urn:oid:1.2.3.4\"", "\"urn:oid:2.0\"", "\"urn:oid:2.16.840.1.113883\""},
        {"\"1.2.3\"", "\"urn:oid:3.1\"", "\"urn:oid:1\"", "\"urn:oid:1.02\"", "\"urn:oid:1..2\"", "\"urn:oid:1.2.\""});
    add("uuid", Primitive::uuid, {"\"urn:uuid:c757873d-ec9a-4326-a141-556f43239520\""},
        {"\"c757873d-ec9a-4326-a141-556f43239520\"", "\"urn:uuid:c757873d-ec9a-4326-a141-556f4323952\"",
         "\"urn:uuid:C757873D-EC9A-4326-A141-556F43239520\"", "\"urn:uuid:c757873dxec9a-4326-a141-556f43239520\""});
    add("base64Binary", Primitive::base64Binary, {"\"AAAA\"", "\"AAA=\"", "\"AA==\"", "\"AA AA\\nBBBB\"", "\"+/==\""},
        {"\"%%%\"", "\"AAA\"", "\"A===\"", "\"A=AA\"", "\"====\"", "\"AA-_\"", "\" \""});
    add("integer", Primitive::integer, {"0", "-0", "-1", "2147483647", "-2147483648"},
        {"2147483648", "-2147483649", "1.0", "1e2", "99999999999999999999"});
    add("unsignedInt", Primitive::unsignedInt, {"0", "2147483647"}, {"-1", "-0", "2147483648", "0.0"});
    add("positiveInt", Primitive::positiveInt, {"1"}, {"0", "-1"});
    add("decimal", Primitive::decimal, {"1.10", "-0.0", "1E2", "12345678901234567890.123456789"}, {});
    add("string", Primitive::string, {"\" \"", "\"a\\r\\n\\tb\"", "\"\\u007f\"", "\"<b>\""}, {"\"\\u0008\"", "\"a\\u001f\""});
    add("markdown", Primitive::markdown, {"\"# a\\n\\nb\""}, {"\"\\u0001\""});
}

void PrimitivesTest::forms() {
    QFETCH(int, type);
    QFETCH(QString, json);
    QFETCH(bool, good);
    const auto document = json::Document::parse(json.toStdString());
    QCOMPARE(fhir::checkPrimitive(Primitive(type), document.root()), good ? PrimitiveFault::none : PrimitiveFault::form);
}

void PrimitivesTest::kinds() {
    const auto document = json::Document::parse(R"(["true",true,1,"1",null,{},[],""])");
    const auto items = document.root().items();
    QCOMPARE(fhir::checkPrimitive(Primitive::boolean, items[0]), PrimitiveFault::kind);
    QCOMPARE(fhir::checkPrimitive(Primitive::boolean, items[1]), PrimitiveFault::none);
    QCOMPARE(fhir::checkPrimitive(Primitive::decimal, items[1]), PrimitiveFault::kind);
    QCOMPARE(fhir::checkPrimitive(Primitive::string, items[2]), PrimitiveFault::kind);
    QCOMPARE(fhir::checkPrimitive(Primitive::decimal, items[3]), PrimitiveFault::kind);
    for (int i = 4; i < 7; ++i) QCOMPARE(fhir::checkPrimitive(Primitive::string, items[std::size_t(i)]), PrimitiveFault::kind);
    QCOMPARE(fhir::checkPrimitive(Primitive::string, items[7]), PrimitiveFault::empty);
}

void PrimitivesTest::longTexts() {
    json::Document document;
    const auto fits = document.string(std::string(1024 * 1024, 'A'));
    const auto longer = document.string(std::string(1024 * 1024 + 4, 'A'));
    QCOMPARE(fhir::checkPrimitive(Primitive::string, fits), PrimitiveFault::none);
    QCOMPARE(fhir::checkPrimitive(Primitive::string, longer), PrimitiveFault::tooLong);
    QCOMPARE(fhir::checkPrimitive(Primitive::base64Binary, longer), PrimitiveFault::none);
}

POLYCLINIC_TEST(PrimitivesTest)
#include "primitives_test.moc"
