#include "activity/activity_page.h"

namespace polyclinic::ui {

ActivityPage::ActivityPage(ApiClient& api) : ListPage(tr("Activity"), new ActivityList(api, ActivityList::Of::clinic)) {
    connect(list_, &ActivityList::verified, this, [this](Tone tone, const QString& text) { messages().tell(tone, text); });
}

void ActivityPage::showClinic(const Tenant& tenant) { showFor(tenant, tr("Activity"), tenant.name); }

ServerActivityPage::ServerActivityPage(ApiClient& api) : ListPage(tr("Server activity"), new ActivityList(api, ActivityList::Of::server)) {
    connect(list_, &ActivityList::verified, this, [this](Tone tone, const QString& text) { messages().tell(tone, text); });
    setTitle(tr("Server activity"), tr("Who signed in to this window or its programs, and what they changed on the server"));
}

}  // namespace polyclinic::ui
