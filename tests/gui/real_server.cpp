#include "real_server.h"

#include <QFile>

#include "core/server.h"

#include <sys/prctl.h>
#include <csignal>
#include <stdexcept>

namespace polyclinic::test {
namespace {

constexpr int startMs = 120'000, stopMs = 20'000;

}  // namespace

RealServer::RealServer(Where where) : folder_(qEnvironmentVariable("POLYCLINIC_TEST_FOLDER", "/tmp") + "/polyclinic-gui-XXXXXX") {
    // Started as root, the server becomes another account, or its PostgreSQL does, which has to pass this folder.
    QFile::setPermissions(folder_.path(), QFile::Permissions(0x7711));
    where == Where::inThisProcess ? startHere() : startThere("127.0.0.1:0", "127.0.0.1:0");
    if (setupSecret.isEmpty()) throw std::runtime_error("the server has an operator already");
}

void RealServer::startHere() {
    Settings settings;
    settings.dataDirectory = folder_.filePath("data").toStdString();
    settings.listen = settings.operatorListen = "127.0.0.1:0";
    settings.logFile = folder_.filePath("log").toStdString();
    settings.dropRoot = false;
    auto result = Server::start(settings, [](std::string_view) {});
    if (!result) throw std::runtime_error("the server did not start: " + result.fault().cause);
    server_ = std::move(result.value());
    operators = QUrl(QString::fromStdString(server_->operators()));
    clinics = QUrl(QString::fromStdString(server_->base()));
    setupSecret = QString::fromStdString(server_->setupSecret());
}

void RealServer::startAgain() {
    const QString listen = clinics.authority(), operatorListen = operators.authority();
    startThere(listen, operatorListen);
}

void RealServer::startThere(const QString& listen, const QString& operatorListen) {
    operators.clear();
    clinics.clear();
    // A test that crashes leaves no server behind (but as root: a change of account clears this wish).
    process_.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGTERM); });
    process_.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process_.start(POLYCLINIC_BIN_DIR "/polyclinicd",
                   {"serve", "--data-dir", folder_.filePath("data"), "--listen", listen, "--operator-listen", operatorListen});
    QByteArray said;
    while (!clinics.isValid() && process_.waitForReadyRead(startMs)) {
        while (process_.canReadLine()) {
            const QByteArray line = process_.readLine();
            said += line;
            const QString rest = QString::fromUtf8(line.mid(line.indexOf(' ') + 1)).trimmed();
            if (line.startsWith("operators ")) operators = QUrl(rest);
            if (line.startsWith("setup ")) setupSecret = rest.section('#', 1);
            if (line.startsWith("ready ")) clinics = QUrl(rest);
        }
    }
    if (!clinics.isValid() || !operators.isValid()) {
        throw std::runtime_error("polyclinicd did not start: " + said.toStdString() + process_.errorString().toStdString());
    }
}

RealServer::~RealServer() { stop(); }

void RealServer::stop() {
    if (server_) server_->stop();
    if (process_.state() == QProcess::NotRunning) return;
    process_.terminate();
    if (!process_.waitForFinished(stopMs)) process_.kill();
    process_.waitForFinished(stopMs);
}

QByteArray RealServer::log() const {
    QFile file(folder_.filePath("log"));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace polyclinic::test
