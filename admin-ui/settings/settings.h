// What the operator chose on this computer. Nothing is written before the first change.

#pragma once

#include <QObject>

#include "widgets/theme.h"

namespace polyclinic::ui {

class Settings : public QObject {
    Q_OBJECT
  public:
    static Settings& instance();

    Theme::Choice theme() const;
    void setTheme(Theme::Choice choice);
    /// Minutes without a key or a pointer until the console locks; 0 never.
    int lockMinutes() const;
    void setLockMinutes(int minutes);
    /// Whether it was explained once that a closed window may hide in the tray.
    bool knowsTray() const;
    void setKnowsTray();

  signals:
    void changed();
};

}  // namespace polyclinic::ui
