// The shape of the sources: one layout for all, short files, and names that are the field's own.

#include <QDirIterator>
#include <QFile>
#include <QMap>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include "test_case.h"

namespace {

const QString sources = POLYCLINIC_SOURCE_DIR "/";

QStringList filesBelow(const QStringList& folders) {
    QStringList files;
    for (const auto& folder : folders) {
        QDirIterator each(sources + folder, {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
        while (each.hasNext())
            if (const auto path = each.next(); !path.contains("/node_modules/")) files << path;
    }
    return files;
}

const QStringList everything{"app", "server-core", "admin-ui", "portal-ui", "tests"};

QString textOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// Without comments, texts and included names.
QString codeOf(QString text) {
    static const QRegularExpression raw("R\"([^\\s()\\\\]{0,16})\\(.*?\\)\\1\"", QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression noise(
        "//[^\\n]*|/\\*.*?\\*/|\"(?:\\\\.|[^\"\\\\\\n])*\"|(?<![0-9a-fA-F])'(?:\\\\.|[^'\\\\\\n])+'|^[ \\t]*#[ \\t]*include[^\\n]*",
        QRegularExpression::DotMatchesEverythingOption | QRegularExpression::MultilineOption);
    return text.replace(raw, "0").replace(noise, "0");
}

/// What names of the first storey are called now. Whole names only: text, JSON, SQL and flags may use the words.
const QMap<QString, QString> fieldsWord{
    {"People", "AccountService, SampleData"},
    {"reachOf", "searchFilter"},
    {"reaches", "permits"},
    {"office", "OperatorServices"},
    {"Office", "OperatorServices"},
    {"nouns", "operator_api"},
    {"words", "nonResourceScopes, translations, labels"},
    {"Words", "Translations"},
    {"wish", "AuthorizationRequest, parameters"},
    {"AuthorizeWish", "AuthorizationRequest"},
    {"facts", "privacyAnswers, settings, summary"},
    {"Offer", "GrantableScopes"},
    {"Decision", "ConsentDecision"},
    {"Handout", "IssuedTokens"},
    {"program_proof", "client_authentication"},
    {"VerdictCache", "TokenCache"},
    {"verdictEpoch", "tokenCacheEpoch"},
    {"Deed", "AccessRequest"},
    {"Refusal", "AccessDenied"},
    {"NotedReads", "AuditedReads"},
    {"kinds", "resourceTypes"},
    {"stroll", "boundedIndexScan"},
    {"walk", "indexOrderScan"},
    {"gather", "fetchAndSort"},
    {"driver", "leadingPredicate"},
    {"Maker", "SearchSqlBuilder"},
    {"Kept", "Storage"},
    {"home", "storage"},
    {"pack", "definitionsVersion"},
    {"Lane", "QueryClass"},
    {"lane", "queryClass"},
    {"LanePool", "QueryClassPool"},
    {"ConnectionShare", "ConnectionBudget"},
    {"hungry", "waiting"},
    {"Door", "ListenerKind"},
    {"door", "listener"},
    {"Front", "StartupGate"},
    {"Floor", "ExclusiveTurn"},
    {"Look", "PageTheme"},
    {"look", "theme"},
    {"spread", "expandWildcard"},
    {"gathered", "collapseWildcard"},
    {"told", "publicMessage"},
    {"logged", "logMessage"},
    {"Visit", "ClientInfo"},
};

QStringList oldNamesIn(const QString& path, const QString& text) {
    static const QRegularExpression name("[A-Za-z_][A-Za-z_0-9]*");
    QSet<QString> found;
    auto all = name.globalMatch(codeOf(text));
    while (all.hasNext()) {
        auto one = all.next().captured(0);
        while (one.endsWith('_')) one.chop(1);
        if (fieldsWord.contains(one)) found << path + ": " + one + " is " + fieldsWord[one];
    }
    return {found.begin(), found.end()};
}

}  // namespace

class HouseTest : public QObject {
    Q_OBJECT
  private slots:
    void filesHaveOneLayout();
    void filesAreShort();
    void namesAreTheFields();
    void plantedNamesAreFound();
};

void HouseTest::filesHaveOneLayout() {
    QProcess format;
    format.setProcessChannelMode(QProcess::MergedChannels);
    format.setWorkingDirectory(sources);
    format.start("clang-format", QStringList{"--dry-run", "--Werror", "--ferror-limit=1"} + filesBelow(everything));
    QVERIFY2(format.waitForStarted(), "clang-format is missing: ./dev setup");
    QVERIFY(format.waitForFinished(-1));
    QVERIFY2(format.exitCode() == 0, qPrintable("./dev format mends this: " + QString::fromUtf8(format.readAll().left(2'000))));
}

void HouseTest::filesAreShort() {
    constexpr int ceiling = 400;
    QStringList longOnes;
    const auto files = filesBelow(everything);
    QVERIFY(files.size() > 800);
    for (const auto& path : files)
        if (const auto lines = textOf(path).count('\n'); lines > ceiling) longOnes << path + ": " + QString::number(lines);
    QVERIFY2(longOnes.isEmpty(), qPrintable(longOnes.join('\n')));
}

void HouseTest::namesAreTheFields() {
    QStringList old;
    for (const auto& path : filesBelow({"app", "server-core", "admin-ui", "portal-ui"})) old += oldNamesIn(path, textOf(path));
    QVERIFY2(old.isEmpty(), qPrintable(old.join('\n')));
}

void HouseTest::plantedNamesAreFound() {
    QCOMPARE(oldNamesIn("x.cpp", "int wish_ = 1;  // a wish"), QStringList{"x.cpp: wish is AuthorizationRequest, parameters"});
    QVERIFY(oldNamesIn("x.cpp", "const auto text = \"words\"; // Deed\n#include \"people/People.h\"\nint wishes;").isEmpty());
}

POLYCLINIC_TEST(HouseTest)
#include "house_test.moc"
