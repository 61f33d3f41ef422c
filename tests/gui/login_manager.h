// A bus of the tests' own with a login manager on it that gives out inhibitor locks as systemd-logind does: a descriptor,
// held for as long as it is open.

#pragma once

#include <QDBusUnixFileDescriptor>
#include <QObject>
#include <QProcess>

namespace polyclinic::test {

class LoginManager : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.login1.Manager")
  public:
    /// Starts the bus where this process looks for its system bus. ok() says whether it came up.
    LoginManager();
    ~LoginManager() override;

    bool ok() const { return ok_; }
    /// Whether somebody holds the lock now.
    bool held() const;

    QStringList asked;  // "what who mode", each time

  public slots:
    QDBusUnixFileDescriptor Inhibit(const QString& what, const QString& who, const QString& why, const QString& mode);

  private:
    QProcess bus_;
    bool ok_ = false;
    int end_ = -1;  // of the pipe whose other end is the lock
};

}  // namespace polyclinic::test
