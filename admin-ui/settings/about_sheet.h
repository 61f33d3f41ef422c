// Which program this is, under which licence, and the keys it knows.

#pragma once

#include "widgets/overlay.h"

class QAction;

namespace polyclinic::ui {

class AboutSheet : public Sheet {
    Q_OBJECT
  public:
    AboutSheet(const QList<QAction*>& actions, QWidget* window);
};

}  // namespace polyclinic::ui
