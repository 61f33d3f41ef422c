// The command line as scripts use it: exit codes, --json, the configuration file and the environment.

#include <QProcess>
#include <QRegularExpression>
#include <QTest>

#include "flow.h"
#include "test_case.h"

using namespace polyclinic;

class CommandLineTest : public QObject {
    Q_OBJECT
  private slots:
    void makesAndShowsTenants();
    void keepsTheListOfOperators();
    void importsWithExitCodes();
    void invitesPeopleAndRegistersApps();
    void wrongWordsAreNamed_data();
    void wrongWordsAreNamed();
    void configurationIsStrict();
    void whatTheDemoNamesAnswers();
};

namespace {

struct Ran {
    int code = -1;
    QByteArray out, err;
};

Ran run(QStringList words, const QStringList& environment = {}) {
    QProcess process;
    process.setEnvironment(QProcess::systemEnvironment() + environment);
    process.start(POLYCLINIC_BIN_DIR "/polyclinicd", words);
    if (!process.waitForFinished(30'000)) throw std::runtime_error("polyclinicd does not end");
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

Ran onServer(QStringList words) { return run(words << "--data-dir" << QString::fromStdString(test::server().dataDirectory().string())); }

}  // namespace

void CommandLineTest::makesAndShowsTenants() {
    const auto made = onServer({"tenant", "create", "by-hand", "--name", "By hand", "--json"});
    QVERIFY2(made.code == 0, made.err.constData());
    QVERIFY(nlohmann::json::parse(made.out.toStdString()).at("id") == "by-hand");
    QCOMPARE(onServer({"tenant", "create", "by-hand", "--name", "By hand"}).code, 1);
    const auto shown = onServer({"tenant", "show", "by-hand"});
    QCOMPARE(shown.code, 0);
    QVERIFY(shown.out.contains("By hand") && shown.out.contains("/tenant/by-hand/fhir-api"));
    for (const char* none : {"nobody", "no such clinic", "../Operator", "by-hand?x"}) QCOMPARE(onServer({"tenant", "show", none}).code, 1);
    QVERIFY(onServer({"tenant", "list", "--json"}).out.contains("\"by-hand\""));
    // A gateway may ask about tokens of others; an app of patients never.
    const auto gateway = onServer({"client", "add", "--tenant", "by-hand", "--name", "Gateway", "--kind", "backend-service", "--scopes",
                                   "system/*.rs", "--introspect", "--json"});
    QVERIFY2(gateway.code == 0, gateway.err.constData());
    QVERIFY(nlohmann::json::parse(gateway.out.toStdString()).at("introspect") == true);
    QCOMPARE(onServer({"client", "add", "--tenant", "by-hand", "--name", "App", "--redirect-uri", "http://127.0.0.1:9000/", "--scopes",
                       "patient/*.rs", "--introspect"})
                 .code,
             1);
    // The folder may come from the environment too.
    QCOMPARE(
        run({"tenant", "show", "by-hand"}, {"POLYCLINIC_DATA_DIR=" + QString::fromStdString(test::server().dataDirectory().string())}).code,
        0);
    const auto client = onServer({"operator", "add-client", "--name", "script"});
    QCOMPARE(client.code, 0);
    QVERIFY(nlohmann::json::parse(client.out.toStdString()).contains("client_secret"));
}

void CommandLineTest::keepsTheListOfOperators() {
    const auto folder = test::scratch(test::server(), "operators");
    const auto secret = [&](const char* name, const char* password) {
        test::writeFile(folder / name, std::string(password) + "\n");
        return QString::fromStdString((folder / name).string());
    };
    const auto signIn = [](const char* password) {
        return test::http("POST", test::server().operators() + "/admin/auth/sign-in", {{"Content-Type", "application/json"}},
                          nlohmann::json{{"username", "rosa@clinic.example"}, {"password", password}}.dump())
            .status;
    };
    const auto first = secret("first", "violet-harbor-mitten-92"), second = secret("second", "copper-meadow-window-17");
    for (const char* name : {"rosa@clinic.example", "sam@clinic.example"})
        QCOMPARE(onServer({"operator", "add", "--email", name, "--operator-password-file", first}).code, 0);
    QVERIFY(onServer({"operator", "list"}).out.contains("rosa@clinic.example  last sign-in never\n"));
    QCOMPARE(signIn("violet-harbor-mitten-92"), 200);
    const auto set = onServer({"operator", "set-password", "--email", "Rosa@clinic.example", "--operator-password-file", second});
    QVERIFY2(set.code == 0, set.err.constData());
    QCOMPARE(signIn("violet-harbor-mitten-92"), 401);
    QCOMPARE(signIn("copper-meadow-window-17"), 200);
    QCOMPARE(onServer({"operator", "remove", "--email", "rosa@clinic.example"}).code, 0);
    QCOMPARE(signIn("copper-meadow-window-17"), 401);
    const auto unknown = onServer({"operator", "remove", "--email", "rosa@clinic.example"});
    QCOMPARE(unknown.code, 1);
    QVERIFY(unknown.err.contains("There is no operator called rosa@clinic.example."));

    const auto program = nlohmann::json::parse(onServer({"operator", "add-client", "--name", "roster script"}).out.toStdString());
    const auto id = QString::fromStdString(program.at("client_id"));
    auto list = nlohmann::json::parse(onServer({"operator", "list", "--json"}).out.toStdString());
    int people = 0, programs = 0;
    for (const auto& each : list.at("operators")) people += each.at("username") == "sam@clinic.example";
    for (const auto& each : list.at("programs")) programs += each.at("id") == program.at("client_id") && each.at("name") == "roster script";
    QVERIFY(people == 1 && programs == 1);
    QCOMPARE(onServer({"operator", "remove-client", id}).code, 0);
    QVERIFY(!onServer({"operator", "list"}).out.contains(id.toUtf8()));
    for (const char* odd : {"roster script", "%2e%2e", "pos_?"}) {
        const auto refused = onServer({"operator", "remove-client", odd});
        QVERIFY2(refused.code == 1 && refused.err.contains("There is no"), refused.err.constData());
    }
    QCOMPARE(onServer({"operator", "remove-client", id}).code, 1);
}

void CommandLineTest::importsWithExitCodes() {
    QVERIFY(onServer({"tenant", "create", "by-import", "--name", "I"}).code == 0);
    const auto folder = test::scratch(test::server(), "command-line");
    test::writeFile(folder / "good.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n");
    test::writeFile(folder / "bad.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"b\",\"gender\":\"?\"}\n");
    const auto path = [&](const char* name) { return QString::fromStdString((folder / name).string()); };
    const auto good = onServer({"import", "--tenant", "by-import", path("good.ndjson")});
    QVERIFY2(good.code == 0, (QByteArray::number(good.code) + good.err + good.out).constData());
    QVERIFY(good.out.contains("created  Patient  1"));
    const auto bad = onServer({"import", "--tenant", "by-import", path("bad.ndjson")});
    QCOMPARE(bad.code, 1);
    QVERIFY2(bad.err.contains("bad.ndjson:1: error: Patient.gender"), bad.err.constData());
    const auto lenient = onServer({"import", "--tenant", "by-import", "--lenient", "--json", path("bad.ndjson")});
    QCOMPARE(lenient.code, 0);
    QVERIFY(nlohmann::json::parse(lenient.out.toStdString()).at("result").at("created").at("Patient") == 1);
    QCOMPARE(onServer({"import", "--tenant", "by-import", path("nobody.ndjson")}).code, 64);
    QCOMPARE(onServer({"import", "--tenant", "nobody", path("good.ndjson")}).code, 1);
}

void CommandLineTest::invitesPeopleAndRegistersApps() {
    QVERIFY(onServer({"tenant", "create", "by-invite", "--name", "V"}).code == 0);
    const auto folder = test::scratch(test::server(), "invite");
    test::writeFile(folder / "p.ndjson", R"({"resourceType":"Patient","id":"dated","birthDate":"1980-05-03"})"
                                         "\n"
                                         R"({"resourceType":"Patient","id":"undated"})"
                                         "\n");
    QVERIFY(onServer({"import", "--tenant", "by-invite", QString::fromStdString((folder / "p.ndjson").string())}).code == 0);
    const auto slip = onServer({"account", "invite", "--tenant", "by-invite", "--patient", "dated", "--username", "maria"});
    QVERIFY2(slip.code == 0, slip.err.constData());
    QVERIFY(slip.out.contains("User name  maria\n") && slip.out.contains("/tenant/by-invite/patient/portal/activate#"));
    const auto refused = onServer({"account", "invite", "--tenant", "by-invite", "--patient", "undated"});
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.err.contains("Account.birthDate"), refused.err.constData());
    const auto json =
        onServer({"account", "invite", "--tenant", "by-invite", "--patient", "undated", "--birth-date", "1999-12-31", "--json"});
    QVERIFY2(json.code == 0, json.err.constData());
    QVERIFY(nlohmann::json::parse(json.out.toStdString()).at("activation").contains("code"));
    const QStringList app{"client", "add", "--tenant", "by-invite", "--name", "Diary", "--scopes", "openid patient/*.rs", "--redirect-uri"};
    const auto made = onServer(app + QStringList{"https://app.example.org/cb", "--confidential"});
    QVERIFY2(made.code == 0 && made.out.contains("client_secret  pcs_"), made.err.constData());
    const auto wrong = onServer(app + QStringList{"http://app.example.org/cb"});
    QVERIFY2(wrong.code == 1 && wrong.err.contains("Client.redirectUris[0]"), wrong.err.constData());
}

void CommandLineTest::wrongWordsAreNamed_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("says");
    QTest::newRow("nothing") << QStringList{} << 64 << "";
    QTest::newRow("near option") << QStringList{"serve", "--lissten", "x"} << 64 << "Did you mean --listen?";
    QTest::newRow("no such command") << QStringList{"servee"} << 64 << "";
    QTest::newRow("log level") << QStringList{"serve", "--log-level", "loud"} << 64 << "";
    QTest::newRow("version") << QStringList{"--version"} << 0 << "";
    QTest::newRow("defaults") << QStringList{"check-config", "--print-defaults"} << 0 << "";
}

void CommandLineTest::wrongWordsAreNamed() {
    QFETCH(QStringList, words);
    QFETCH(int, code);
    QFETCH(QString, says);
    const auto ran = run(words);
    QVERIFY2(ran.code == code, (QByteArray::number(ran.code) + ran.err).constData());
    QVERIFY2(ran.err.contains(says.toUtf8()), ran.err.constData());
}

void CommandLineTest::configurationIsStrict() {
    const auto folder = test::scratch(test::server(), "configuration");
    const auto file = QString::fromStdString((folder / "c.toml").string());
    test::writeFile(folder / "c.toml", "listen = \"127.0.0.1:9\"\n");
    QCOMPARE(run({"--config", file, "check-config"}).code, 0);
    test::writeFile(folder / "c.toml", "lissten = \"127.0.0.1:9\"\n");
    const auto wrong = run({"--config", file, "check-config"});
    QVERIFY2(wrong.code == 78, (QByteArray::number(wrong.code) + wrong.out + wrong.err).constData());
    QVERIFY2(wrong.err.contains("lissten"), wrong.err.constData());
    QCOMPARE(run({"--config", file + ".none", "check-config"}).code, 78);
}

/// Every address that a person is shown at the first start, and the same with a slash where it is a page.
void CommandLineTest::whatTheDemoNamesAnswers() {
    test::ServerProcess server({"--demo"});
    const auto log = QString::fromStdString(server.log());
    const auto open = [](const QString& url) {
        auto answer = test::http("GET", url.toStdString());
        for (int i = 0; i < 3 && answer.status == 303; ++i) {
            const auto to = QUrl(url).resolved(QUrl(QString::fromStdString(answer.header("location"))));
            answer = test::http("GET", to.toString().toStdString());
        }
        return answer;
    };
    int named = 0;
    for (auto found = QRegularExpression("^  .*   (http://\\S+)$", QRegularExpression::MultilineOption).globalMatch(log); found.hasNext();
         ++named) {
        const auto url = found.next().captured(1);
        const auto answer = open(url);
        QVERIFY2(answer.status == 200, qPrintable(url + ": " + QString::number(answer.status)));
    }
    QCOMPARE(named, 6);
    for (const char* page : {"/tenant/demo/patient/portal", "/tenant/demo/patient/portal/help", "/help"}) {
        const auto url = QString::fromStdString(server.base()) + page;
        QCOMPARE(test::http("GET", (url + "/?lang=es").toStdString()).header("location"), std::string(page) + "?lang=es");
        QCOMPARE(open(url + '/').status, 200);
    }
    QCOMPARE(test::http("GET", server.base() + "//tenant/demo/patient/portal/").status, 404);
    QCOMPARE(test::http("POST", server.base() + "/tenant/demo/patient/portal/help/").status, 404);
}

POLYCLINIC_TEST(CommandLineTest)
#include "command_line_test.moc"
