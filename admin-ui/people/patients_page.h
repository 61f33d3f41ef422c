// A clinic's patients: who is in the portal, who is invited, who is not; and the invitations.

#pragma once

#include <QTimer>

#include "api_client/api_client.h"
#include "people/patient.h"
#include "shell/page.h"

class QAction;
class QComboBox;
class QPushButton;

namespace polyclinic::ui {

class Table;

class PatientsPage : public Page {
    Q_OBJECT
  public:
    explicit PatientsPage(ApiClient& api);
    void showClinic(const Tenant& tenant);
    void refresh() override;
    QLineEdit* searchField() override;
    /// Opens the invitation of the patients that are selected and have no account yet.
    void inviteSelected();

  signals:
    void patientWanted(const polyclinic::ui::Patient& patient);
    void importWanted();

  private:
    enum Filter { All, NotInvited, Invited, Active, Locked, Off };

    void load(const QString& page);
    void take(const Reply& reply, bool first);
    void show();
    void updateActions();
    QString query() const;
    bool passes(const Patient& patient) const;
    QList<Patient> invitable() const;

    ApiClient& api_;
    Tenant tenant_;
    QList<Patient> patients_;
    QMap<QString, Account> accounts_;  // by fhirUser
    QMap<QString, int> apps_;          // active grants by fhirUser
    qint64 total_ = -1;
    QString next_;
    Table* table_;
    QComboBox* status_;
    QPushButton *invite_, *more_;
    QTimer typing_;
};

}  // namespace polyclinic::ui
