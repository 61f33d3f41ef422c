#include "desktop/sleep_block.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

namespace polyclinic::ui {
namespace {

constexpr auto sleepConnection = "polyclinic-sleep";

}  // namespace

void SleepBlock::hold(bool wanted, const QString& why) {
    if (wanted == wanted_) return;
    wanted_ = wanted;
    lock_ = {};
    if (!wanted) return;
    QDBusConnection::disconnectFromBus(sleepConnection);  // of an earlier try
    const QDBusConnection bus = QDBusConnection::connectToBus(QDBusConnection::SystemBus, sleepConnection);
    QDBusMessage call =
        QDBusMessage::createMethodCall("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "Inhibit");
    call.setArguments({"sleep", "Polyclinic", why, "block"});
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QDBusUnixFileDescriptor> reply = *watcher;
        if (wanted_ && !reply.isError()) lock_ = reply.value();
    });
}

}  // namespace polyclinic::ui
