// The help, offline: the pages of resources/help inside the program. Needs no server and nobody signed in.

#pragma once

#include <QWidget>

class QTextBrowser;
class QUrl;

namespace polyclinic::ui {

class HelpWindow : public QWidget {
    Q_OBJECT
  public:
    /// The one window of the help, in front. It goes with `console`.
    static void open(QWidget* console);

    QTextBrowser* text() { return text_; }

  private:
    explicit HelpWindow(QWidget* console);
    void follow(const QUrl& link);
    void dress();

    QTextBrowser* text_;
};

}  // namespace polyclinic::ui
