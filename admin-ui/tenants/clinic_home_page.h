// A clinic's front page: its addresses, what is in it, what is left to set up, and the systems registered with it.

#pragma once

#include "api_client/api_client.h"
#include "shell/page.h"

namespace polyclinic::ui {

class Card;
class SigningKeysCard;
class SystemsCard;

class ClinicHomePage : public ScrollPage {
    Q_OBJECT
  public:
    explicit ClinicHomePage(ApiClient& api);
    void showClinic(const Tenant& tenant);
    void refresh() override;
    const Tenant& tenant() const { return tenant_; }
    void addSystem();
    void changeSigningKeys();

  signals:
    void importWanted();
    void recordsWanted(const QString& type);
    void suspendWanted(const polyclinic::ui::Tenant& tenant, bool suspended);
    void editWanted(const polyclinic::ui::Tenant& tenant);

  private:
    void showHead();
    void showAddresses();
    void showCounts(const Counts& counts);
    void showChecklist();

    ApiClient& api_;
    Tenant tenant_;
    QLabel* chip_;
    QPushButton* suspend_;
    Card *addresses_, *counts_, *checklist_;
    SystemsCard* systems_;
    SigningKeysCard* keys_;
    qint64 records_ = -1;
    int systemCount_ = -1;
    bool tested_ = false, answers_ = false;
};

}  // namespace polyclinic::ui
