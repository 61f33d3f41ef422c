// The icon in the desktop's tray, where there is one: the way back to a window that hides, and the way out.

#pragma once

#include <QMenu>
#include <QSystemTrayIcon>

namespace polyclinic::ui {

class Console;

class Tray : public QObject {
    Q_OBJECT
  public:
    /// Shows the icon for as long as it lives, and tells the window that it may hide. Needs QSystemTrayIcon to be
    /// available.
    explicit Tray(Console& window);

  private:
    QMenu menu_;
    QSystemTrayIcon icon_;
};

}  // namespace polyclinic::ui
