// While the server comes up, and when it does not.

#pragma once

#include <QElapsedTimer>
#include <QTimer>

#include "sign_in/front_page.h"

class QLabel;
class QProgressBar;
class QStackedWidget;

namespace polyclinic::ui {

class StartingPage : public FrontPage {
    Q_OBJECT
  public:
    StartingPage();
    void showStep(const QString& step);
    void showFailure(const QString& cause, const QString& remedy);

  signals:
    void retryWanted();
    void quitWanted();

  private:
    void showSeconds();

    QStackedWidget* stack_;
    QLabel *step_, *seconds_, *cause_, *remedy_;
    QElapsedTimer elapsed_;
    QTimer second_;
};

}  // namespace polyclinic::ui
