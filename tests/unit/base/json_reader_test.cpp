// Bodies of things of the server: what is wrong is told at once, each by its place.

#include <QTest>
#include <array>

#include "base/json_reader.h"
#include "test_case.h"

using namespace polyclinic;
using Json = nlohmann::json;

class JsonReaderTest : public QObject {
    Q_OBJECT
  private slots:
    void tellsAllFaultsByTheirPlaces();
    void answersNothingForWhatIsLeftOut();
    void mannersOfOlderBodies();
    void onlyObjectsAreRead();
};

namespace {

/// "place: sentence" of each fault, a line each.
std::string faultsOf(JsonReader& reader) {
    std::string text;
    try {
        reader.finish();
    } catch (const Failure& failure) {
        if (failure.kind() != FailureKind::unprocessable) return "another failure";
        for (const auto& issue : failure.issues()) text += issue.code + " " + issue.expression + ": " + issue.diagnostics + "\n";
    }
    return text;
}

constexpr std::array<std::string_view, 2> colours{"red", "green"};

}  // namespace

void JsonReaderTest::tellsAllFaultsByTheirPlaces() {
    const auto body = Json::parse(R"({"name":7,"note":"a\u0007","long":"abc","on":"yes","count":3,"share":2.0,"colour":"blue",
        "inner":{"x":1,"name":""},"flat":[],"more":[1,2,3],"odd":1})");
    constexpr std::array<std::string_view, 11> known{"name",   "note",  "long", "on",   "count", "share",
                                                     "colour", "inner", "flat", "more", "none"};
    JsonReader reader(body, "Thing", "no object");
    reader.knownOnly(known);
    QVERIFY(!reader.text("name", 10) && !reader.text("note", 10) && !reader.text("long", 2));
    QVERIFY(!reader.flag("on") && !reader.wholeNumber("count", 4, 9) && !reader.wholeNumber("share", 1, 9) &&
            !reader.choice("colour", colours));
    QVERIFY(!reader.object("flat") && !reader.list("more", 2, "may hold two."));
    auto inner = reader.object("inner");
    QVERIFY(inner && !inner->text("name", 5));
    inner->fault("x", "is in the way.", "conflict");
    QVERIFY(!reader.isGood());
    QCOMPARE(QString::fromStdString(faultsOf(reader)),
             QString("value Thing.odd: Thing.odd is not a member of Thing.\n"
                     "value Thing.name: Thing.name must be text of 1 to 10 bytes without control characters.\n"
                     "value Thing.note: Thing.note must be text of 1 to 10 bytes without control characters.\n"
                     "value Thing.long: Thing.long must be text of 1 to 2 bytes without control characters.\n"
                     "value Thing.on: Thing.on must be true or false.\n"
                     "value Thing.count: Thing.count must be a whole number from 4 to 9.\n"
                     "value Thing.share: Thing.share must be a whole number from 1 to 9.\n"
                     "value Thing.colour: Thing.colour must be one of: red, green.\n"
                     "value Thing.flat: Thing.flat must be an object\n"
                     "value Thing.more: Thing.more may hold two.\n"
                     "value Thing.inner.name: Thing.inner.name must be text of 1 to 5 bytes without control characters.\n"
                     "conflict Thing.inner.x: Thing.inner.x is in the way.\n"));
}

void JsonReaderTest::answersNothingForWhatIsLeftOut() {
    const auto body = Json::parse(R"({"name":null,"empty":"","on":false,"colour":"green","list":[1]})");
    JsonReader reader(body, "Thing", "no object");
    QVERIFY(!reader.text("name", 5) && !reader.text("other", 5) && !reader.flag("name") && !reader.object("name") && !reader.has("name"));
    QVERIFY(!reader.choice("name", colours) && !reader.list("name", 1, "") && !reader.wholeNumber("name", 0, 1));
    QCOMPARE(reader.text("empty", 5, 0).value(), std::string());
    QCOMPARE(reader.flag("on").value(), false);
    QCOMPARE(reader.choice("colour", colours).value(), std::size_t(1));
    QCOMPARE(reader.list("list", 1, "")->size(), std::size_t(1));
    QCOMPARE(faultsOf(reader), std::string());
}

void JsonReaderTest::mannersOfOlderBodies() {
    const auto body = Json::parse(R"({"name":null,"inner":{"on":null}})");
    JsonReader reader(body, "Thing", "no object", {.placeInSentence = false, .nullIsAbsent = false});
    QVERIFY(reader.has("name") && !reader.text("name", 5));
    QVERIFY(!reader.object("inner")->flag("on"));
    QCOMPARE(faultsOf(reader), std::string("value Thing.name: must be text of 1 to 5 bytes without control characters.\n"
                                           "value Thing.inner.on: must be true or false.\n"));
}

void JsonReaderTest::onlyObjectsAreRead() {
    for (const char* text : {"[]", "null", "7", "\"{}\""}) {
        const auto body = Json::parse(text);
        try {
            JsonReader reader(body, "Thing", "A thing is a JSON object.");
            QFAIL(text);
        } catch (const Failure& failure) {
            QCOMPARE(failure.kind(), FailureKind::badRequest);
            QCOMPARE(failure.publicMessage(), std::string("A thing is a JSON object."));
        }
    }
}

POLYCLINIC_TEST(JsonReaderTest)
#include "json_reader_test.moc"
