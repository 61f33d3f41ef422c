// The house's walls: who may include whom, and what g++ 12 must not be given.

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include "test_case.h"

namespace {

const QString root = POLYCLINIC_SOURCE_DIR;

/// The order of the house: a folder may use those above it, but for the pairs that never include one another.
const QStringList order{"base",
                        "http",
                        "db",
                        "fhir",
                        "sample_data",
                        "tenancy",
                        "access",
                        "consent",
                        "audit",
                        "records",
                        "oauth",
                        "accounts",
                        "jobs",
                        "import",
                        "rest",
                        "interactions",
                        "operations",
                        "pages",
                        "authorization_server",
                        "portal",
                        "network",
                        "operator_api",
                        "api",
                        "server"};

const QMap<QString, QStringList> mayUse = [] {
    QMap<QString, QStringList> map;
    for (qsizetype i = 0; i < order.size(); ++i) map[order[i]] = order.mid(0, i);
    const auto never = [&map](const char* folder, const QStringList& others) {
        for (const auto& other : others) map[folder].removeAll(other);
    };
    for (const auto* plain : {"db", "fhir", "sample_data"}) map[plain] = {"base"};
    never("tenancy", {"http", "fhir", "sample_data"});
    never("access", {"http", "db", "tenancy", "sample_data"});
    never("consent", {"http", "db", "tenancy", "sample_data"});
    for (const auto* storage : {"audit", "records", "oauth", "accounts", "jobs", "import"})
        never(storage, {"http", "sample_data", "consent"});
    never("accounts", {"oauth"});
    never("jobs", {"oauth", "accounts"});
    never("import", {"oauth", "accounts"});
    // Faces of the server: what two of them need moves down.
    const QStringList faces{"interactions", "operations", "authorization_server", "portal", "operator_api"};
    for (const auto& face : faces)
        for (const auto& other : faces) map[face].removeAll(other);
    for (const auto* face : {"rest", "interactions", "operations", "pages", "authorization_server", "portal"})
        never(face, {"import", "jobs", "network", "sample_data"});
    for (const auto* face : {"rest", "interactions", "operations"}) never(face, {"oauth", "accounts", "consent"});
    never("pages", {"db", "audit", "records", "oauth", "accounts", "rest", "interactions", "operations"});
    for (const auto* face : {"authorization_server", "portal", "operator_api"}) never(face, {"rest"});
    map["network"] = {"base", "http", "db", "tenancy"};
    map["api"].removeAll("sample_data");
    map["server"] += "core";
    return map;
}();

struct Source {
    QString path;  // below server-core/src
    QString text;
};

QList<Source> sourcesBelow(const QString& folder) {
    QList<Source> sources;
    QDirIterator files(root + folder, {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly)) sources.append({file.fileName().mid((root + folder).size() + 1), file.readAll()});
    }
    return sources;
}

QStringList includesOf(const QString& text) {
    static const QRegularExpression include("^\\s*#\\s*include\\s+[\"<]([^\">]+)[\">]", QRegularExpression::MultilineOption);
    QStringList found;
    auto matches = include.globalMatch(text);
    while (matches.hasNext()) found.append(matches.next().captured(1));
    return found;
}

/// Includes of the core that break the order, as "path -> include".
QStringList brokenIncludes(const Source& source) {
    const auto folder = source.path.section('/', 0, 0);
    QStringList broken;
    for (const auto& include : includesOf(source.text)) {
        const auto used = include.section('/', 0, 0);
        if (!include.contains('/') || used == folder || (!mayUse.contains(used) && used != "core")) continue;
        if (!mayUse.value(folder).contains(used)) broken.append(source.path + " -> " + include);
    }
    return broken;
}

/// Statements in which something that owns may be destroyed twice: ?: around co_await, and lambdas that capture by
/// value inside one. Texts and comments do not count.
QStringList dangerousAwaits(const Source& source) {
    static const QRegularExpression noise("//[^\\n]*|\"(?:\\\\.|[^\"\\\\])*\"|'(?:\\\\.|[^'\\\\])+'");
    static const QRegularExpression statement("[^;{}]*\\bco_await\\b[^;]*;");
    static const QRegularExpression choice("\\?[^:;]*\\bco_await\\b|\\bco_await\\b[^;]*\\?[^;]*(std::optional|std::nullopt|std::string)");
    static const QRegularExpression capture("co_await[^;{}]*\\[(?![\\s&]*\\]|&[\\w, &]*\\])[^\\]]*\\w[^\\]]*\\]\\s*(\\(|mutable|\\{)");
    auto text = source.text;
    text.replace(noise, "0");
    QStringList found;
    auto matches = statement.globalMatch(text);
    while (matches.hasNext()) {
        const auto one = matches.next().captured(0);
        if (choice.match(one).hasMatch() || capture.match(one).hasMatch()) found.append(source.path + ": " + one.simplified().left(120));
    }
    return found;
}

}  // namespace

class LayersTest : public QObject {
    Q_OBJECT
  private slots:
    void foldersUseOnlyWhatStandsBelow();
    void plantedViolationIsFound();
    void onlyHttpAndTheLoopSeeAsio();
    void onlyDbSeesPostgres();
    void onlyKeepersOfRowsReachThem();
    void pureFoldersDoNoInput();
    void addressesAreCutByTheLibraryAlone();
    void facesIncludeNothingOfTheCore();
    void theCoreHasNoQt();
    void publicHeadersNeedStandardTypesOnly();
    void noOwnerInsideAnAwait();
    void plantedAwaitsAreFound();
};

void LayersTest::foldersUseOnlyWhatStandsBelow() {
    QStringList broken;
    const auto sources = sourcesBelow("/server-core/src");
    QVERIFY(sources.size() > 100);
    for (const auto& source : sources) broken += brokenIncludes(source);
    QVERIFY2(broken.isEmpty(), qPrintable(broken.join('\n')));
}

void LayersTest::plantedViolationIsFound() {
    QCOMPARE(brokenIncludes({"fhir/x.cpp", "#include \"records/content.h\"\n"}), QStringList{"fhir/x.cpp -> records/content.h"});
    QCOMPARE(brokenIncludes({"portal/x.cpp", "#include \"operator_api/operator_services.h\"\n"}),
             QStringList{"portal/x.cpp -> operator_api/operator_services.h"});
    QVERIFY(brokenIncludes({"api/x.cpp", "#include \"records/content.h\"\n#include <string>\n"}).isEmpty());
}

void LayersTest::onlyHttpAndTheLoopSeeAsio() {
    for (const auto& source : sourcesBelow("/server-core/src")) {
        const auto folder = source.path.section('/', 0, 0);
        if (folder == "http" || folder == "db" || source.path.startsWith("base/loop")) continue;
        QVERIFY2(!source.text.contains("boost/asio") && !source.text.contains("boost/beast"), qPrintable(source.path));
    }
}

void LayersTest::onlyDbSeesPostgres() {
    for (const auto& source : sourcesBelow("/server-core/src"))
        if (!source.path.startsWith("db/"))
            QVERIFY2(!source.text.contains("libpq-fe.h") && !source.text.contains("<pqxx/"), qPrintable(source.path));
}

/// A handler is given a reader, a writer or a RealmSession, which run no statements for it.
void LayersTest::onlyKeepersOfRowsReachThem() {
    const QStringList keepers{"db", "tenancy", "audit", "records", "oauth", "accounts", "jobs", "server"};
    static const QRegularExpression words("\\b(rowsOf|RowAccess|TenantSession|TenantTransaction|TenantKey|TenantSql|TenantStatement)\\b");
    QStringList broken;
    for (const auto& source : sourcesBelow("/server-core/src")) {
        if (keepers.contains(source.path.section('/', 0, 0))) continue;
        if (source.text.contains("tenancy/rows_of.h") || words.match(source.text).hasMatch()) broken.append(source.path);
    }
    QVERIFY2(broken.isEmpty(), qPrintable(broken.join('\n')));
}

/// What they answer follows from what they are given.
void LayersTest::pureFoldersDoNoInput() {
    static const QRegularExpression outside(
        "#\\s*include\\s+<(fstream|iostream|filesystem|cstdio|unistd\\.h|fcntl\\.h|sys/|curl/|thread|future)");
    for (const auto* folder : {"fhir", "access", "consent"})
        for (const auto& source : sourcesBelow(QString("/server-core/src/") + folder))
            QVERIFY2(!outside.match(source.text).hasMatch() && !source.text.contains("co_await"), qPrintable(folder + ('/' + source.path)));
}

void LayersTest::addressesAreCutByTheLibraryAlone() {
    static const QRegularExpression cut("find\\w*\\(\"://|find\\(\"//\"|_with\\(\"https?://");
    QVERIFY(cut.match("url.find(\"://\")").hasMatch() && cut.match("uri.starts_with(\"https://\")").hasMatch());
    // Own addresses may be asked for their scheme, whose spelling is ours.
    const QSet<QString> ownAddresses{"accounts/cookies.cpp", "portal/activate.cpp", "network/network_view.cpp", "oauth/redirect_uri.cpp"};
    for (const auto& source : sourcesBelow("/server-core/src")) {
        if (source.path != "base/url.cpp") QVERIFY2(!source.text.contains("boost/url"), qPrintable(source.path));
        if (!ownAddresses.contains(source.path)) QVERIFY2(!cut.match(source.text).hasMatch(), qPrintable(source.path));
    }
}

void LayersTest::facesIncludeNothingOfTheCore() {
    for (const auto* folder : {"/admin-ui", "/portal-ui"})
        for (const auto& source : sourcesBelow(folder))
            for (const auto& include : includesOf(source.text)) {
                const auto used = include.section('/', 0, 0);
                const bool core =
                    include.startsWith("core/") || (mayUse.contains(used) && QFile::exists(root + "/server-core/src/" + include));
                QVERIFY2(!core, qPrintable(source.path + " -> " + include));
            }
}

void LayersTest::theCoreHasNoQt() {
    static const QRegularExpression qt("#\\s*include\\s+[<\"]Q[A-Za-z]");
    for (const auto* folder : {"/server-core/src", "/server-core/include"})
        for (const auto& source : sourcesBelow(folder)) QVERIFY2(!qt.match(source.text).hasMatch(), qPrintable(source.path));
}

void LayersTest::publicHeadersNeedStandardTypesOnly() {
    for (const auto& source : sourcesBelow("/server-core/include"))
        for (const auto& include : includesOf(source.text))
            QVERIFY2(!include.contains('/') || include.startsWith("core/"), qPrintable(source.path + " -> " + include));
}

void LayersTest::noOwnerInsideAnAwait() {
    QStringList found;
    for (const auto& source : sourcesBelow("/server-core/src")) found += dangerousAwaits(source);
    QVERIFY2(found.isEmpty(), qPrintable(found.join('\n')));
}

void LayersTest::plantedAwaitsAreFound() {
    QCOMPARE(dangerousAwaits({"x", "auto a = b ? co_await c() : d;"}).size(), 1);
    QCOMPARE(dangerousAwaits({"x", "co_await run(e ? std::nullopt : std::optional(f));"}).size(), 1);
    QCOMPARE(dangerousAwaits({"x", "co_await pool.run([this, n = name] { use(n); });"}).size(), 1);
    QVERIFY(dangerousAwaits({"x", "co_await pool.run([&a, &b] { use(a); });"}).isEmpty());
    QVERIFY(dangerousAwaits({"x", "co_await note(found ? 0 : 4);"}).isEmpty());
}

POLYCLINIC_TEST(LayersTest)
#include "layers_test.moc"
