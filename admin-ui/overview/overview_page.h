// The first screen: is the server well, where is it, and which clinics does it serve.

#pragma once

#include "api_client/api_client.h"
#include "shell/page.h"

class QProgressBar;

namespace polyclinic::ui {

class Card;

class OverviewPage : public ScrollPage {
    Q_OBJECT
  public:
    explicit OverviewPage(ApiClient& api);
    void refresh() override;

  signals:
    void newClinicWanted();
    void clinicOpened(const QString& id);
    void allClinicsWanted();
    void networkWanted();
    void serverRead(const polyclinic::ui::ServerStatus& status);

  private:
    void show(const ServerStatus& status);
    void showFailure(const ApiError& error);
    void show(const TenantList& list);

    ApiClient& api_;
    Card* server_;
    Card* health_;
    Card* clinics_;
};

}  // namespace polyclinic::ui
