// The apps that a clinic's patients may connect, and how many do.

#pragma once

#include "api_client/api_client.h"
#include "shell/page.h"

namespace polyclinic::ui {

class Table;

class AppsPage : public Page {
    Q_OBJECT
  public:
    explicit AppsPage(ApiClient& api);
    void showClinic(const Tenant& tenant);
    void refresh() override;
    QLineEdit* searchField() override;
    void add();

  signals:
    void appWanted(const polyclinic::ui::Client& client);
    void systemWanted();

  private:
    void show();

    ApiClient& api_;
    Tenant tenant_;
    QList<Client> clients_;
    QList<Grant> grants_;
    Table* table_;
};

}  // namespace polyclinic::ui
