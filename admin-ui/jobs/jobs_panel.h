// All background work of the server, at the foot of the window: what runs, how far it is, and what has ended.

#pragma once

#include <QFrame>
#include <QTimer>

#include "api_client/api_client.h"

class QPushButton;

namespace polyclinic::ui {

class Table;

class JobsPanel : public QFrame {
    Q_OBJECT
  public:
    explicit JobsPanel(ApiClient& api);
    void refresh();
    int running() const;

  signals:
    void closeWanted();
    void clinicWanted(const QString& tenant);

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    void show(const QList<Job>& jobs);

    ApiClient& api_;
    QList<Job> jobs_;
    QTimer live_;
    Table* table_;
    QPushButton* cancel_;
};

}  // namespace polyclinic::ui
