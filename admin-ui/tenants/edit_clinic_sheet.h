// What may be changed of a clinic after it was made.

#pragma once

#include "api_client/api_client.h"
#include "widgets/message_bar.h"
#include "widgets/overlay.h"

class QComboBox;
class QLineEdit;

namespace polyclinic::ui {

class EditClinicSheet : public Sheet {
    Q_OBJECT
  public:
    EditClinicSheet(ApiClient& api, const Tenant& tenant, QWidget* window);

  signals:
    void saved(const polyclinic::ui::Tenant& tenant);

  private:
    void save();

    ApiClient& api_;
    Tenant tenant_;
    QLineEdit *name_, *phone_, *email_;
    QComboBox *timezone_, *language_;
    MessageBar* messages_;
};

}  // namespace polyclinic::ui
