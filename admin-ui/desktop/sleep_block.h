// Keeps this computer from going to sleep while others depend on it (systemd-logind's inhibitor locks).

#pragma once

#include <QDBusUnixFileDescriptor>
#include <QObject>

namespace polyclinic::ui {

class SleepBlock : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;

    /// Asks for the lock, or gives it back. Where there is no logind, or it says no, the computer sleeps as it likes.
    void hold(bool wanted, const QString& why);
    bool held() const { return lock_.isValid(); }

  private:
    bool wanted_ = false;
    QDBusUnixFileDescriptor lock_;  // the lock is this descriptor
};

}  // namespace polyclinic::ui
