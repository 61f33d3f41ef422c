// Network and certificate: who can reach the clinics, at which address, and whether phones trust it.

#pragma once

#include "api_client/api_client.h"
#include "network/network_state.h"
#include "shell/page.h"

class QButtonGroup;
class QCheckBox;
class QLineEdit;
class QPushButton;
class QTimer;

namespace polyclinic::ui {

class Card;
class Field;

class NetworkPage : public ScrollPage {
    Q_OBJECT
  public:
    explicit NetworkPage(ApiClient& api);
    void refresh() override { read(false); }
    /// Whose portal the code leads to; empty: the page of first visits.
    void showClinic(const Tenant& tenant) { clinic_ = tenant.id; }

  signals:
    /// SHA-256 of the certificate that others see; empty: none.
    void certificateSeen(const QByteArray& certificate);
    /// Clinics may have other addresses now.
    void changed();

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    void makeReach();
    void makeCertificate();
    void makeRisk();
    void read(bool probe);
    void send(QJsonObject wanted);
    /// Of the inputs, as the server takes it.
    QJsonObject form() const;
    void fill();
    void save();
    void show(const NetworkState& state);
    void showFields();
    void showDevices();
    /// Looks whether a device came meanwhile.
    void lookForDevices();
    void showChecks();
    QString chosen(const QButtonGroup* group) const;

    ApiClient& api_;
    NetworkState state_;
    QTimer* live_;
    QJsonObject filled_;  // the form as it was filled in from state_; empty: not yet
    QString clinic_;
    Card *reach_, *devices_, *certificate_, *checks_, *risk_;
    QButtonGroup *reachChoices_, *modes_;
    QLineEdit *address_, *listen_, *file_, *key_, *proxies_, *riskName_, *riskWords_;
    Field *fileField_, *keyField_, *proxiesField_, *addressField_, *listenField_;
    QCheckBox* installed_;
    QWidget* riskForm_;
    QLabel *details_, *riskTaken_;
    QPushButton *save_, *undo_, *sign_, *takeBack_;
    QVBoxLayout *devicesBody_, *checksBody_;
};

}  // namespace polyclinic::ui
