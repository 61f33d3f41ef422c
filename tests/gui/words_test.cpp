// What the console works out by itself: ids, strength, JSON for reading, sentences.

#include "shell/words.h"
#include "apps/scope_sentences.h"
#include "data/json_text.h"
#include "jobs/import_page.h"
#include "made_up_records.h"
#include "sign_in/password_strength.h"
#include "tenants/slug.h"
#include "test_case.h"
#include "widgets/qr_view.h"

#include <QJsonDocument>
#include <QTemporaryDir>

using namespace polyclinic::ui;

class Words : public QObject {
    Q_OBJECT
  private slots:
    void idsComeFromNames();
    void takenIdsHaveNeighbours();
    void weakPasswordsAreToldSo();
    void jsonKeepsItsText();
    void longStringsDoNotHoldTheWindowUp();
    void versionsAreCutOutOfTheBundle();
    void scopesAreSentences();
    void reachIsTold();
    void foldersAreSearchedForRecords();
    void codesHaveTheSizeOfTheStandard();
};

void Words::idsComeFromNames() {
    QCOMPARE(slugOf("Oak Street Clinic"), QString("oak-street-clinic"));
    QCOMPARE(slugOf(QString::fromUtf8("  Clínica São José – Nº 2 ")), QString("clinica-sao-jose-no-2"));
    QCOMPARE(slugOf("St. Mary's"), QString("st-marys"));
    QCOMPARE(slugOf(QString::fromUtf8("诊所")), QString());
    QVERIFY(slugOf(QString(200, 'a')).size() == 63);
    QVERIFY(validSlug("a1"));
    for (const char* bad : {"", "a", "-ab", "Ab", "a_b", "ab\n"}) QVERIFY2(!validSlug(bad), bad);
}

void Words::takenIdsHaveNeighbours() {
    const QStringList like = slugsLike("oak", "America/New_York");
    QCOMPARE(like.mid(0, 3), (QStringList{"oak-2", "oak-new-york", "oak-3"}));
    for (const QString& each : slugsLike(QString(63, 'a'), "UTC")) QVERIFY2(validSlug(each), qPrintable(each));
}

void Words::weakPasswordsAreToldSo() {
    QVERIFY(!strengthOf("short", {}).acceptable);
    QVERIFY(!strengthOf("passwordpassword", {}).acceptable);
    QVERIFY(!strengthOf("aaaaaaaaaaaaaaaa", {}).acceptable);
    QVERIFY(strengthOf("violet-harbor-mitten-92", {}).acceptable);
    QVERIFY(!strengthOf("violet-harbor-mitten-92", {"Harbor"}).acceptable);
    QCOMPARE(strengthOf("elevenchars", {}).word, QString("1 more character"));
}

void Words::jsonKeepsItsText() {
    const QByteArray json = R"({"b":1.50,"a":[],"s":"x\"{,}:","c":{"d":[1,2]},"a":1e400})";
    const QString text = indented(json);
    QVERIFY(text.startsWith("{\n  \"b\": 1.50,\n  \"a\": [],\n  \"s\": \"x\\\"{,}:\""));
    QVERIFY(text.contains("1e400"));
    QCOMPARE(QJsonDocument::fromJson(text.toUtf8().replace("1e400", "1")), QJsonDocument::fromJson(QByteArray(json).replace("1e400", "1")));
    QCOMPARE(indented("\"cut"), QString("\"cut"));
}

void Words::longStringsDoNotHoldTheWindowUp() {
    const QByteArray picture(5 << 20, 'A');
    const QString text = indented("{\"data\":\"" + picture + "\",\"id\":\"x\"}");
    QVERIFY(text.size() < 300);
    QVERIFY(text.contains("\"data\": \"AAAA") && text.contains("(5242880 bytes in all),\n  \"id\": \"x\"\n}"));
    const QByteArray kept(4096, 'B');
    QVERIFY(indented("[\"" + kept + "\"]").contains(QString::fromLatin1(kept) + '"'));
}

void Words::versionsAreCutOutOfTheBundle() {
    const QByteArray bundle = R"({"resourceType":"Bundle","link":[{"resource":{"no":1}}],"entry":[{"fullUrl":"x","resource": )"
                              R"({"v":2.0,"entry":[{"resource":{}}]},"request":{"method":"PUT"}},{"request":{"method":"DELETE"}},)"
                              R"({"resource":{"v":1.10}}]})";
    QCOMPARE(entryTexts(bundle), (QList<QByteArray>{R"({"v":2.0,"entry":[{"resource":{}}]})", "", R"({"v":1.10})"}));
}

void Words::scopesAreSentences() {
    QCOMPARE(scopeSentences("system/*.rs"), QStringList{"Read all records, also those that are added later"});
    QCOMPARE(scopeSentences("system/Patient.cruds system/Observation.rs"),
             (QStringList{"Read, add, change and remove patients", "Read measurements and lab results"}));
    QCOMPARE(scopeSentences("system/Patient.rs?_id=1"), QStringList{"system/Patient.rs?_id=1"});
}

void Words::reachIsTold() {
    QCOMPARE(networkOf(QUrl("http://127.0.0.1:8080")), QString("This computer only"));
    QCOMPARE(networkOf(QUrl("https://192.168.1.20:8443")), QString("Clinic network"));
    QCOMPARE(networkOf(QUrl("https://clinic.example.org")), QString("Internet"));
}

void Words::foldersAreSearchedForRecords() {
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir("sub"));
    using polyclinic::test::writeFile;
    for (const char* name : {"a.ndjson", "sub/b.json.gz", "notes.txt", "c.JSON"}) QVERIFY(writeFile(folder.filePath(name), "{}"));
    QVERIFY(QFile::link("/etc/hostname", folder.filePath("link.json")));
    const QStringList found = importableFiles({folder.path()});
    QCOMPARE(found, (QStringList{folder.filePath("a.ndjson"), folder.filePath("c.JSON"), folder.filePath("sub/b.json.gz")}));
    QCOMPARE(importableFiles({folder.filePath("notes.txt")}).size(), 1);  // chosen by name: the server decides
}

void Words::codesHaveTheSizeOfTheStandard() {
    QrView code("http://127.0.0.1:8080/tenant/oak-street/fhir-api");
    QVERIFY(code.modules() >= 21 && (code.modules() - 17) % 4 == 0);  // ISO/IEC 18004: 17 + 4 * version
    code.resize(330, 330);
    const QImage picture = code.grab().toImage();
    const int module = 330 / (code.modules() + 8), margin = (330 - module * (code.modules() + 8)) / 2;
    QCOMPARE(picture.pixelColor(margin + module, margin + module), QColor(Qt::white));                  // quiet zone
    QCOMPARE(picture.pixelColor(margin + 4 * module + 1, margin + 4 * module + 1), QColor(Qt::black));  // finder pattern
}

POLYCLINIC_TEST(Words)
#include "words_test.moc"
