// One patient: the account in the portal, the apps with access, where they are signed in, what happened, the record.

#pragma once

#include "api_client/api_client.h"
#include "people/patient.h"
#include "shell/page.h"

class QComboBox;
class QPlainTextEdit;
class QStackedWidget;
class QTabBar;

namespace polyclinic::ui {

class ActivityList;
class Card;
class GrantsList;
class SessionsList;

class PatientPage : public Page {
    Q_OBJECT
  public:
    explicit PatientPage(ApiClient& api);
    void showPatient(const Tenant& tenant, const Patient& patient);
    /// The same by "Patient/p1".
    void showPatient(const Tenant& tenant, const QString& reference);
    void refresh() override;
    void invite();

  signals:
    void backWanted();
    void recordsWanted(const QString& query);

  private:
    enum Tab { AccountTab, AppsTab, SessionsTab, ActivityTab, RecordTab };

    void makeTabs();
    void take(const QList<Account>& accounts);
    void showHead();
    void makeAccountCard();
    /// `account` with what stands in the inputs.
    QJsonObject form(QJsonObject account) const;
    void showAccount();
    void showLocked();
    void showTab(int tab);
    void change(const QJsonObject& account, const QString& done);
    void setDisabled(bool disabled);
    void newCode();
    void unlock();
    void remove();

    ApiClient& api_;
    Tenant tenant_;
    Patient patient_;
    std::optional<Account> account_;
    QPushButton *invite_, *code_, *unlock_, *turn_;
    QTabBar* tabs_;
    QStackedWidget* stack_;
    Card *notInvited_, *accountCard_;
    QVBoxLayout* details_;
    QLineEdit *username_, *email_;
    QComboBox* language_;
    QJsonObject filled_;  // the inputs as they were filled in; empty: not yet
    GrantsList* grants_;
    SessionsList* sessions_;
    ActivityList* activity_;
    QPlainTextEdit* json_;
    QWidget *noAccountApps_, *noAccountSessions_;
};

}  // namespace polyclinic::ui
