#include "widgets/enter_key.h"

#include <QApplication>
#include <QKeyEvent>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>

namespace polyclinic::ui {
namespace {

class EnterPresses : public QObject {
  public:
    using QObject::QObject;

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() != QEvent::KeyPress) return false;
        auto* key = static_cast<QKeyEvent*>(event);
        if ((key->key() != Qt::Key_Return && key->key() != Qt::Key_Enter) || (key->modifiers() & ~Qt::KeypadModifier) ||
            key->isAutoRepeat())
            return false;
        if (auto* tool = qobject_cast<QToolButton*>(watched); tool && tool->menu()) {
            QTimer::singleShot(0, tool, &QToolButton::showMenu);  // it returns when the menu is gone
            return true;
        }
        if (!qobject_cast<QPushButton*>(watched) && !qobject_cast<QToolButton*>(watched)) return false;
        static_cast<QAbstractButton*>(watched)->click();
        return true;
    }
};

}  // namespace

void letEnterPress(QApplication& application) {
    if (application.property("enterPresses").toBool()) return;
    application.setProperty("enterPresses", true);
    application.installEventFilter(new EnterPresses(&application));
}

}  // namespace polyclinic::ui
