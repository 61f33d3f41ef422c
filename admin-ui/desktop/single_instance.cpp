#include "desktop/single_instance.h"

#include <QCryptographicHash>
#include <QDir>
#include <QLocalSocket>
#include <QStandardPaths>

namespace polyclinic::ui {
namespace {

constexpr int callMs = 2000;

}  // namespace

SingleInstance::SingleInstance(const QString& what, QObject* parent) : QObject(parent) {
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);  // 0700 and ours, or empty
    if (folder.isEmpty()) return;
    const QByteArray hash = QCryptographicHash::hash(what.toUtf8(), QCryptographicHash::Sha256).toHex().left(16);
    const QString path = folder + "/polyclinic-" + QString::fromLatin1(hash);
    lock_ = std::make_unique<QLockFile>(path + ".lock");
    lock_->setStaleLockTime(0);  // however long it lives; QLockFile sees when its process has gone
    if (lock_->tryLock(0)) listen(path);
    if (lock_->error() != QLockFile::LockFailedError) return;
    first_ = false;
    QLocalSocket call;
    call.connectToServer(path);
    if (call.waitForConnected(callMs)) call.waitForReadyRead(callMs);
}

void SingleInstance::listen(const QString& path) {
    QLocalServer::removeServer(path);  // of one that crashed: the lock is ours
    calls_.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&calls_, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket* call = calls_.nextPendingConnection()) {
            connect(call, &QLocalSocket::disconnected, call, &QObject::deleteLater);
            call->write("here\n");
            call->disconnectFromServer();
            emit calledForward();
        }
    });
    calls_.listen(path);
}

}  // namespace polyclinic::ui
