// Tells when nobody has touched the console for the minutes that the settings name.

#pragma once

#include <QObject>
#include <QTimer>

namespace polyclinic::ui {

class IdleLock : public QObject {
    Q_OBJECT
  public:
    explicit IdleLock(QObject* parent = nullptr);
    void start();
    void stop() { timer_.stop(); }
    /// Another span than the settings', for tests.
    void setSpan(int ms) { timer_.setInterval(ms); }

  signals:
    void idle();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    QTimer timer_;
};

}  // namespace polyclinic::ui
