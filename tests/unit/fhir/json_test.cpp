#include <QTest>

#include "base/json.h"
#include "cpu_timer.h"
#include "test_case.h"

using namespace polyclinic;
using json::Document;

class JsonTest : public QObject {
    Q_OBJECT
  private slots:
    void keepsWhatWasSent_data();
    void keepsWhatWasSent();
    void refuses_data();
    void refuses();
    void undoesEscapes();
    void findsDuplicatesAmongManyNames();
    void depthIsCounted();
    void deepNestingIsRefusedQuickly();
    void sourceMayGo();
    void membersAreSetMovedAndRemoved();
    void appendingToCopiesDoesNotMix();
    void copiesAreDeep();
    void writesControlCharactersEscaped();
};

void JsonTest::keepsWhatWasSent_data() {
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"{}", "[]", "null", "true", "false", "\"\"", "0", "-0", "-0.0", "1.10", "1E2", "1e-7", "0.0e+10",
                             "12345678901234567890.123456789", "{\"b\":1,\"a\":[1,[],{}],\"c\":{\"a\":null}}",
                             "[\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\\n\\\"\\\\\"]", "{\"\":\"\"}", "\"1234567\"", "\"12345678\""}) {
        QTest::newRow(QByteArray(text).simplified().constData()) << QByteArray(text);
    }
}

void JsonTest::keepsWhatWasSent() {
    QFETCH(QByteArray, text);
    QCOMPARE(json::toString(Document::parse(text.toStdString()).root()), text.toStdString());
    const auto spaced = " \t\r\n" + text.toStdString() + "\n ";
    QCOMPARE(json::toString(Document::parse(spaced).root()), text.toStdString());
}

void JsonTest::refuses_data() {
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"",
                             " ",
                             "{",
                             "[",
                             "\"",
                             "\"a",
                             "{\"a\"",
                             "{\"a\":",
                             "{\"a\":1",
                             "[1",
                             "[1,",
                             "{\"a\":1,}",
                             "[1,]",
                             "[,1]",
                             "{,}",
                             "{\"a\" 1}",
                             "{a:1}",
                             "{'a':1}",
                             "'a'",
                             "01",
                             "-01",
                             "+1",
                             ".5",
                             "1.",
                             "1.e2",
                             "1e",
                             "1e+",
                             "-",
                             "0x1",
                             "NaN",
                             "Infinity",
                             "-Infinity",
                             "tru",
                             "nul",
                             "True",
                             "1 2",
                             "{}}",
                             "[]]",
                             "{} x",
                             "/* c */ {}",
                             "{} // c",
                             "{\"a\":1,\"a\":1}",
                             "{\"a\":1,\"\\u0061\":2}",
                             "{\"x\":[{\"b\":{\"a\":1,\"c\":2,\"a\":3}}]}",
                             "\"\\u0000\"",
                             "\"a\\u0000b\"",
                             "\"\\ud800\"",
                             "\"\\ud800x\"",
                             "\"\\ud800\\u0041\"",
                             "\"\\udc00\"",
                             "\"\\ud800\\ud800\"",
                             "\"\\u12\"",
                             "\"\\u12g4\"",
                             "\"\\x41\"",
                             "\"\\",
                             "\"\\u",
                             "\"\t\"",
                             "\"\n\"",
                             "\"\x01\"",
                             "\xef\xbb\xbf{}",
                             "\"\xff\"",
                             "\"\xc0\xaf\"",
                             "\"\xed\xa0\x80\"",
                             "\"\xf4\x90\x80\x80\"",
                             "\"\xc3\"",
                             "\xa0{}",
                             "{\"a\":1 \"b\":2}",
                             "[1 2]",
                             "[1}",
                             "{\"a\":1]"}) {
        QTest::newRow(QByteArray(text).simplified().constData()) << QByteArray(text);
    }
    QTest::newRow("raw NUL after") << QByteArray("{}\0", 3);
    QTest::newRow("raw NUL before") << QByteArray("\0{}", 3);
    QTest::newRow("raw NUL in a string") << QByteArray("\"a\0b\"", 5);
    QTest::newRow("UTF-16") << QByteArray("\xff\xfe{\0}\0", 6);
    QTest::newRow("UTF-16 without mark") << QByteArray("{\0}\0", 4);
}

void JsonTest::refuses() {
    QFETCH(QByteArray, text);
    QVERIFY_EXCEPTION_THROWN(Document::parse(text.toStdString()), json::SyntaxError);
}

void JsonTest::undoesEscapes() {
    const auto document = Document::parse(R"(["\"\\\/\b\f\n\r\t","\u0041\u00e9\u20ac\ud83d\ude00 end",true,1.50])");
    const auto items = document.root().items();
    QCOMPARE(items[0].text(), std::string_view("\"\\/\b\f\n\r\t"));
    QCOMPARE(items[1].text(), std::string_view("A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 end"));
    QCOMPARE(items[2].text(), std::string_view("true"));
    QCOMPARE(items[3].text(), std::string_view("1.50"));
}

void JsonTest::findsDuplicatesAmongManyNames() {
    std::string text = "{";
    for (int i = 0; i < 200000; ++i) text += "\"name" + std::to_string(i) + "\":0,";
    test::CpuTimer timer;
    timer.start();
    QCOMPARE(Document::parse(text + "\"last\":0}").root().members().size(), std::size_t(200001));
    QVERIFY_EXCEPTION_THROWN(Document::parse(text + "\"name777\":0}"), json::SyntaxError);
    QVERIFY2(timer.elapsed() < 5000, "looking for duplicates must not be quadratic");
}

void JsonTest::depthIsCounted() {
    const std::string at64 = std::string(64, '[') + std::string(64, ']');
    QCOMPARE(json::toString(Document::parse(at64).root()), at64);
    QVERIFY_EXCEPTION_THROWN(Document::parse("[" + at64 + "]"), json::SyntaxError);
    QVERIFY_EXCEPTION_THROWN(Document::parse("[[1]]", {.depth = 1}), json::SyntaxError);
    QCOMPARE(Document::parse("[1]", {.depth = 1}).root().items().size(), std::size_t(1));
}

void JsonTest::deepNestingIsRefusedQuickly() {
    test::CpuTimer timer;
    timer.start();
    for (const char* opening : {"[", "{\"a\":", "[{\"contained\":"}) {
        std::string text;
        for (int i = 0; i < 1000000; ++i) text += opening;
        timer.start();
        QVERIFY_EXCEPTION_THROWN(Document::parse(text), json::SyntaxError);
        QVERIFY(timer.elapsed() <= 100);
        QVERIFY_EXCEPTION_THROWN(Document::parse(text, {.depth = 100000000}), json::SyntaxError);
    }
}

void JsonTest::sourceMayGo() {
    auto text = std::make_unique<std::string>(R"({"a":"plain text","b":1.5})");
    const auto document = Document::parse(*text);
    text->assign(text->size(), 'x');
    text.reset();
    QCOMPARE(json::toString(document.root()), std::string(R"({"a":"plain text","b":1.5})"));
}

void JsonTest::membersAreSetMovedAndRemoved() {
    auto document = Document::parse(R"({"a":1,"b":2,"c":3})");
    auto& root = document.root();
    document.set(root, "b", document.string("x"));
    document.set(root, "d", document.boolean(true));
    QCOMPARE(json::toString(root), std::string(R"({"a":1,"b":"x","c":3,"d":true})"));
    document.setAt(root, 0, "c", document.number("3.0"));
    document.setAt(root, 1, "e", {});
    document.setAt(root, 99, "a", document.number("0"));
    QCOMPARE(json::toString(root), std::string(R"({"c":3.0,"e":null,"b":"x","d":true,"a":0})"));
    document.remove(root, "b");
    document.remove(root, "nothing");
    QCOMPARE(json::toString(root), std::string(R"({"c":3.0,"e":null,"d":true,"a":0})"));
    QVERIFY(!root.find("b"));
    QCOMPARE(root.find("c")->text(), std::string_view("3.0"));
}

void JsonTest::appendingToCopiesDoesNotMix() {
    Document document;
    auto first = document.array({});
    for (int i = 0; i < 5; ++i) document.append(first, document.number(std::to_string(i)));
    auto second = first;
    document.append(first, document.string("first"));
    document.append(second, document.string("second"));
    document.append(second, document.string("again"));
    QCOMPARE(json::toString(first), std::string(R"([0,1,2,3,4,"first"])"));
    QCOMPARE(json::toString(second), std::string(R"([0,1,2,3,4,"second","again"])"));
    auto parsed = Document::parse("[1,2]");
    parsed.append(parsed.root(), parsed.number("3"));
    QCOMPARE(json::toString(parsed.root()), std::string("[1,2,3]"));
}

void JsonTest::copiesAreDeep() {
    Document target;
    {
        const auto source = Document::parse(R"({"a":[1,{"b":"text"}],"c":true,"d":null})");
        target.setRoot(target.copy(source.root()));
    }
    QCOMPARE(json::toString(target.root()), std::string(R"({"a":[1,{"b":"text"}],"c":true,"d":null})"));
}

void JsonTest::writesControlCharactersEscaped() {
    std::string out;
    json::writeString(std::string_view("a\x01\x1f\"\\\n\x7f", 7), out);
    QCOMPARE(out, std::string("\"a\\u0001\\u001f\\\"\\\\\\n\x7f\""));
}

POLYCLINIC_TEST(JsonTest)
#include "json_test.moc"
