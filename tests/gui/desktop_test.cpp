// How the program behaves on a desktop: one window for one server, and a start with the desktop.

#include <QDirIterator>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "core/server.h"
#include "desktop/autostart.h"
#include "desktop/single_instance.h"
#include "drive.h"
#include "settings/settings_page.h"
#include "test_case.h"

using namespace polyclinic::test;
using namespace polyclinic::ui;

class DesktopTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void aSecondStartBringsTheFirstForward();
    void whatACrashLeftStopsNobody();
    void startsWithTheDesktop();
    void argumentsSurviveTheDesktopFile();
    void theSessionsEndAsksNothing();
    void helpNeedsNoDisplay();

  private:
    static constexpr auto program = POLYCLINIC_BIN_DIR "/polyclinic";
    /// Two addresses where nothing answers: a window needs no server to be one.
    const QString here_ = "http://127.0.0.1:1", there_ = "http://127.0.0.1:2";
    QTemporaryDir runtime_;
};

void DesktopTest::initTestCase() {
    QVERIFY(QFile::exists(program));
    qputenv("XDG_RUNTIME_DIR", runtime_.path().toUtf8());
}

void DesktopTest::aSecondStartBringsTheFirstForward() {
    SingleInstance first(here_);
    QVERIFY(first.first());
    QSignalSpy called(&first, &SingleInstance::calledForward);
    QProcess second;
    second.start(program, {"--attach", here_});
    QTRY_COMPARE_WITH_TIMEOUT(second.state(), QProcess::NotRunning, patience);
    QCOMPARE(second.exitCode(), 2);
    QVERIFY(second.readAllStandardError().contains("open already"));
    QCOMPARE(called.count(), 1);
    QProcess another;
    another.start(program, {"--attach", there_});
    // Another server's window is another window: it stands beside the first, as their sockets do.
    QTRY_COMPARE_WITH_TIMEOUT(QDir(runtime_.path()).entryList({"polyclinic-*"}, QDir::System).size(), 2, patience);
    QVERIFY(!another.waitForFinished(1500));
    another.terminate();
    QVERIFY(another.waitForFinished(patience));
    QCOMPARE(another.exitCode(), 0);
}

void DesktopTest::whatACrashLeftStopsNobody() {
    QProcess crashing;
    crashing.start(program, {"--attach", here_});
    QTRY_VERIFY_WITH_TIMEOUT(!QDir(runtime_.path()).entryList({"polyclinic-*"}, QDir::System).isEmpty(), patience);
    crashing.kill();
    QVERIFY(crashing.waitForFinished(patience));
    SingleInstance next(here_);
    QVERIFY(next.first());
    QSignalSpy called(&next, &SingleInstance::calledForward);
    QProcess second;
    second.start(program, {"--attach", here_});
    QTRY_COMPARE_WITH_TIMEOUT(called.count(), 1, patience);
    QTRY_COMPARE_WITH_TIMEOUT(second.state(), QProcess::NotRunning, patience);
    QCOMPARE(second.exitCode(), 2);
}

void DesktopTest::startsWithTheDesktop() {
    SettingsPage page;
    page.show();
    const QString file = qEnvironmentVariable("XDG_CONFIG_HOME") + "/autostart/polyclinic.desktop";
    QVERIFY(!QFile::exists(file) && !autostart::isOn());
    QVERIFY(press(&page, "Start Polyclinic when I sign in to this computer"));
    QVERIFY(autostart::isOn());
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    const QByteArray text = written.readAll();
    QVERIFY2(text.contains("\nExec=\"" + QCoreApplication::applicationFilePath().toUtf8() + '"') && text.contains(" --minimized\n"), text);
    QProcess judge;
    judge.start("desktop-file-validate", {file});
    if (!judge.waitForStarted()) QSKIP("desktop-file-validate is not installed: the file was not judged");
    QVERIFY(judge.waitForFinished());
    QVERIFY2(judge.exitCode() == 0, judge.readAllStandardOutput());
    QVERIFY(press(&page, "Start Polyclinic when I sign in to this computer"));
    QVERIFY(!QFile::exists(file));
}

void DesktopTest::argumentsSurviveTheDesktopFile() {
    const QString text = autostart::entry("/opt/my clinic/polyclinic", {"--data-dir", R"(/srv/a"b$c`d\e 100%)"});
    QVERIFY2(text.contains(R"(Exec="/opt/my clinic/polyclinic" "--data-dir" "/srv/a\\"b\\$c\\`d\\\\e 100%%" --minimized)"),
             qPrintable(text));
}

/// The window that runs the server asks before it stops it; nobody is there to answer when the session ends.
void DesktopTest::theSessionsEndAsksNothing() {
    QTemporaryDir folder(qEnvironmentVariable("POLYCLINIC_TEST_FOLDER", "/tmp") + "/polyclinic-gui-XXXXXX");
    QVERIFY(QFile::setPermissions(folder.path(), QFile::Permissions(0x7711)));  // its PostgreSQL may be another account's
    const QString data = folder.filePath("data");
    QProcess window;
    window.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    window.start(program, {"--data-dir", data, "--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0", "--no-tray"});
    const auto runs = [&] { return !polyclinic::findRunning(data.toStdString()).operators.empty(); };
    QTRY_VERIFY_WITH_TIMEOUT(runs(), 6 * patience);
    QTest::qWait(500);  // the window has heard of it too
    window.terminate();
    QTRY_COMPARE_WITH_TIMEOUT(window.state(), QProcess::NotRunning, 3 * patience);
    QCOMPARE(window.exitStatus(), QProcess::NormalExit);
    QCOMPARE(window.exitCode(), 0);
    QVERIFY(!runs());
    QDirIterator left(data, {"postmaster.pid"}, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    QVERIFY(!left.hasNext());
}

void DesktopTest::helpNeedsNoDisplay() {
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM"}) environment.remove(name);
    const auto run = [&](const QStringList& arguments, QProcess& process) {
        process.setProcessEnvironment(environment);
        process.start(program, arguments);
        return process.waitForFinished(patience) && process.exitStatus() == QProcess::NormalExit;
    };
    for (const char* words : {"--help", "--version"}) {
        QProcess asked;
        QVERIFY2(run({words}, asked), words);
        QCOMPARE(asked.exitCode(), 0);
        QVERIFY(asked.readAllStandardOutput().contains(QByteArray(words) == "--help" ? "--data-dir" : "."));
    }
    QProcess without;
    QVERIFY(run({"--attach", here_}, without));
    QCOMPARE(without.exitCode(), 1);
    QVERIFY(without.readAllStandardError().contains("polyclinicd is the server without one"));
}

POLYCLINIC_TEST(DesktopTest)
#include "desktop_test.moc"
