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
    void show(const QList<BackendClient>& clients);
    QWidget* row(const BackendClient& client);
    void rotate(const BackendClient& client);
    void setDisabled(const BackendClient& client, bool disabled);
    void remove(const BackendClient& client);
    void showSecret(const BackendClient& client, const QString& secret);

    ApiClient& api_;
    Tenant tenant_;
};

}  // namespace polyclinic::ui
