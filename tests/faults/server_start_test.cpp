// What a start of the whole server finds: folders, configuration, ports, schemas and leftovers of other sorts.

#include <sys/stat.h>

#include <QTest>

#include "server_support.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class ServerStartTest : public QObject {
    Q_OBJECT
  private slots:
    void folderThatCannotBeUsed();
    void clusterWithTheWrongMode();
    void secondServerOnOneFolder();
    void orphanPostgresIsAdopted();
    void deletedFolderWithALivingServer();
    void socketLockOfAStranger();
    void busyPort();
    void firstRunMovesOn();
    void configuration_data();
    void configuration();
    void newerSchema();
    void postgresIsKilled();
    void postgresFailsForGood();
    void killedWhileItIsMade();
    void firstOperator();
};

/// R14: exit 73, path and mending in the words.
void ServerStartTest::folderThatCannotBeUsed() {
    if (::geteuid() != 0) QSKIP("needs root to be other accounts");
    Folder folder;
    const auto expect = [&](const fs::path& data, const std::string& user) {
        const auto ended = serve(data, {}, user);
        QVERIFY2(ended.code == 73, ended.text.c_str());
        QVERIFY2(ended.text.find(data.string()) != std::string::npos, ended.text.c_str());
        QVERIFY2(ended.text.find("--data-dir") != std::string::npos, ended.text.c_str());
        QVERIFY(ended.seconds < 5);
    };
    // A parent that may not be written; a folder of somebody else; one of the account's own, closed; a file.
    expect(folder / "none", "postgres");
    fs::create_directory(folder / "roots");
    expect(folder / "roots", "postgres");
    fs::create_directory(folder / "closed");
    const auto account = db::accountFor({});
    QCOMPARE(chown((folder / "closed").c_str(), account.uid, account.gid), 0);
    fs::permissions(folder / "closed", fs::perms(0500));
    expect(folder / "closed", "postgres");
    std::ofstream(folder / "file") << "x";
    expect(folder / "file", "");
    QVERIFY(fs::is_empty(folder / "closed"));
    QVERIFY(fs::is_empty(folder / "roots"));
    QVERIFY(livingIn(folder.path()).empty());
}

void ServerStartTest::clusterWithTheWrongMode() {
    ServerProcess server;
    QCOMPARE(server.terminate(), 0);
    const auto cluster = server.dataDirectory() / "postgres";
    fs::permissions(cluster, fs::perms(0777));
    const auto ended = serve(server.dataDirectory());
    QVERIFY2(ended.code == 73, ended.text.c_str());
    QVERIFY2(ended.text.find("chmod 700 " + cluster.string()) != std::string::npos, ended.text.c_str());
    fs::permissions(cluster, fs::perms(0700));
    // A cluster that lost its control file is never made anew.
    fs::rename(cluster / "global/pg_control", cluster / "aside");
    const auto damaged = serve(server.dataDirectory());
    QVERIFY2(damaged.code == 73, damaged.text.c_str());
    QVERIFY(fs::exists(cluster / "aside"));
    fs::rename(cluster / "aside", cluster / "global/pg_control");
    server.restart();
}

/// R18.
void ServerStartTest::secondServerOnOneFolder() {
    ServerProcess server;
    const auto postmaster = postmasterOf(server.dataDirectory());
    const auto control = contentsOf(server.dataDirectory() / "control.json");
    const auto ended = serve(server.dataDirectory());
    QVERIFY2(ended.code == 2, ended.text.c_str());
    QVERIFY2(ended.text.find("already running") != std::string::npos && ended.text.find(std::to_string(server.pid())) != std::string::npos,
             ended.text.c_str());
    QVERIFY(ended.seconds < 3);
    QCOMPARE(postmasterOf(server.dataDirectory()), postmaster);
    QCOMPARE(contentsOf(server.dataDirectory() / "control.json"), control);
    QCOMPARE(http("GET", server.base() + "/health/ready").status, 200);
}

/// R20.
void ServerStartTest::orphanPostgresIsAdopted() {
    ServerProcess server;
    const auto clinic = makeClinic(server, "t-a", false);
    QCOMPARE(put(clinic, patient("p1")).status, 201);
    const auto postmaster = postmasterOf(server.dataDirectory());
    server.kill9();
    QVERIFY(db::isAlive(postmaster));
    const auto start = Steady::now();
    server.restart();
    QVERIFY(secondsSince(start) < 10);
    QCOMPARE(postmasterOf(server.dataDirectory()), postmaster);
    QCOMPARE(get(clinic, "Patient/p1").status, 200);
    QCOMPARE(server.terminate(), 0);
    QVERIFY(!db::isAlive(postmaster));
    QVERIFY(livingIn(server.dataDirectory()).empty());
}

/// A data folder deleted under its living PostgreSQL, and another made at the same place.
void ServerStartTest::deletedFolderWithALivingServer() {
    ServerProcess server;
    const auto postmaster = postmasterOf(server.dataDirectory());
    server.kill9();
    kill(postmaster, SIGSTOP);  // it would find out within a minute, and end
    fs::remove_all(server.dataDirectory());
    QVERIFY(db::isAlive(postmaster));
    server.restart();
    QVERIFY(postmasterOf(server.dataDirectory()) != postmaster);
    QCOMPARE(makeClinic(server, "t-a", false).id, std::string("t-a"));
    QVERIFY(db::isAlive(postmaster));
    kill(postmaster, SIGQUIT);
    kill(postmaster, SIGCONT);
    QTRY_VERIFY_WITH_TIMEOUT(!db::isAlive(postmaster), 5'000);
    QCOMPARE(server.terminate(), 0);
}

/// R19 for the socket: the number in its lock belongs to another program of the same account by now.
void ServerStartTest::socketLockOfAStranger() {
    ServerProcess server;
    const auto conninfo = bootstrapOf(server.dataDirectory());
    const fs::path socketFolder = conninfo.substr(5, conninfo.find(' ') - 5);
    QCOMPARE(server.terminate(), 0);
    const auto account = db::accountFor({});
    const pid_t stranger = db::startProgram({{"/bin/sleep", "60"}, {}}, account);
    fs::create_directories(socketFolder);
    const auto lock = socketFolder / ".s.PGSQL.5432.lock";
    std::ofstream(lock) << stranger << "\n"
                        << (server.dataDirectory() / "postgres").string() << "\n1000000000\n5432\n"
                        << socketFolder.string() << "\n";
    QCOMPARE(chown(socketFolder.c_str(), account.uid, account.gid), 0);
    QCOMPARE(chown(lock.c_str(), account.uid, account.gid), 0);
    server.restart();
    const bool lives = db::isAlive(stranger);
    kill(stranger, SIGKILL);
    db::waitForProgram(stranger);
    QVERIFY(lives);
    QCOMPARE(http("GET", server.base() + "/health/ready").status, 200);
}

/// R21.
void ServerStartTest::busyPort() {
    Folder folder;
    TakenPort taken;
    const auto port = std::to_string(taken.port());
    for (const auto* option : {"--listen", "--operator-listen"}) {
        std::vector<std::string> words{
            "serve", "--data-dir", (folder / "data").string(), "--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0"};
        std::replace(std::find(words.begin(), words.end(), option), words.end(), std::string("127.0.0.1:0"), "127.0.0.1:" + port);
        if (std::string(option) == "--listen") words.back() = "127.0.0.1:0";
        const auto ended = polyclinicd(words);
        QVERIFY2(ended.code == 69, ended.text.c_str());
        QVERIFY2(ended.text.find("Port " + port) != std::string::npos, ended.text.c_str());
        QVERIFY2(ended.text.find("(pid " + std::to_string(getpid()) + ")") != std::string::npos, ended.text.c_str());
        QVERIFY2(ended.text.find(option) != std::string::npos, ended.text.c_str());
        QVERIFY2(livingIn(folder.path()).empty(), "nothing may be left running");
        QVERIFY(!fs::exists(folder / "data/control.json"));
    }
    // Asked for by hand, nothing is chosen in its place.
    QVERIFY(!fs::exists(folder / "data/chosen.json"));
}

void ServerStartTest::firstRunMovesOn() {
    TakenPort usual(8080);  // or somebody else has it; busy is all that matters
    Folder folder;
    const auto data = folder / "data";
    const auto run = [&] {
        const pid_t pid = db::startProgram({{POLYCLINIC_BIN_DIR "/polyclinicd", "serve", "--data-dir", data.string()}, folder / "out"},
                                           {"", 0, 0, {}, false});
        for (int i = 0; i < 1500 && !fs::exists(data / "control.json") && !db::endOfProgram(pid); ++i) QTest::qWait(10);
        const auto control = nlohmann::json::parse(contentsOf(data / "control.json"), nullptr, false);
        return std::pair(pid, control.is_object() ? control.value("base", "") : std::string());
    };
    const auto stop = [](pid_t pid) {
        kill(pid, SIGTERM);
        return db::waitForProgram(pid);
    };
    const auto [first, base] = run();
    QVERIFY2(!base.empty(), contentsOf(folder / "out").c_str());
    QVERIFY2(!base.ends_with(":8080"), base.c_str());
    QCOMPARE(stop(first), 0);
    const auto chosen = nlohmann::json::parse(contentsOf(data / "chosen.json"));
    QVERIFY(base.ends_with(chosen.at("listen").get<std::string>()));
    // The choice holds from now on: kept when it can be had, an error when it is busy.
    const auto [second, again] = run();
    QCOMPARE(again, base);
    QCOMPARE(stop(second), 0);
    const auto port = base.substr(base.rfind(':') + 1);
    TakenPort theirs(std::stoi(port));
    QVERIFY(theirs.port() != 0);
    const auto ended = polyclinicd({"serve", "--data-dir", data.string()});
    QVERIFY2(ended.code == 69 && ended.text.find("Port " + port) != std::string::npos, ended.text.c_str());
    QVERIFY(livingIn(folder.path()).empty());
}

void ServerStartTest::configuration_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("empty") << QByteArray("") << QByteArray("empty");
    QTest::newRow("cut within a value") << QByteArray("listen = \"127.0.0.1:80") << QByteArray("line 1");
    QTest::newRow("cut within a key") << QByteArray("listen = \"127.0.0.1:0\"\noperator-li") << QByteArray("line 2");
    QTest::newRow("cut section") << QByteArray("[serve") << QByteArray("line 1");
    QTest::newRow("binary") << QByteArray("\0\1\2garbage\xff\xfe", 12) << QByteArray("no text");
    QTest::newRow("unknown key") << QByteArray("lisen = \"127.0.0.1:0\"\n") << QByteArray("Did you mean listen?");
    QTest::newRow("unknown section") << QByteArray("[sevre]\ndemo = true\n") << QByteArray("sevre");
    QTest::newRow("wrong value") << QByteArray("listen = 5\n") << QByteArray("--listen");
    QTest::newRow("wrong number") << QByteArray("threads = \"many\"\n") << QByteArray("threads");
    QTest::newRow("operators for all") << QByteArray("operator-listen = \"0.0.0.0:1\"\n") << QByteArray("operator-listen");
    QTest::newRow("half a pair") << QByteArray("tls-cert = \"/x\"\n") << QByteArray("--tls-key");
}

/// R22.
void ServerStartTest::configuration() {
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, says);
    Folder folder;
    const auto file = folder / "polyclinic.toml";
    std::ofstream(file, std::ios::binary) << content.toStdString();
    for (const auto* command : {"serve", "check-config"}) {
        const auto ended = polyclinicd({command, "--config", file.string(), "--data-dir", (folder / "data").string()});
        QVERIFY2(ended.code == 78, (std::to_string(ended.code) + ": " + ended.text).c_str());
        QVERIFY2(ended.text.find(says.toStdString()) != std::string::npos, ended.text.c_str());
        QVERIFY(!fs::exists(folder / "data"));
    }
    // What the program prints of itself is in order.
    const auto defaults = polyclinicd({"check-config", "--print-defaults"});
    std::ofstream(file, std::ios::trunc) << defaults.text;
    const auto printed = polyclinicd({"check-config", "--config", file.string()});
    QVERIFY2(printed.code == 0, (printed.text + defaults.text).c_str());
    // So is a file by hand.
    std::ofstream(file, std::ios::trunc) << "# mine\nlisten = \"127.0.0.1:8123\" # here\nthreads = 2\n\n[serve]\ndemo = false\n";
    const auto good = polyclinicd({"check-config", "--config", file.string()});
    QVERIFY2(good.code == 0, good.text.c_str());
}

/// R23.
void ServerStartTest::newerSchema() {
    ServerProcess server;
    for (const auto* set : {"tenant", "directory"}) {
        const auto data = server.dataDirectory();
        sql(data, "INSERT INTO schema_version (set, number, name) VALUES ('" + std::string(set) + "', 9999, 'from the future')");
        // As an old schema would have it: the other set must not be brought up to date either.
        const auto other = std::string(set) == "tenant" ? "directory" : "tenant";
        const auto newest = sql(data, "SELECT max(number) FROM schema_version WHERE set = '" + std::string(other) + "'");
        sql(data, "DELETE FROM schema_version WHERE set = '" + std::string(other) + "' AND number = " + newest);
        QCOMPARE(server.terminate(), 0);
        const auto ended = serve(data);
        QVERIFY2(ended.code == 78, ended.text.c_str());
        QVERIFY2(ended.text.find("9999") != std::string::npos && ended.text.find("this program knows ") != std::string::npos,
                 ended.text.c_str());
        QVERIFY(ended.seconds < 5);
        QVERIFY(livingIn(data).empty());
        // With PostgreSQL alone: nothing was written.
        db::ClusterSettings settings;
        settings.dataDirectory = data / "postgres";
        db::ManagedPostgres postgres(settings);
        postgres.start({});
        QCOMPARE(sql(data, "SELECT count(*) FROM schema_version WHERE set = '" + std::string(other) + "' AND number = " + newest),
                 std::string("0"));
        sql(data, "INSERT INTO schema_version (set, number, name) VALUES ('" + std::string(other) + "', " + newest + ", 'back')");
        sql(data, "DELETE FROM schema_version WHERE number = 9999");
        postgres.stop();
        server.restart();
    }
}

/// R02 in the whole server, which has given up root by then.
void ServerStartTest::postgresIsKilled() {
    ServerProcess server;
    const auto clinic = makeClinic(server, "t-a", false);
    QCOMPARE(put(clinic, patient("p1")).status, 201);
    for (int i = 0; i < 2; ++i) {
        const auto postmaster = postmasterOf(server.dataDirectory());
        kill(postmaster, SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(postmasterOf(server.dataDirectory()) != postmaster && get(clinic, "Patient/p1").status == 200, 15'000);
    }
    QCOMPARE(server.terminate(), 0);
    QVERIFY(livingIn(server.dataDirectory()).empty());
}

/// R24: what cannot be mended is not tried for ever; the server goes on and says what is the matter.
void ServerStartTest::postgresFailsForGood() {
    ServerProcess server;
    const auto clinic = makeClinic(server, "t-a", false);
    const auto data = server.dataDirectory();
    std::ofstream(data / "postgres/postgresql.conf", std::ios::trunc) << "this is = = no setting\n";
    kill(postmasterOf(data), SIGKILL);
    auto database = nlohmann::json::object();
    const auto gaveUp = [&] {
        const auto about = operate(server, "GET", "/admin/api/Server").json;
        for (const auto& check : about.at("health"))
            if (check.at("id") == "database") database = check;
        return database.value("detail", "").find("is not started again") != std::string::npos;
    };
    QTRY_VERIFY_WITH_TIMEOUT(gaveUp(), 30'000);
    QVERIFY2(database.at("detail").get<std::string>().find("postgresql.conf") != std::string::npos, database.dump().c_str());
    const auto answer = get(clinic, "Patient/p1");
    QCOMPARE(answer.status, 503);
    QVERIFY(!answer.header("retry-after").empty());
    QCOMPARE(http("GET", server.base() + "/health/ready").status, 503);
    QCOMPARE(http("GET", server.base() + "/health/live").status, 200);
    const auto ticks = [&] {
        auto stat = contentsOf("/proc/" + std::to_string(server.pid()) + "/stat");
        std::istringstream fields(stat.substr(stat.rfind(')') + 2));
        std::string field;
        for (int i = 0; i < 11; ++i) fields >> field;
        long user = 0, system = 0;
        fields >> user >> system;
        return user + system;
    };
    const auto before = ticks();
    QTest::qWait(1'000);
    QVERIFY2(ticks() - before < 10, "less than a tenth of a core");
    QCOMPARE(server.terminate(), 0);
    server.restart();  // a start writes its settings anew
    QCOMPARE(get(clinic, "Patient/p1").status, 404);
}

/// R43: at any point of the first start, initdb and migrations included.
void ServerStartTest::killedWhileItIsMade() {
    for (int i = 0; i < rounds(5); ++i) {
        Folder folder;
        const auto data = folder / "data";
        const int delay = i < 5 ? 250 + i * 250 : std::rand() % 1'500;
        const pid_t pid = db::startProgram({{POLYCLINIC_BIN_DIR "/polyclinicd", "serve", "--data-dir", data.string(), "--listen",
                                             "127.0.0.1:0", "--operator-listen", "127.0.0.1:0"},
                                            folder / "out"},
                                           {"", 0, 0, {}, false});
        QTest::qWait(delay);
        kill(pid, SIGKILL);
        db::waitForProgram(pid);
        const auto ended = polyclinicd({"tenant", "create", "t-a", "--name", "A", "--data-dir", data.string()});
        QVERIFY2(ended.code == 0, ("after " + std::to_string(delay) + " ms: " + ended.text).c_str());
        QVERIFY(ended.seconds < 20);
        QVERIFY(livingIn(folder.path()).empty());
    }
}

/// With the secret alone, and once.
void ServerStartTest::firstOperator() {
    ServerProcess server;
    QVERIFY(!server.setupSecret().empty());
    const auto setUp = [&](const std::string& secret, const std::string& name) {
        return http("POST", server.operators() + "/admin/auth/setup", {{"Content-Type", "application/json"}},
                    nlohmann::json{{"secret", secret}, {"username", name}, {"password", "correct horse battery staple 42"}}.dump());
    };
    for (const auto& wrong : {std::string(), std::string("guess"), server.setupSecret() + "x"}) {
        const auto answer = setUp(wrong, "eve");
        QVERIFY2(answer.status >= 400 && answer.status < 500, answer.told().c_str());
    }
    std::atomic<int> made{0}, refused{0};
    atOnce(8, [&](int i) {
        const auto answer = setUp(server.setupSecret(), "operator" + std::to_string(i));
        ++(answer.status == 200 || answer.status == 201 ? made : refused);
    });
    QCOMPARE(made.load(), 1);
    QCOMPARE(refused.load(), 7);
    QVERIFY(setUp(server.setupSecret(), "late").status >= 400);
    const auto secret = server.setupSecret();
    server.restart();
    QVERIFY2(server.log().find("setup http") == std::string::npos, "no second secret");
    QVERIFY(setUp(secret, "later").status >= 400);
}

POLYCLINIC_TEST(ServerStartTest)
#include "server_start_test.moc"
