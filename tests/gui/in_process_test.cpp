// The window with the server in its own process, as the desktop program runs it: from nothing to a clinic, and what the
// server's log says of how the window signed in.

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "core/server.h"
#include "first_clinic.h"
#include "shell/workspace.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class InProcessTest : public QObject {
    Q_OBJECT
  private slots:
    void fromNothingToAClinic();
};

void InProcessTest::fromNothingToAClinic() {
    QTemporaryDir folder;
    QFile::setPermissions(folder.path(), QFile::permissions(folder.path()) | QFile::ExeOther | QFile::ReadOther);
    Settings settings;
    settings.dataDirectory = folder.filePath("data").toStdString();
    settings.listen = settings.operatorListen = "127.0.0.1:0";
    settings.logFile = folder.filePath("log").toStdString();
    settings.dropRoot = false;

    auto result = Server::start(settings, [](std::string_view) {});
    QVERIFY2(bool(result), result ? "" : result.fault().cause.c_str());
    const auto server = std::move(result.value());
    {
        ui::Console console;
        console.show();
        console.connectTo({QUrl(QString::fromStdString(server->operators())), QString::fromStdString(server->setupSecret()), false});
        QVERIFY(createFirstClinic(console, "In Process Clinic"));
    }
    server->stop();

    QFile file(folder.filePath("log"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto log = file.readAll();
    QVERIFY2(log.contains("operators' authorize, challenge S256, answered 303"), log);
    QVERIFY2(log.contains("operators' token by authorization_code, answered 200"), log);
    QVERIFY(!log.contains(operatorPassword));
    QVERIFY(!log.contains(server->setupSecret().c_str()));
}

POLYCLINIC_TEST(InProcessTest)
#include "in_process_test.moc"
