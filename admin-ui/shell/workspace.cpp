#include "shell/workspace.h"

#include <QAction>
#include <QApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QStackedWidget>

#include "api_client/server_watch.h"
#include "help/help_window.h"
#include "jobs/jobs_panel.h"
#include "settings/about_sheet.h"
#include "shell/command_palette.h"
#include "shell/page.h"
#include "shell/sidebar.h"
#include "sign_in/fresh_sign_in_sheet.h"
#include "widgets/overlay.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {

Workspace::Workspace(ApiClient& api, SignInFlow& flow, QUrl operators, const QList<Place>& places)
    : Shell(api, flow),
      clinics_(std::move(operators)),
      sidebar_(new Sidebar),
      stack_(new QStackedWidget),
      toast_(new Toast(this)),
      palette_(new CommandPalette(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(sidebar_);
    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    gone_ = new MessageBar;
    auto* above = new QVBoxLayout;
    above->setContentsMargins(32, 14, 32, 0);
    above->addWidget(gone_);
    right->addLayout(above);
    right->addWidget(stack_, 1);
    jobs_ = new JobsPanel(api);
    jobs_->hide();
    right->addWidget(jobs_);
    layout->addLayout(right, 1);
    connect(jobs_, &JobsPanel::closeWanted, this, [this] { jobs_->hide(); });
    connect(jobs_, &JobsPanel::clinicWanted, this, [this](const QString& tenant) { openClinic(tenant); });
    for (const Place& each : places) add(each);
    for (const Place& each : places) {
        if (!each.commands) continue;
        for (const Command& one : each.commands(*this, *places_[each.name].page)) command(one.title, one.keys, one.run, one.needsClinic);
    }
    addOwnCommands();
    addFoot(places);
    closeClinic();
    watchServer(clinics_);
}

void Workspace::add(const Place& place) {
    Entry& entry = places_[place.name];
    entry.page = place.make(*this);
    stack_->addWidget(entry.page);
    if (place.in == Place::In::Below) {
        entry.action = places_[place.above].action;
        return;
    }
    entry.action = command(
        place.title, place.keys, [this, name = place.name] { go(name); }, place.needsClinic());
    if (place.in == Place::In::Server) {
        if (first_.isEmpty()) first_ = place.name;
        sidebar_->addPlace(entry.action, place.icon);
    } else if (place.in == Place::In::Clinic) {
        if (firstOfClinic_.isEmpty()) firstOfClinic_ = place.name;
        sidebar_->addClinicPlace(entry.action, place.icon);
    }
}

QAction* Workspace::command(const QString& title, const QString& keys, std::function<void()> run, bool needsClinic) {
    auto* action = new QAction(title, this);
    action->setShortcut(QKeySequence(keys));
    // While a sheet asks for something, the page below it does not listen.
    connect(action, &QAction::triggered, this, [this, run = std::move(run)] {
        if (!Sheet::openIn(this)) run();
    });
    addAction(action);
    commands_ << action;
    if (needsClinic) clinicCommands_ << action;
    return action;
}

void Workspace::addOwnCommands() {
    command(
        tr("Leave this clinic"), {}, [this] { closeClinic(); }, true);
    command(tr("Refresh"), "F5", [this] { current()->refresh(); });
    command(tr("Find on this page"), "Ctrl+F", [this] {
        if (QLineEdit* field = current()->searchField()) {
            field->setFocus(Qt::ShortcutFocusReason);
            field->selectAll();
        }
    });
    command(tr("Next part of the window"), "F6", [this] { cycleFocus(); });
    jobsShown_ = command(tr("Jobs"), "Ctrl+J", [this] { jobs_->setVisible(!jobs_->isVisible()); });
    palettes_ = command(tr("Commands"), "Ctrl+K", [this] { palette_->open(commands() + clinicLinks_); });
    lock_ = command(tr("Lock"), "Ctrl+L", [this] { emit lockWanted(); });
    leave_ = command(tr("Sign out of Polyclinic"), {}, [this] { emit signOutWanted(); });
    help_ = command(tr("Help"), "F1", [this] { HelpWindow::open(window()); });
    about_ = command(tr("About and keys"), "Ctrl+?", [this] { (new AboutSheet(commands_, this))->open(); });
}

void Workspace::watchServer(const QUrl& operators) {
    watch_ = new ServerWatch(operators, this);
    connect(watch_, &ServerWatch::gone, this, [this] {
        gone_->tell(Tone::Danger, tr("The clinics' server does not answer. This window goes on by itself as soon as it does."));
        emit serverGone();
    });
    connect(watch_, &ServerWatch::back, this, [this] {
        gone_->clear();
        for (const Entry& each : places_) each.page->messages().serverIsBack();
        emit serverBack();
        current()->refresh();
    });
}

void Workspace::showEvent(QShowEvent* event) {
    Shell::showEvent(event);
    watch_->start();
}

void Workspace::hideEvent(QHideEvent* event) {
    Shell::hideEvent(event);
    watch_->stop();
}

void Workspace::addFoot(const QList<Place>& places) {
    sidebar_->addFoot(palettes_, "search");
    sidebar_->addFoot(jobsShown_, "jobs");
    for (const Place& each : places) {
        if (each.in == Place::In::Foot) sidebar_->addFoot(places_[each.name].action, each.icon);
    }
    sidebar_->addFoot(help_, "help");
    sidebar_->addFoot(about_, "info");
    sidebar_->addFoot(lock_, "lock");
    sidebar_->addFoot(leave_, "sign-out");
}

QList<QAction*> Workspace::commands() const {
    QList<QAction*> all = commands_;
    for (const Entry& each : places_) all += each.page->pageActions();
    return all;
}

Page* Workspace::current() const { return static_cast<Page*>(stack_->currentWidget()); }

Page& Workspace::page(const QString& place) { return *places_[place].page; }

void Workspace::enter(const QString& username) {
    username_ = username;
    sidebar_->setOperator(username);
    emit operatorEntered(username);
    readClinics();
    current()->setFocus();
    current()->refresh();
}

void Workspace::go(const QString& place) {
    if (!places_.contains(place)) qFatal("No place named %s", qPrintable(place));
    const Entry entry = places_[place];
    stack_->setCurrentWidget(entry.page);
    sidebar_->setCurrent(entry.action);
    const QWidget* focused = QApplication::focusWidget();
    if (!focused || !(entry.page->isAncestorOf(focused) || sidebar_->isAncestorOf(focused))) entry.page->setFocus();
    entry.page->refresh();
}

void Workspace::openClinic(const QString& id) {
    whenDone(api.tenant(id), this, [this](const Result<Tenant>& tenant) {
        if (tenant) {
            openClinic(*tenant);
        } else {
            current()->messages().tell(tenant.error());
        }
    });
}

void Workspace::openClinic(const Tenant& tenant) {
    tenant_ = tenant;
    for (QAction* each : clinicCommands_) each->setEnabled(true);
    sidebar_->setClinic(tenant);
    emit clinicShown(tenant);
    go(firstOfClinic_);
}

void Workspace::closeClinic() {
    for (QAction* each : clinicCommands_) each->setEnabled(false);
    sidebar_->clearClinic();
    stack_->setCurrentWidget(places_[first_].page);
    sidebar_->setCurrent(places_[first_].action);
}

void Workspace::learn(const ServerStatus& status) {
    clinics_ = status.clinics;
    emit clinicsAt(clinics_);
    trust(status.certificate);
}

void Workspace::trust(const QByteArray& certificate) {
    api.trust(certificate);
    emit certificateSeen(certificate);
}

void Workspace::tellClinicsChanged() {
    readClinics();
    emit clinicsChanged();
}

void Workspace::tellNetworkChanged() {
    emit networkChanged();
    if (tenant_.id.isEmpty()) return;
    whenDone(api.tenant(tenant_.id), this, [this](const Result<Tenant>& tenant) {
        if (!tenant || tenant->id != tenant_.id) return;
        tenant_ = *tenant;
        emit clinicShown(tenant_);
    });
}

void Workspace::askFreshSignIn(std::function<void()> then) {
    auto* sheet = new FreshSignInSheet({api, flow, username_}, this);
    connect(sheet, &FreshSignInSheet::signedIn, this, then);
    sheet->open();
}

void Workspace::cycleFocus() {
    const QWidget* now = QApplication::focusWidget();
    if (now && sidebar_->isAncestorOf(now)) {
        current()->setFocus(Qt::ShortcutFocusReason);
        focusNextPrevChild(true);
        return;
    }
    sidebar_->focusCurrent();
}

void Workspace::readClinics() {
    whenDone(api.tenants(), this, [this](const Result<TenantList>& list) {
        if (!list) return;
        qDeleteAll(clinicLinks_);
        clinicLinks_.clear();
        for (const Tenant& tenant : list->tenants) {
            auto* link = new QAction(tr("Open %1").arg(withoutKey(tenant.name)), this);
            connect(link, &QAction::triggered, this, [this, id = tenant.id] { openClinic(id); });
            clinicLinks_ << link;
        }
    });
}

}  // namespace polyclinic::ui
