// What lies over the window: sheets that ask for something, and the toast that offers to undo.

#pragma once

#include <QFrame>
#include <QPointer>
#include <QTimer>
#include <QVBoxLayout>
#include <functional>

class QLabel;
class QPushButton;
class QScrollArea;
class QToolButton;

namespace polyclinic::ui {

/// A card over a dimmed window. It holds the keyboard while it is open, the letters marked for Alt among it; Esc closes it,
/// Enter in a field is its main button. What is taller than the window scrolls. It deletes itself when closed.
class Sheet : public QWidget {
    Q_OBJECT
  public:
    Sheet(const QString& title, QWidget* window, int width = 540);

    /// The open sheet of this window, the upper one of two, or nullptr.
    static Sheet* openIn(const QWidget* window);

    void open(QWidget* firstFocus = nullptr);
    void close();
    /// Also while busy: what it waits for reaches nobody any more.
    void dismiss();
    /// While busy it stays open: something is under way that it reports.
    void setBusy(bool busy) { busy_ = busy; }

  signals:
    void closed();

  protected:
    QVBoxLayout* body() { return body_; }
    /// Where the keyboard begins when open() is not told.
    void setFirst(QWidget* widget) { first_ = widget; }
    /// The row of buttons at the foot, right-aligned.
    QHBoxLayout* foot() { return foot_; }

    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    bool focusNextPrevChild(bool next) override;

  private:
    void place();
    void keepFocus(QWidget* now);
    /// The last of the foot's primary or dangerous buttons, as far as it can be pressed.
    QPushButton* mainButton() const;
    /// Where Alt and this letter lead inside the sheet.
    void followLetter(int key);

    QFrame* card_;
    QToolButton* shut_;
    QScrollArea* area_;
    QWidget* inside_;
    QVBoxLayout* body_;
    QHBoxLayout* foot_;
    QPointer<QWidget> before_, first_, last_;  // last_: what had the keyboard in here
    bool busy_ = false;
};

/// A question before something that cannot be undone, or not easily. `confirmed` is emitted once.
class ConfirmSheet : public Sheet {
    Q_OBJECT
  public:
    ConfirmSheet(const QString& title, const QString& text, const QString& verb, bool dangerous, QWidget* window);

    /// Demands that this is typed before the verb can be pressed.
    void demand(const QString& typed, const QString& fieldName);

  signals:
    void confirmed();

  private:
    QPushButton* go_;
    QVBoxLayout* fields_;
};

/// One sentence at the foot of the window, with Undo for 10 seconds.
class Toast : public QFrame {
    Q_OBJECT
  public:
    explicit Toast(QWidget* window);
    void offer(const QString& text, const QString& actionName, std::function<void()> action);
    void tell(const QString& text);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void place();

    QLabel* text_;
    QPushButton* action_;
    QTimer timer_;
    std::function<void()> then_;
};

}  // namespace polyclinic::ui
