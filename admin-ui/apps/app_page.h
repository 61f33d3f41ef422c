// One app: its settings, what patients are asked, who is connected; a new secret, off and on, and its end.

#pragma once

#include "api_client/api_client.h"
#include "shell/page.h"

class QCheckBox;
class QComboBox;
class QTabBar;

namespace polyclinic::ui {

class AppAddressesEdit;
class AppPrivacyAnswersEdit;
class ConsentView;
class Field;
class GrantsList;
class ScopeChooser;

class AppPage : public Page {
    Q_OBJECT
  public:
    explicit AppPage(ApiClient& api);
    void showApp(const Tenant& tenant, const Client& client);
    void refresh() override;
    void save();

  signals:
    void backWanted();
    void patientWanted(const QString& reference);

  private:
    QWidget* makeSettings();
    void take(const Client& client);
    void showHead();
    Client edited() const;
    void preview();
    void send(const Client& client, const QString& done);
    void askTurn();
    void askRotate();
    void askRemove();

    ApiClient& api_;
    Tenant tenant_;
    Client client_;
    int connected_ = 0;
    QPushButton *turn_, *rotate_, *save_;
    QTabBar* tabs_;
    QLineEdit *name_, *publisher_, *description_, *id_;
    QCheckBox* offered_;
    AppAddressesEdit* addresses_;
    AppPrivacyAnswersEdit* privacyAnswers_;
    ScopeChooser* scopes_;
    QComboBox* language_;
    ConsentView* consent_;
    GrantsList* grants_;
};

}  // namespace polyclinic::ui
