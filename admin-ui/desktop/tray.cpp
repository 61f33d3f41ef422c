#include "desktop/tray.h"

#include <QApplication>

#include "console.h"

namespace polyclinic::ui {

Tray::Tray(Console& window) : icon_(QApplication::windowIcon()) {
    menu_.addAction(tr("Open Polyclinic"), &window, &Console::comeForward);
    menu_.addAction(tr("Stop and close…"), &window, &Console::askToStop);
    icon_.setContextMenu(&menu_);
    icon_.setToolTip("Polyclinic");
    connect(&icon_, &QSystemTrayIcon::activated, &window, [&window](QSystemTrayIcon::ActivationReason reason) {
        if (reason != QSystemTrayIcon::Context) window.comeForward();
    });
    icon_.show();
    window.setTray(true);
}

}  // namespace polyclinic::ui
