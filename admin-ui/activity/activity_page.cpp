#include "activity/activity_page.h"

namespace polyclinic::ui {

ActivityPage::ActivityPage(ApiClient& api) : Page(tr("Activity")), list_(new ActivityList(api, false)) {
    body->addWidget(list_, 1);
    connect(list_, &ActivityList::failed, this, [this](const ApiError& error) { messages().tell(error); });
}

void ActivityPage::showClinic(const Tenant& tenant) {
    setTitle(tr("Activity"), tenant.name);
    messages().clear();
    list_->showFor(tenant, {});
}

}  // namespace polyclinic::ui
