#include "access/access_pages.h"

#include <QTimer>

namespace polyclinic::ui {
namespace {

constexpr int liveMs = 10'000;

}  // namespace

AccessPage::AccessPage(ApiClient& api) : Page(tr("App access")), list_(new GrantsList(api, GrantsList::Of::Clinic)) {
    body->addWidget(list_, 1);
    connect(list_, &GrantsList::failed, this, [this](const ApiError& error) { messages().tell(error); });
    connect(list_, &GrantsList::patientWanted, this, &AccessPage::patientWanted);
}

void AccessPage::showClinic(const Tenant& tenant) {
    setTitle(tr("App access"), tr("What patients of %1 let apps see").arg(tenant.name));
    messages().clear();
    list_->showFor(tenant, {});
}

SessionsPage::SessionsPage(ApiClient& api) : Page(tr("Sessions")), list_(new SessionsList(api, false)), live_(new QTimer(this)) {
    body->addWidget(list_, 1);
    connect(list_, &SessionsList::failed, this, [this](const ApiError& error) { messages().tell(error); });
    live_->setInterval(liveMs);
    connect(live_, &QTimer::timeout, this, &SessionsPage::refresh);
}

void SessionsPage::showClinic(const Tenant& tenant) {
    setTitle(tr("Sessions"), tr("Who is signed in at %1 now").arg(tenant.name));
    messages().clear();
    list_->showFor(tenant, {});
}

void SessionsPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    live_->start();
}

void SessionsPage::hideEvent(QHideEvent* event) {
    Page::hideEvent(event);
    live_->stop();  // what nobody sees needs no fetching, least of all behind the lock
}

}  // namespace polyclinic::ui
