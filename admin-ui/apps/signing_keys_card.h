// The keys that a clinic signs with for its apps: when they change, and the way to change them now.

#pragma once

#include "api_client/api_client.h"
#include "widgets/parts.h"

namespace polyclinic::ui {

class SigningKeysCard : public Card {
    Q_OBJECT
  public:
    explicit SigningKeysCard(ApiClient& api);
    void showClinic(const Tenant& tenant);
    /// Asks, and changes them.
    void change();

  signals:
    void failed(const polyclinic::ui::ApiError& error);

  private:
    ApiClient& api_;
    Tenant tenant_;
    QLabel* done_;
    QPushButton* change_;
};

}  // namespace polyclinic::ui
