// A new code for somebody who has an account: to activate it, or to set a new password once the person at the desk has
// been identified. Shown this once, to print.

#pragma once

#include "people/slip_panel.h"
#include "widgets/overlay.h"

class QCheckBox;
class QPushButton;

namespace polyclinic::ui {

class CodeSheet : public Sheet {
    Q_OBJECT
  public:
    CodeSheet(ApiClient& api, const Tenant& tenant, const Account& account, const QString& person, QWidget* window);
    SlipPanel& panel() { return *panel_; }

  signals:
    void made();

  private:
    void make();

    ApiClient& api_;
    Tenant tenant_;
    Account account_;
    QString person_;
    Slip::Kind kind_;
    QLabel* explanation_;
    QCheckBox* checked_ = nullptr;
    QWidget* code_;
    QLabel* codeText_;
    SlipPanel* panel_;
    QPushButton *go_, *cancel_;
    MessageBar* messages_;
};

}  // namespace polyclinic::ui
