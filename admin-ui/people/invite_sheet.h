// Invites patients to the portal: one with what is asked of them, several at once in their own languages. The codes are
// shown this once, on sheets to print.

#pragma once

#include "people/patient.h"
#include "people/slip_panel.h"
#include "widgets/overlay.h"

class QComboBox;
class QLineEdit;
class QPushButton;

namespace polyclinic::ui {

class Field;

class InviteSheet : public Sheet {
    Q_OBJECT
  public:
    InviteSheet(ApiClient& api, const Tenant& tenant, QList<Patient> patients, QWidget* window);
    SlipPanel& panel() { return *panel_; }

  signals:
    /// At least one account was made.
    void invited();

  private:
    QWidget* makeForm();
    Slip sample() const;
    void preview();
    void inviteNext();
    void finish();

    ApiClient& api_;
    Tenant tenant_;
    QList<Patient> patients_;
    qsizetype next_ = 0;
    QList<Slip> slips_;
    QStringList problems_;
    QLineEdit *username_ = nullptr, *email_ = nullptr, *birthDate_ = nullptr;
    Field *usernameField_ = nullptr, *emailField_ = nullptr, *birthDateField_ = nullptr;
    QComboBox* language_;
    QWidget* form_;
    QLabel* explanation_;
    SlipPanel* panel_;
    QPushButton *go_, *cancel_;
    MessageBar* messages_;
};

/// Fills a box with the languages of slips and portal by their own names (data: BCP 47).
void fillSlipLanguages(QComboBox* box, const QString& chosen);

}  // namespace polyclinic::ui
