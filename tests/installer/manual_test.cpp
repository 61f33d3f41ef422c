// The manual and the files of the packages say what the programs do: the same options, keys and versions.

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

#include "test_case.h"

namespace {

const QString source = POLYCLINIC_SOURCE_DIR "/installer/";

QString contentsOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

struct Ended {
    int code;
    QString text;
};

Ended run(const QString& program, const QStringList& words) {
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, words);
    if (!process.waitForFinished(20'000)) return {-1, process.errorString()};
    return {process.exitCode(), QString::fromUtf8(process.readAll())};
}

Ended polyclinicd(const QStringList& words) { return run(POLYCLINIC_BIN_DIR "/polyclinicd", words); }

QSet<QString> matches(const QString& text, const QString& pattern) {
    QSet<QString> found;
    auto all = QRegularExpression(pattern, QRegularExpression::MultilineOption).globalMatch(text);
    while (all.hasNext()) found.insert(all.next().captured(1));
    return found;
}

/// Options and variables of a --help, those of its commands too.
QSet<QString> said(const QString& program, const QStringList& command = {}) {
    const auto help = run(program, command + QStringList{"--help"}).text;
    auto found = matches(help, "^ +(?:-\\w,)?(--[a-z-]+)") + matches(help, "Env:(\\w+)");
    for (const auto& name : matches(help.section("\nSubcommands:", 1), "^  ([a-z-]+) "))
        found += said(program, command + QStringList{name});
    return found;
}

/// The same, as a page of the manual names them in bold or as code.
QSet<QString> written(const QString& page) {
    auto text = contentsOf(source + "man/" + page + ".md");
    text.replace("\\-", "-");
    return matches(text, "\\*\\*(--[a-z-]+)") + matches(text, "(POLYCLINIC_\\w+)");
}

QString difference(const QSet<QString>& said, const QSet<QString>& written) {
    return "not written: " + (said - written).values().join(' ') + "; not there: " + (written - said).values().join(' ');
}

}  // namespace

class ManualTest : public QObject {
    Q_OBJECT
  private slots:
    void optionsOfTheServer();
    void optionsOfTheWindow();
    void commandsOfTheServer();
    void keysOfTheFile();
    void shippedFile();
    void unit();
    void desktop();
    void version();
};

void ManualTest::optionsOfTheServer() {
    const auto there = said(POLYCLINIC_BIN_DIR "/polyclinicd");
    QVERIFY(there.contains("--data-dir") && there.contains("--lenient") && there.contains("POLYCLINIC_THREADS"));
    const auto page = written("polyclinicd.1");
    QVERIFY2(there == page, qPrintable(difference(there, page)));
}

void ManualTest::optionsOfTheWindow() {
    if (!QFile::exists(POLYCLINIC_BIN_DIR "/polyclinic")) QSKIP("the window was not built");
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const auto there = said(POLYCLINIC_BIN_DIR "/polyclinic");
    QVERIFY(there.contains("--attach"));
    const auto page = written("polyclinic.1");
    QVERIFY2(there == page, qPrintable(difference(there, page)));
}

void ManualTest::commandsOfTheServer() {
    const auto page = contentsOf(source + "man/polyclinicd.1.md");
    const auto there = matches(polyclinicd({"--help"}).text.section("\nSubcommands:", 1), "^  ([a-z-]+) ");
    QVERIFY(there.contains("serve"));
    for (const auto& command : there) {
        const auto below = matches(polyclinicd({command, "--help"}).text.section("\nSubcommands:", 1), "^  ([a-z-]+) ");
        for (const auto& name : below.isEmpty() ? QSet<QString>{command} : below) {
            const auto whole = below.isEmpty() ? command : command + ' ' + name;
            QVERIFY2(page.contains("**" + whole + "**"), qPrintable(whole));
        }
    }
}

void ManualTest::keysOfTheFile() {
    const auto defaults = polyclinicd({"check-config", "--print-defaults"}).text;
    QSet<QString> keys;
    for (const auto& key : matches(defaults, "^(?:# )?([a-z.-]+)=")) keys.insert(key.section('.', -1));
    QVERIFY(keys.contains("reserve-mb") && keys.contains("demo"));
    const auto page = contentsOf(source + "man/polyclinicd.toml.5.md").section("# KEYS", 1).section("# EXAMPLE", 0, 0);
    const auto written = matches(page, "\\*\\*([a-z-]+)\\*\\*") - QSet<QString>{"polyclinicd"};
    QVERIFY2(keys == written, qPrintable(difference(keys, written)));
}

/// As it is installed, and with every line that is commented out.
void ManualTest::shippedFile() {
    const auto checked = polyclinicd({"check-config", "--config", source + "polyclinicd.toml"});
    QVERIFY2(checked.code == 0, qPrintable(checked.text));
    auto text = contentsOf(source + "polyclinicd.toml");
    text.replace(QRegularExpression("^# ([a-z-]+ = )", QRegularExpression::MultilineOption), "\\1");
    QVERIFY(text.contains("\ntrusted-proxy = ["));
    QFile all(QDir::tempPath() + "/polyclinic-all-" + QString::number(QCoreApplication::applicationPid()) + ".toml");
    QVERIFY(all.open(QIODevice::WriteOnly));
    all.write(text.toUtf8());
    all.close();
    const auto whole = polyclinicd({"check-config", "--config", all.fileName()});
    all.remove();
    QVERIFY2(whole.code == 0, qPrintable(whole.text));
}

void ManualTest::unit() {
    const auto unit = contentsOf(source + "polyclinicd.service");
    const auto command = matches(unit, "^ExecStart=/usr/bin/polyclinicd serve --config (\\S+)$");
    QCOMPARE(command, (QSet<QString>{"/etc/polyclinic/polyclinicd.toml"}));
    for (const char* line :
         {"Type=notify", "User=polyclinic", "StateDirectory=polyclinic", "StateDirectoryMode=0700", "NoNewPrivileges=yes",
          "ProtectSystem=strict", "RestartPreventExitStatus=64 73 77 78", "ExecReload=/bin/kill -HUP $MAINPID",
          // Without the last one it could not tell which addresses this computer has.
          "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK"})
        QVERIFY2(unit.contains(QString(line) + '\n'), line);
    QVERIFY(contentsOf(source + "polyclinicd.sysusers").contains("u polyclinic - "));
}

/// As the desktops' own checkers see it.
void ManualTest::desktop() {
    const auto entry = run("desktop-file-validate", {source + "polyclinic.desktop"});
    QVERIFY2(entry.code == 0 && entry.text.isEmpty(), qPrintable(entry.text));
    const auto metainfo = run("appstreamcli", {"validate", "--no-net", "--pedantic", "--no-color", source + "polyclinic.metainfo.xml"});
    QVERIFY2(metainfo.code == 0, qPrintable(metainfo.text));
}

void ManualTest::version() {
    const auto now = polyclinicd({"--version"}).text.trimmed();
    QVERIFY2(contentsOf(source + "polyclinic.metainfo.xml").contains("<release version=\"" + now + "\""), qPrintable(now));
    QVERIFY2(contentsOf(source + "../CHANGELOG.md").contains("\n## " + now), qPrintable(now));
}

POLYCLINIC_TEST(ManualTest)
#include "manual_test.moc"
