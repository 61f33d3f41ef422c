#include "login_manager.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <QDBusConnection>

namespace polyclinic::test {
namespace {

constexpr auto managersConnection = "tests-login-manager";
constexpr int busStartMs = 10'000;

}  // namespace

LoginManager::LoginManager() {
    const QString address = qEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS");
    bus_.start("dbus-daemon", {"--session", "--nofork", "--print-address", "--address=" + address});
    if (!bus_.waitForReadyRead(busStartMs)) return;
    QDBusConnection bus = QDBusConnection::connectToBus(address, managersConnection);
    ok_ = bus.registerObject("/org/freedesktop/login1", this, QDBusConnection::ExportAllSlots) &&
          bus.registerService("org.freedesktop.login1");
}

LoginManager::~LoginManager() {
    QDBusConnection::disconnectFromBus(managersConnection);
    bus_.terminate();  // which takes its socket away
    bus_.waitForFinished();
    if (end_ >= 0) ::close(end_);
}

bool LoginManager::held() const {
    if (end_ < 0) return false;
    pollfd look{end_, POLLIN, 0};
    return ::poll(&look, 1, 0) == 0;  // the other end is open: neither bytes nor an end
}

QDBusUnixFileDescriptor LoginManager::Inhibit(const QString& what, const QString& who, const QString&, const QString& mode) {
    asked << what + ' ' + who + ' ' + mode;
    if (end_ >= 0) ::close(end_);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return {};
    end_ = ends[0];
    QDBusUnixFileDescriptor lock;
    lock.giveFileDescriptor(ends[1]);
    return lock;
}

}  // namespace polyclinic::test
