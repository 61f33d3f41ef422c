// Network and certificate: who can reach the clinics, at which address, and whether phones trust it.

#pragma once

#include "api_client/api_client.h"
#include "network/network_state.h"
#include "shell/page.h"

class QButtonGroup;
class QCheckBox;
class QLineEdit;
class QPushButton;

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

  private:
    void makeReach();
    void makeCertificate();
    void makeRisk();
    void read(bool probe);
    void send(QJsonObject wish);
    void save();
    void show(const NetworkState& state);
    void showFields();
    void showDevices();
    void showChecks();
    QString chosen(const QButtonGroup* group) const;

    ApiClient& api_;
    NetworkState state_;
    QString clinic_;
    Card *reach_, *devices_, *certificate_, *checks_, *risk_;
    QButtonGroup *reaches_, *modes_;
    QLineEdit *address_, *listen_, *file_, *key_, *proxies_, *riskName_, *riskWords_;
    Field *fileField_, *keyField_, *proxiesField_, *addressField_, *listenField_;
    QCheckBox* installed_;
    QWidget *modeChoice_, *riskForm_;
    QLabel *facts_, *riskTaken_;
    QPushButton *save_, *sign_, *takeBack_;
    QVBoxLayout *devicesBody_, *checksBody_;
};

}  // namespace polyclinic::ui
