// Who did what with a clinic's records, and what operators did on the server: AuditEvents, newest first.

#pragma once

#include "activity/activity_list.h"
#include "shell/list_page.h"

namespace polyclinic::ui {

class ActivityPage : public ListPage<ActivityList> {
    Q_OBJECT
  public:
    explicit ActivityPage(ApiClient& api);
    void showClinic(const Tenant& tenant);
};

class ServerActivityPage : public ListPage<ActivityList> {
    Q_OBJECT
  public:
    explicit ServerActivityPage(ApiClient& api);
};

}  // namespace polyclinic::ui
