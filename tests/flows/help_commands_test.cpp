// Every command in README and in the help is run as it stands there, page after page, by an ordinary account with a folder of
// its own; or it is listed here with the reason why a test cannot.

#include <arpa/inet.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "help_blocks.h"
#include "test_case.h"

using namespace polyclinic::test;

class HelpCommands : public QObject {
    Q_OBJECT
  private slots:
    void everyBlockIsRunOrListed();
    void linksLeadToPages();
    void work_data();
    void work();
    void cleanupTestCase();

  private:
    QString folderFor(const QString& page);
    QString asOfToday(QString text) const;

    std::unique_ptr<QTemporaryDir> readme_, help_;
    QMap<int, int> ports_;
};

namespace {

/// What no test may or can do here, and where it is proven instead.
const QMap<QString, QString> commandsNotRun{
    {"apt", "changes the packages of the computer; tests/installer unpacks them and asks apt whether they can be installed"},
    {"systemd", "needs the service to be installed; tests/installer looks at its unit and scripts"},
    {"window", "opens a window; tests/gui attaches one to a running server"},
    {"dev", "fetches, builds and kindsThatRun the tests, of which this is one"},
    {"npm", "fetches from the network; tests/browser kindsThatRun the page's app with the same library"},
    {"clone", "begins with the address that the reader's copy came from"},
};

/// What the commands of a page say when they do what the page promises.
const QMap<QString, QStringList> promisedOnPage{
    {"README",
     {"Operator you@clinic.example can sign in.", "oak-street  Oak Street Clinic  active, shared", "created  Patient  1",
      "\"family\":\"Gomez\"", "ok  ", "backup/polyclinic.dump is whole"}},
    {"install", {"0.1.0"}},
    {"first-clinic",
     {"Operator you@clinic.example can sign in.", "oak-street  Oak Street Clinic  active, shared",
      "elm-road  Elm Road Clinic  active, dedicated"}},
    {"import",
     {"created  Patient  1", "created  Observation  1", "unchanged  2", "client_secret", "\"family\":\"Gomez\"", "\"id\":\"asthma\""}},
    {"patients", {"Code  ", "/tenant/oak-street/patient/portal/activate#"}},
    {"apps", {"client_id"}},
    {"server", {"ready", "The configuration is in order.", "\"oak-street\""}},
    {"service", {"harbour  Harbour Clinic"}},
    {"network", {"reach        this-computer", "six words", "https://clinic.example"}},
    {"servers",
     {"The roles and the database polyclinic are ready", "The clinic elm-road has the database polyclinic_t_elm_road",
      "shared-clinic  Shared Clinic", "elm-road  Elm Road Clinic  active, dedicated"}},
    {"backup",
     {"backup/polyclinic.dump is whole", "backup/polyclinic_t101.dump is whole", "unchanged  2", "oak-street  Oak Street Clinic",
      "elm-road  Elm Road Clinic"}},
    {"move", {"oak-street  Oak Street Clinic"}},
    {"password",
     {"Operator you@clinic.example signs in with the new password", "Operator jo@clinic.example can sign in.",
      "you@clinic.example  last sign-in ", "Operator jo@clinic.example is removed."}},
};

int portForHelp() {
    const int taken = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    const bool bound =
        bind(taken, reinterpret_cast<sockaddr*>(&at), size) == 0 && getsockname(taken, reinterpret_cast<sockaddr*>(&at), &size) == 0;
    close(taken);
    return bound ? ntohs(at.sin_port) : 0;
}

QString kindOfBlock(const CommandBlock& block) { return block.words.mid(1).join(' '); }

const QStringList kindsThatRun{"", "serve", "serve also", "background", "stopped"};

bool isRunHere(const CommandBlock& block) { return block.words.first() == "sh" && kindsThatRun.contains(kindOfBlock(block)); }

void writeHelpFile(const QString& path, const QString& text, bool program = false) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) throw std::runtime_error(qPrintable(path));
    file.write(text.toUtf8());
    file.setPermissions(program ? QFileDevice::Permissions(0x7755) : QFileDevice::Permissions(0x6644));
}

}  // namespace

void HelpCommands::everyBlockIsRunOrListed() {
    QSet<QString> used;
    int counted = 0;
    for (const auto& page : QStringList{"README"} + QDir(POLYCLINIC_SOURCE_DIR "/resources/help", "*.md").entryList()) {
        for (const auto& block : blocksOf(textOf(pathOfPage(QString(page).remove(".md"))))) {
            const auto where = page + ':' + QString::number(block.line);
            QVERIFY2(!block.words.isEmpty(), qPrintable(where + " does not say what it is"));
            if (block.words.first() == "text") continue;
            QVERIFY2(block.words.first() == "sh", qPrintable(where));
            QVERIFY2(kindsThatRun.contains(kindOfBlock(block)) || commandsNotRun.contains(kindOfBlock(block)),
                     qPrintable(where + " is neither run nor listed"));
            used.insert(kindOfBlock(block));
            ++counted;
        }
    }
    QVERIFY(counted > 40);
    for (const auto& name : commandsNotRun.keys()) QVERIFY2(used.contains(name), qPrintable(name + " is listed, and nothing has it"));
    // A mark that nobody knows does not pass.
    QVERIFY(!commandsNotRun.contains(kindOfBlock(blocksOf("```sh later\nx\n```\n").first())));
}

void HelpCommands::linksLeadToPages() {
    const auto pages = pagesOfHelp();
    QStringList files;
    for (const auto& file : QDir(POLYCLINIC_SOURCE_DIR "/resources/help", "*.md").entryList()) files.append(QString(file).remove(".md"));
    for (const auto& page : files) {
        QVERIFY2(page == "index" || pages.contains(page), qPrintable(page + " is not in the table of contents"));
        auto links = QRegularExpression("\\]\\(([^)]+)\\)").globalMatch(textOf(pathOfPage(page)));
        while (links.hasNext()) {
            const auto target = links.next().captured(1);
            QVERIFY2(QFile::exists(POLYCLINIC_SOURCE_DIR "/resources/help/" + target), qPrintable(page + " -> " + target));
        }
    }
}

/// The pages of the help go on where the one before them ended; README begins anew.
QString HelpCommands::folderFor(const QString& page) {
    auto& folder = page == "README" ? readme_ : help_;
    if (folder) return folder->path();
    folder = std::make_unique<QTemporaryDir>("/tmp/polyclinic-help-XXXXXX");
    const QDir home(folder->path());
    home.mkpath("bin");
    home.mkpath("build/release");
    QFile::link(POLYCLINIC_BIN_DIR, home.filePath("build/release/bin"));
    // The program asks nobody: whoever kindsThatRun it here owns everything that it touches.
    writeHelpFile(home.filePath("bin/sudo"), "#!/bin/sh\n[ \"$1\" != -u ] || shift 2\nexec \"$@\"\n", true);
    if (const auto* account = geteuid() == 0 ? getpwnam("postgres") : nullptr)
        for (const auto& path : {folder->path(), home.filePath("bin"), home.filePath("build"), home.filePath("build/release")})
            if (chown(qPrintable(path), account->pw_uid, account->pw_gid) != 0) throw std::runtime_error("chown");
    return folder->path();
}

/// Ports are others here, since those of the text may be taken.
QString HelpCommands::asOfToday(QString text) const {
    for (const int port : ports_.keys())
        text.replace(QRegularExpression("\\b" + QString::number(port) + "\\b"), QString::number(ports_[port]));
    return text.replace("@db.example/", "@127.0.0.1:" + QString::number(ports_[5432]) + '/');
}

void HelpCommands::work_data() {
    QTest::addColumn<QString>("page");
    for (const auto& page : QStringList{"README"} + pagesOfHelp())
        for (const auto& block : blocksOf(textOf(pathOfPage(page))))
            if (isRunHere(block)) {
                QTest::newRow(qPrintable(page)) << page;
                break;
            }
    for (const int port : {5432, 8000, 8080, 8081, 8090, 8091, 8443, 9000}) ports_[port] = portForHelp();
}

void HelpCommands::work() {
    QFETCH(QString, page);
    const QDir home(folderFor(page));
    auto script = textOf(POLYCLINIC_SOURCE_DIR "/tests/flows/help_prelude.sh");
    if (page == "servers") script += "other_postgres " + QString::number(ports_[5432]) + '\n';
    int number = 0;
    for (const auto& block : blocksOf(textOf(pathOfPage(page)))) {
        if (!isRunHere(block)) continue;
        const auto file = home.filePath("." + page + '-' + QString::number(++number));
        writeHelpFile(file, asOfToday(block.text));
        const auto kind = kindOfBlock(block);
        script += "echo '@@ line " + QString::number(block.line) + "'\n";
        if (kind == "serve" || kind == "stopped") script += "stop_servers\n";
        if (kind.startsWith("serve"))
            script += "serve " + file + '\n';
        else if (kind == "background")
            script += "background " + file + '\n';
        else
            script += ". " + file + " <\"$HOME/.answers\"\n";
    }
    if (page == "apps")
        script += QString("curl -sf http://127.0.0.1:%1/ | grep -q 'clientId: \"[0-9a-zA-Z_-]\\{8,\\}\"'\n").arg(ports_[9000]);
    // What came back is what was brought in: each record, word for word.
    if (page == "backup")
        script +=
            "polyclinicd --data-dir restored import --tenant oak-street export\n"
            "polyclinicd --data-dir restored import --tenant elm-road export\n";
    if (page == "README") script += "stop_servers\n";  // the ports are the help's now
    writeHelpFile(home.filePath(".script"), script);

    QProcess process;
    auto environment = QProcessEnvironment();
    environment.insert("HOME", home.path());
    environment.insert("PATH", home.filePath("bin") + ":" POLYCLINIC_BIN_DIR ":/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
    environment.insert("LANG", "C.UTF-8");
    environment.insert("POLYCLINIC_LISTEN", "127.0.0.1:" + QString::number(ports_[8080]));
    environment.insert("POLYCLINIC_OPERATOR_LISTEN", "127.0.0.1:" + QString::number(ports_[8081]));
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    QStringList words{"bash", home.filePath(".script")};
    if (geteuid() == 0) words = QStringList{"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"} + words;
    process.start(words.takeFirst(), words);
    const bool ended = process.waitForFinished(180'000);
    const auto said = QString::fromUtf8(process.readAll());
    QVERIFY2(ended && process.exitCode() == 0, qPrintable(said));
    QVERIFY2(promisedOnPage.contains(page), qPrintable("nothing is expected of " + page));
    for (const auto& words : promisedOnPage[page]) QVERIFY2(said.contains(words), qPrintable("\"" + words + "\" is missing in:\n" + said));
}

/// Servers that the last pages left running.
void HelpCommands::cleanupTestCase() {
    for (const auto* folder : {readme_.get(), help_.get()}) {
        if (!folder) continue;
        writeHelpFile(
            QDir(folder->path()).filePath(".end"),
            textOf(POLYCLINIC_SOURCE_DIR "/tests/flows/help_prelude.sh").section("# Somebody who reads", 0, 0) + "stop_servers\n");
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert("HOME", folder->path());
        QProcess process;
        process.setProcessEnvironment(environment);
        process.start("bash", {QDir(folder->path()).filePath(".end")});
        QVERIFY(process.waitForFinished(30'000));
        QCOMPARE(process.exitCode(), 0);
    }
}

POLYCLINIC_TEST(HelpCommands)
#include "help_commands_test.moc"
