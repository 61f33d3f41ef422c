// The calm frame of everything before the workspace: the mark, and one card in the middle.

#pragma once

#include <QWidget>

class QVBoxLayout;

namespace polyclinic::ui {

class FrontPage : public QWidget {
    Q_OBJECT
  public:
    explicit FrontPage(int width = 440);

  protected:
    QVBoxLayout* body;
};

}  // namespace polyclinic::ui
