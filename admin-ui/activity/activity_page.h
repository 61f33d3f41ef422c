// Who did what with a clinic's records: its AuditEvents, newest first.

#pragma once

#include "api_client/api_client.h"
#include "shell/page.h"

class QPushButton;

namespace polyclinic::ui {

class Table;

class ActivityPage : public Page {
    Q_OBJECT
  public:
    explicit ActivityPage(ApiClient& api);
    void showClinic(const Tenant& tenant);
    void refresh() override;
    QLineEdit* searchField() override;

  private:
    void load(const QString& page);

    ApiClient& api_;
    Tenant tenant_;
    Table* table_;
    QPushButton* more_;
    QString next_;
};

}  // namespace polyclinic::ui
