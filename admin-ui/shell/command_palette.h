// Ctrl+K: every action and every clinic by a few letters of its name.

#pragma once

#include <QFrame>
#include <QPointer>

class QAction;
class QLineEdit;
class QListView;
class QSortFilterProxyModel;
class QStandardItemModel;

namespace polyclinic::ui {

class CommandPalette : public QWidget {
    Q_OBJECT
  public:
    explicit CommandPalette(QWidget* window);
    void open(const QList<QAction*>& actions);
    QStringList shown() const;
    QLineEdit* line() { return line_; }

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    void shut();
    void runCurrent();
    void place();

    QFrame* card_;
    QLineEdit* line_;
    QListView* list_;
    QStandardItemModel* model_;
    QSortFilterProxyModel* found_;
    QList<QPointer<QAction>> actions_;
    QPointer<QWidget> before_;
};

}  // namespace polyclinic::ui
