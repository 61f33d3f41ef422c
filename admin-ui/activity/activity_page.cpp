#include "activity/activity_page.h"

namespace polyclinic::ui {

ActivityPage::ActivityPage(ApiClient& api) : ListPage(tr("Activity"), new ActivityList(api, false)) {}

void ActivityPage::showClinic(const Tenant& tenant) { showFor(tenant, tr("Activity"), tenant.name); }

}  // namespace polyclinic::ui
