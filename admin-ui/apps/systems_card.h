// The systems (backend services) registered with a clinic.

#pragma once

#include "api_client/api_client.h"
#include "widgets/parts.h"

namespace polyclinic::ui {

class SystemsCard : public Card {
    Q_OBJECT
  public:
    explicit SystemsCard(ApiClient& api);
    void showClinic(const Tenant& tenant);
    void refresh();
    void add();

  signals:
    void counted(int systems);
    void failed(const polyclinic::ui::ApiError& error);

  private:
    void show(const QList<Client>& clients);
    QWidget* row(const Client& client);
    void rotate(const Client& client);
    void setDisabled(const Client& client, bool disabled);
    void remove(const Client& client);
    void showSecret(const Client& client, const QString& secret);

    ApiClient& api_;
    Tenant tenant_;
};

}  // namespace polyclinic::ui
