#include "access/access_pages.h"

#include <QTimer>

namespace polyclinic::ui {
namespace {

constexpr int liveMs = 10'000;

}  // namespace

AccessPage::AccessPage(ApiClient& api) : ListPage(tr("App access"), new GrantsList(api, GrantsList::Of::Clinic)) {
    connect(list_, &GrantsList::patientWanted, this, &AccessPage::patientWanted);
}

void AccessPage::showClinic(const Tenant& tenant) {
    showFor(tenant, tr("App access"), tr("What patients of %1 let apps see").arg(tenant.name));
}

SessionsPage::SessionsPage(ApiClient& api) : ListPage(tr("Sessions"), new SessionsList(api, false)), live_(new QTimer(this)) {
    live_->setInterval(liveMs);
    connect(live_, &QTimer::timeout, this, &SessionsPage::refresh);
}

void SessionsPage::showClinic(const Tenant& tenant) { showFor(tenant, tr("Sessions"), tr("Who is signed in at %1 now").arg(tenant.name)); }

void SessionsPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    live_->start();
}

void SessionsPage::hideEvent(QHideEvent* event) {
    Page::hideEvent(event);
    live_->stop();  // what nobody sees needs no fetching, least of all behind the lock
}

}  // namespace polyclinic::ui
