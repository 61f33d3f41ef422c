// Where files are dropped; its buttons do the same for those who do not drag.

#pragma once

#include <QFrame>

namespace polyclinic::ui {

class DropZone : public QFrame {
    Q_OBJECT
  public:
    DropZone();

  signals:
    void dropped(const QStringList& paths);
    void filesWanted();
    void folderWanted();

  protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    void setOver(bool over);
};

}  // namespace polyclinic::ui
