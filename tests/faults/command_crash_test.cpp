// Commands that start the server's core for themselves and die: what they started ends with them, and what they began is
// gone on with or told. Files that they are given are ordinary ones.

#include <sys/stat.h>

#include <QTest>
#include <random>

#include "server_support.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace std::chrono_literals;

class CommandCrashTest : public QObject {
    Q_OBJECT
  private slots:
    void postgresEndsWithItsCommand();
    void keyFilesAreOrdinaryFiles_data();
    void keyFilesAreOrdinaryFiles();
    void filesOfCommandsAreOrdinaryFiles_data();
    void filesOfCommandsAreOrdinaryFiles();

  private:
    std::mt19937 random_{std::random_device()()};
};

void CommandCrashTest::postgresEndsWithItsCommand() {
    ServerProcess server;
    const auto data = server.dataDirectory();
    const auto clinic = makeClinic(server, "one", false);
    QCOMPARE(put(clinic, patient("before")).status, 201);
    QCOMPARE(server.terminate(), 0);
    const auto file = server.folder() / "lines.ndjson";
    {
        std::ofstream out(file);
        for (int i = 0; i < 100'000; ++i) out << patient("line-" + std::to_string(i), "Line").dump() << '\n';
    }
    fs::permissions(file, fs::perms(0644));
    for (int round = 0; round < rounds(3); ++round) {
        const pid_t command =
            db::startProgram({{POLYCLINIC_BIN_DIR "/polyclinicd", "import", "--tenant", "one", "--data-dir", data.string(), file.string()},
                              server.folder() / "import.log"},
                             {"", 0, 0, {}, false});
        pid_t postmaster = 0;
        for (const auto start = Steady::now(); secondsSince(start) < 30 && (postmaster = postmasterOf(data)) == 0;)
            std::this_thread::sleep_for(5ms);
        QVERIFY(postmaster > 0);
        std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 1500));
        kill(command, SIGKILL);
        db::waitForProgram(command);
        if (round % 2 == 0) {
            QTRY_VERIFY_WITH_TIMEOUT(livingIn(data).empty(), 30'000);
        }
        // Whoever comes at once finds a PostgreSQL of its own, or one that is about to go.
        server.restart();
        QCOMPARE(get(clinic, "Patient/before").status, 200);
        QCOMPARE(server.terminate(), 0);
        QVERIFY(livingIn(data).empty());
    }
}

void CommandCrashTest::keyFilesAreOrdinaryFiles_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("says");
    QTest::newRow("device") << "/dev/zero"
                            << "is no ordinary file";
    QTest::newRow("pipe") << "pipe"
                          << "is no ordinary file";
    QTest::newRow("folder") << "folder"
                            << "is no ordinary file";
    QTest::newRow("too large") << "huge"
                               << "has more than 4096 bytes";
    QTest::newRow("not there") << "nothing"
                               << "cannot be read";
}

void CommandCrashTest::keyFilesAreOrdinaryFiles() {
    QFETCH(QString, name);
    QFETCH(QString, says);
    Folder folder;
    mkfifo((folder / "pipe").c_str(), 0644);
    fs::create_directory(folder / "folder");
    std::ofstream(folder / "huge") << "x";
    fs::resize_file(folder / "huge", 5ull << 30);
    const auto key = name.startsWith('/') ? name.toStdString() : (folder / name.toStdString()).string();
    const auto ended = serve(folder / "data", {"--key-file", key});
    QVERIFY2(ended.code == 78, (std::to_string(ended.code) + ended.text).c_str());
    QVERIFY2(ended.text.find(says.toStdString()) != std::string::npos, ended.text.c_str());
    QVERIFY(livingIn(folder.path()).empty());
}

void CommandCrashTest::filesOfCommandsAreOrdinaryFiles_data() {
    QTest::addColumn<QByteArrayList>("words");  // FILE stands for the file
    const QByteArrayList serving{"serve", "--data-dir", "DATA"};
    QTest::newRow("configuration") << serving + QByteArrayList{"--config", "FILE"};
    QTest::newRow("configuration that is checked") << QByteArrayList{"check-config", "--config", "FILE"};
    QTest::newRow("authority of the database")
        << serving + QByteArrayList{"--database", "postgresql://polyclinic_app_tenant@127.0.0.1:1/x?sslmode=verify-full&sslrootcert=FILE"};
    QTest::newRow("passwords that an address names")
        << serving + QByteArrayList{"--database", "postgresql://polyclinic_app_tenant@127.0.0.1:1/x?passfile=FILE"};
    QTest::newRow("authority of a preparation")
        << QByteArrayList{"database", "prepare", "--admin-uri", "postgresql://a@127.0.0.1:1/x?sslrootcert=FILE", "--password-file", "OUT"};
    QTest::newRow("an operator's password") << QByteArrayList{
        "operator", "add", "--data-dir", "DATA", "--email", "a@clinic.example", "--operator-password-file", "FILE"};
}

void CommandCrashTest::filesOfCommandsAreOrdinaryFiles() {
    QFETCH(QByteArrayList, words);
    Folder folder;
    mkfifo((folder / "pipe").c_str(), 0600);
    std::ofstream(folder / "huge") << "x";
    fs::resize_file(folder / "huge", 5ull << 30);
    const std::pair<std::string, std::string> files[]{
        {"/dev/zero", "is no ordinary file"}, {folder / "pipe", "is no ordinary file"}, {folder / "huge", "has more than "}};
    for (const auto& [file, says] : files) {
        std::vector<std::string> arguments;
        for (auto word : words)
            arguments.push_back(word.replace("FILE", file.c_str())
                                    .replace("DATA", (folder / "data").c_str())
                                    .replace("OUT", (folder / "out").c_str())
                                    .toStdString());
        const auto ended = polyclinicd(arguments);
        QVERIFY2(ended.code == 78, (file + ": " + std::to_string(ended.code) + ended.text).c_str());
        QVERIFY2(ended.text.find(file + ' ' + says) != std::string::npos, ended.text.c_str());
        QVERIFY(livingIn(folder.path()).empty());
    }
}

POLYCLINIC_TEST(CommandCrashTest)
#include "command_crash_test.moc"
