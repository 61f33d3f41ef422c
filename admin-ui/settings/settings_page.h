// Look and lock; each choice takes effect at once.

#pragma once

#include "shell/page.h"

namespace polyclinic::ui {

class SettingsPage : public ScrollPage {
    Q_OBJECT
  public:
    SettingsPage();

  signals:
    void lockWanted();
};

}  // namespace polyclinic::ui
