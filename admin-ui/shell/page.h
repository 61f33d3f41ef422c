// A screen of the console: title on top, a message bar, and what it is for below.

#pragma once

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <QWidget>

#include "widgets/message_bar.h"

class QAction;
class QLineEdit;

namespace polyclinic::ui {

class Page : public QWidget {
    Q_OBJECT
  public:
    explicit Page(const QString& title, const QString& subtitle = {});

    /// Fetches anew what the page shows. Called when the page comes up and on F5.
    virtual void refresh() {}
    /// Where Ctrl+F goes; nullptr where nothing is searched.
    virtual QLineEdit* searchField() { return nullptr; }
    /// What can be done with what is chosen here, for the palette and the sheet of keys.
    virtual QList<QAction*> pageActions() const { return {}; }

    MessageBar& messages() { return *messages_; }

  protected:
    void setTitle(const QString& title, const QString& subtitle);
    void resizeEvent(QResizeEvent* event) override;

    QHBoxLayout* header;  // buttons go to its end
    QVBoxLayout* body;

  private:
    QLabel* title_;
    QLabel* subtitle_;
    MessageBar* messages_;
};

/// A page of cards that may be taller than the window.
class ScrollPage : public Page {
    Q_OBJECT
  public:
    explicit ScrollPage(const QString& title, const QString& subtitle = {});

  protected:
    /// Two columns of cards, to the end of the page; one, where they have no room beside each other.
    void addColumns(const QList<QWidget*>& left, const QList<QWidget*>& right, int leftShare = 1, int rightShare = 1);

    bool eventFilter(QObject* watched, QEvent* event) override;

    QVBoxLayout* column;

  private:
    void arrange();

    QWidget* inside_;
    QBoxLayout* columns_ = nullptr;
    std::pair<int, int> shares_;
};

}  // namespace polyclinic::ui
