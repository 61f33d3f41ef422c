// Who did what with a clinic's records: its AuditEvents, newest first.

#pragma once

#include "activity/activity_list.h"
#include "shell/page.h"

namespace polyclinic::ui {

class ActivityPage : public Page {
    Q_OBJECT
  public:
    explicit ActivityPage(ApiClient& api);
    void showClinic(const Tenant& tenant);
    void refresh() override { list_->refresh(); }
    QLineEdit* searchField() override { return list_->table().filter(); }

  private:
    ActivityList* list_;
};

}  // namespace polyclinic::ui
