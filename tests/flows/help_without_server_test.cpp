// Commands while no server runs: what they make is what a server would have made, and they leave nothing behind that it
// would stumble over.

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <nlohmann/json.hpp>

#include "test_case.h"

namespace {

struct EndedAlone {
    int code = -1;
    QString out, err;
    QByteArray all() const { return (QString::number(code) + '\n' + out + err).toUtf8(); }
};

EndedAlone runAlone(const QString& program, const QStringList& words) {
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const auto& name : environment.keys())
        if (name.startsWith("POLYCLINIC_")) environment.remove(name);
    process.setProcessEnvironment(environment);
    process.start(program, words);
    if (!process.waitForFinished(60'000)) return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

EndedAlone commandAlone(const QStringList& words) { return runAlone(POLYCLINIC_BIN_DIR "/polyclinicd", words); }

/// The address before /tenant/ of a clinic that was just made.
QString baseOfClinic(const EndedAlone& made) {
    const auto json = nlohmann::json::parse(made.out.toStdString(), nullptr, false);
    if (!json.is_object()) return made.all();
    return QString::fromStdString(json.at("endpoint").at(0).at("url").get<std::string>()).section("/tenant/", 0, 0);
}

/// Starts a server, waits for its "ready ADDRESS", ends it.
QString baseOfStartedServer(const QStringList& words) {
    QProcess server;
    server.start(POLYCLINIC_BIN_DIR "/polyclinicd", QStringList{"serve"} + words);
    QString said;
    for (int i = 0; i < 600 && !said.contains("\nready ") && server.state() != QProcess::NotRunning; ++i) {
        server.waitForReadyRead(100);
        said += server.readAllStandardOutput();
    }
    server.terminate();
    server.waitForFinished(20'000);
    return said.section("\nready ", 1).section('\n', 0, 0);
}

}  // namespace

class HelpWithoutServer : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void clinicsGetTheAddressOfTheServer();
    void theKeyThatIsNamedIsTheOnlyOne();
    void rootsCommandsHaveTheSettingsOfTheService();

  private:
    QString path(const QString& name) const { return folder_.filePath(name); }
    QTemporaryDir folder_{"/tmp/polyclinic-without-XXXXXX"};
};

void HelpWithoutServer::initTestCase() { QFile::setPermissions(folder_.path(), QFileDevice::Permissions(0x7755)); }

void HelpWithoutServer::clinicsGetTheAddressOfTheServer() {
    // Nothing was chosen yet: the first command chooses, and the server keeps to it.
    const QStringList first{"--data-dir", path("first")};
    const auto made = commandAlone(QStringList{"tenant", "create", "one", "--name", "One", "--json"} + first);
    QVERIFY2(made.code == 0, made.all());
    // 8080, or what is free of the twenty tens after it.
    QVERIFY2(QRegularExpression("^http://127\\.0\\.0\\.1:8[0-2][0-9]0$").match(baseOfClinic(made)).hasMatch(),
             qPrintable(baseOfClinic(made)));
    QCOMPARE(baseOfStartedServer(first), baseOfClinic(made));
    QCOMPARE(baseOfClinic(commandAlone(QStringList{"tenant", "create", "two", "--name", "Two", "--json"} + first)), baseOfClinic(made));

    // Named: also while something else has the port, and where it would be open to others.
    for (const QString listen : {"127.0.0.1:1", "192.0.2.1:8443"})
        QCOMPARE(baseOfClinic(commandAlone(
                     QStringList{"tenant", "create", "at-" + listen.section(':', 1), "--name", "N", "--json", "--listen", listen} + first)),
                 "http://" + listen);
    QCOMPARE(baseOfClinic(commandAlone(
                 QStringList{"tenant", "create", "public", "--name", "P", "--json", "--public-url", "https://clinic.example"} + first)),
             QString("https://clinic.example"));
}

void HelpWithoutServer::theKeyThatIsNamedIsTheOnlyOne() {
    const QString key = path("the.key"), data = path("second");
    std::ofstream(key.toStdString()) << std::string(43, 'A') << '\n';
    const auto made = commandAlone({"tenant", "create", "one", "--name", "One", "--data-dir", data, "--key-file", key});
    QVERIFY2(made.code == 0, made.all());
    const auto refused = commandAlone({"tenant", "create", "two", "--name", "Two", "--data-dir", data});
    QVERIFY2(refused.code == 78 && refused.err.contains("--key-file"), refused.all());
    QVERIFY(!QFile::exists(data + "/installation.key"));
    const auto listed = commandAlone({"tenant", "list", "--data-dir", data, "--key-file", key});
    QVERIFY2(listed.code == 0 && listed.out.contains("one  One") && !listed.out.contains("two"), listed.all());
}

/// As after the package's installation, with an /etc of this test's own.
void HelpWithoutServer::rootsCommandsHaveTheSettingsOfTheService() {
    if (geteuid() != 0) QSKIP("only root can put an /etc of its own in place");
    const QString key = path("service.key"), data = path("third");
    std::ofstream(key.toStdString()) << std::string(43, 'E') << '\n';
    const auto script = QString(
                            "set -e; mkdir -p %1/mnt; mount -t tmpfs none %1/mnt; cp -a /etc %1/mnt/etc; mkdir -p %1/mnt/etc/polyclinic; "
                            "printf 'data-dir = \"%2\"\\nkey-file = \"%3\"\\npublic-url = \"https://clinic.example\"\\n' > "
                            "%1/mnt/etc/polyclinic/polyclinicd.toml; "
                            "mount --bind %1/mnt/etc /etc; exec ")
                            .arg(folder_.path(), data, key);
    const auto inPlace = [&](const QString& command) {
        return runAlone("unshare", {"-m", "bash", "-c", script + POLYCLINIC_BIN_DIR "/polyclinicd " + command});
    };
    const auto made = inPlace("tenant create one --name One --json");
    if (made.err.contains("unshare: ") || made.err.contains("mount: ")) QSKIP("this machine lets nobody mount");
    QVERIFY2(made.code == 0, made.all());
    QCOMPARE(baseOfClinic(made), QString("https://clinic.example"));
    QVERIFY(QFile::exists(data + "/postgres/PG_VERSION"));
    QVERIFY(!QFile::exists(data + "/installation.key"));
    // Another folder has nothing to do with the service.
    const auto other = inPlace("tenant create one --name One --json --data-dir " + path("fourth"));
    QVERIFY2(other.code == 0, other.all());
    QVERIFY(baseOfClinic(other).startsWith("http://127.0.0.1:"));
    QVERIFY(QFile::exists(path("fourth") + "/installation.key"));
}

POLYCLINIC_TEST(HelpWithoutServer)
#include "help_without_server_test.moc"
