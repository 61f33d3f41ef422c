#include "shell/workspace.h"

#include <QAction>
#include <QApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QStackedWidget>

#include "access/access_pages.h"
#include "activity/activity_page.h"
#include "apps/app_page.h"
#include "apps/apps_page.h"
#include "data/data_page.h"
#include "help/help_window.h"
#include "jobs/import_page.h"
#include "jobs/jobs_panel.h"
#include "network/network_page.h"
#include "operators/operators_page.h"
#include "overview/overview_page.h"
#include "people/patient_page.h"
#include "people/patients_page.h"
#include "portal/preview_page.h"
#include "settings/about_sheet.h"
#include "settings/settings_page.h"
#include "shell/command_palette.h"
#include "shell/sidebar.h"
#include "sign_in/fresh_sign_in_sheet.h"
#include "tenants/clinic_home_page.h"
#include "tenants/clinics_page.h"
#include "tenants/edit_clinic_sheet.h"
#include "tenants/new_clinic_sheet.h"
#include "widgets/overlay.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {

Workspace::Workspace(ApiClient& api, SignInFlow& flow, QUrl operators)
    : api_(api), flow_(flow), clinics_(std::move(operators)), sidebar_(new Sidebar), stack_(new QStackedWidget),
      toast_(new Toast(this)), palette_(new CommandPalette(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(sidebar_);
    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(stack_, 1);
    jobs_ = new JobsPanel(api_);
    jobs_->hide();
    right->addWidget(jobs_);
    layout->addLayout(right, 1);
    makePages();
    connectPeople();
    makeCommands();
}

void Workspace::makePages() {
    overview_ = new OverviewPage(api_);
    clinicsPage_ = new ClinicsPage(api_, *toast_);
    home_ = new ClinicHomePage(api_);
    data_ = new DataPage(api_);
    import_ = new ImportPage(api_);
    activity_ = new ActivityPage(api_);
    patients_ = new PatientsPage(api_);
    patient_ = new PatientPage(api_);
    apps_ = new AppsPage(api_);
    app_ = new AppPage(api_);
    access_ = new AccessPage(api_);
    sessions_ = new SessionsPage(api_);
    preview_ = new PreviewPage;
    settings_ = new SettingsPage;
    network_ = new NetworkPage(api_);
    serverActivity_ = new ServerActivityPage(api_);
    operators_ = new OperatorsPage(api_, flow_);
    for (Page* each : std::initializer_list<Page*>{overview_, clinicsPage_, home_, data_, import_, activity_, patients_, patient_, apps_,
                                                      app_, access_, sessions_, preview_, settings_, network_, serverActivity_, operators_}) {
        stack_->addWidget(each);
    }
    const auto open = [this](const QString& id) { openClinic(id); };
    connect(overview_, &OverviewPage::newClinicWanted, this, &Workspace::newClinic);
    connect(overview_, &OverviewPage::clinicOpened, this, open);
    connect(overview_, &OverviewPage::networkWanted, this, [this] { go(goNetwork_); });
    connect(overview_, &OverviewPage::allClinicsWanted, this, [this] { go(goClinics_); });
    connect(overview_, &OverviewPage::serverRead, this, [this](const ServerStatus& status) {
        clinics_ = status.clinics;
        emit clinicsAt(clinics_);
        api_.trust(status.certificate);
        preview_->trust(status.certificate);
    });
    connect(network_, &NetworkPage::certificateSeen, this, [this](const QByteArray& certificate) {
        api_.trust(certificate);
        preview_->trust(certificate);
    });
    connect(network_, &NetworkPage::changed, this, [this] {
        overview_->refresh();
        if (tenant_.id.isEmpty()) return;
        whenDone(api_.tenant(tenant_.id), this, [this](const Result<Tenant>& tenant) {
            if (!tenant || tenant->id != tenant_.id) return;
            tenant_ = *tenant;
            home_->showClinic(tenant_);
            preview_->showClinic(tenant_);
        });
    });
    connect(clinicsPage_, &ClinicsPage::newClinicWanted, this, &Workspace::newClinic);
    connect(clinicsPage_, &ClinicsPage::clinicOpened, this, open);
    connect(clinicsPage_, &ClinicsPage::freshSignInWanted, this, &Workspace::askFreshSignIn);
    connect(clinicsPage_, &ClinicsPage::changed, this, [this] {
        readClinics();
        if (stack_->currentWidget() == home_) home_->refresh();
    });
    connect(home_, &ClinicHomePage::importWanted, this, [this] { go(goImport_); });
    connect(home_, &ClinicHomePage::recordsWanted, this, [this](const QString& type) {
        go(goData_);
        data_->showType(type);
    });
    connect(home_, &ClinicHomePage::suspendWanted, clinicsPage_, &ClinicsPage::setSuspended);
    connect(home_, &ClinicHomePage::editWanted, this, [this](const Tenant& tenant) {
        auto* sheet = new EditClinicSheet(api_, tenant, this);
        connect(sheet, &EditClinicSheet::saved, this, [this](const Tenant& saved) {
            openClinic(saved);
            readClinics();
        });
        sheet->open();
    });
    connect(data_, &DataPage::importWanted, this, [this] { go(goImport_); });
    connect(import_, &ImportPage::recordsWanted, this, [this] { go(goData_); });
    connect(import_, &ImportPage::finished, this, [this] {
        if (stack_->currentWidget() != import_) toast_->tell(tr("The import has ended."));
    });
    connect(operators_, &OperatorsPage::freshSignInWanted, this, &Workspace::askFreshSignIn);
    connect(operators_, &OperatorsPage::told, this, [this](const QString& sentence) { toast_->tell(sentence); });
    connect(settings_, &SettingsPage::lockWanted, this, &Workspace::lockWanted);
}

void Workspace::connectPeople() {
    connect(patients_, &PatientsPage::patientWanted, this, [this](const Patient& patient) {
        patient_->showPatient(tenant_, patient);
        show(patient_, goPatients_);
    });
    connect(patients_, &PatientsPage::importWanted, this, [this] { go(goImport_); });
    connect(patient_, &PatientPage::backWanted, this, [this] { go(goPatients_); });
    connect(patient_, &PatientPage::recordsWanted, this, [this](const QString& query) {
        go(goData_);
        data_->showQuery(query);
    });
    connect(apps_, &AppsPage::appWanted, this, [this](const Client& client) {
        app_->showApp(tenant_, client);
        show(app_, goApps_);
    });
    connect(apps_, &AppsPage::systemWanted, this, [this] {
        go(goHome_);
        home_->addSystem();
    });
    connect(app_, &AppPage::backWanted, this, [this] { go(goApps_); });
    connect(app_, &AppPage::patientWanted, this, &Workspace::openPatient);
    connect(access_, &AccessPage::patientWanted, this, &Workspace::openPatient);
    connect(jobs_, &JobsPanel::closeWanted, this, [this] { jobs_->hide(); });
    connect(jobs_, &JobsPanel::clinicWanted, this, [this](const QString& tenant) { openClinic(tenant); });
}

void Workspace::openPatient(const QString& reference) {
    if (!reference.startsWith("Patient/")) return;
    patient_->showPatient(tenant_, reference);
    show(patient_, goPatients_);
}

QAction* Workspace::command(const QString& text, const QKeySequence& keys, std::function<void()> run) {
    auto* action = new QAction(text, this);
    action->setShortcut(keys);
    // While a sheet asks for something, the page below it does not listen.
    connect(action, &QAction::triggered, this, [this, run = std::move(run)] {
        if (run && !Sheet::openIn(this)) run();
    });
    addAction(action);
    commands_ << action;
    return action;
}

void Workspace::makeCommands() {
    const auto place = [this](const QString& text, const char* keys, Page* page) {
        auto* action = command(text, QKeySequence(QLatin1String(keys)), {});
        connect(action, &QAction::triggered, this, [this, action] {
            if (!Sheet::openIn(this)) go(action);
        });
        places_[action] = page;
        return action;
    };
    goOverview_ = place(tr("Overview"), "Ctrl+1", overview_);
    goClinics_ = place(tr("Clinics"), "Ctrl+2", clinicsPage_);
    goHome_ = place(tr("Home"), "Ctrl+3", home_);
    goPatients_ = place(tr("Patients"), "Ctrl+6", patients_);
    goApps_ = place(tr("Apps"), "Ctrl+7", apps_);
    goAccess_ = place(tr("App access"), "Ctrl+8", access_);
    goSessions_ = place(tr("Sessions"), "Ctrl+9", sessions_);
    goPreview_ = place(tr("Portal"), "Ctrl+0", preview_);
    goData_ = place(tr("Records"), "Ctrl+4", data_);
    goImport_ = place(tr("Import"), "Ctrl+Shift+I", import_);
    goActivity_ = place(tr("Activity"), "Ctrl+5", activity_);
    goNetwork_ = place(tr("Network"), "Ctrl+Shift+N", network_);
    goServerActivity_ = place(tr("Server activity"), "Ctrl+Shift+E", serverActivity_);
    goOperators_ = place(tr("Operators"), "Ctrl+Shift+O", operators_);
    goSettings_ = place(tr("Settings"), "Ctrl+,", settings_);
    newClinic_ = command(tr("New clinic"), QKeySequence("Ctrl+N"), [this] { newClinic(); });
    auto* addSystem = command(tr("Add a system to this clinic"), QKeySequence("Ctrl+Shift+A"), [this] {
        go(goHome_);
        home_->addSystem();
    });
    auto* changeKeys = command(tr("Change this clinic's signing keys"), {}, [this] {
        go(goHome_);
        home_->changeSigningKeys();
    });
    auto* invite = command(tr("Invite to portal"), QKeySequence("Ctrl+I"), [this] {
        if (page() == patient_) {
            patient_->invite();
        } else if (page() == patients_) {
            patients_->inviteSelected();
        } else {
            go(goPatients_);
        }
    });
    auto* addApp = command(tr("Add an app to this clinic"), {}, [this] {
        go(goApps_);
        apps_->add();
    });
    auto* shut = command(tr("Leave this clinic"), {}, [this] { closeClinic(); });
    clinicCommands_ = {goHome_,   goPatients_, goApps_,   goAccess_, goSessions_, goPreview_, goData_,
                       goImport_, goActivity_, addSystem, changeKeys, invite,    addApp,      shut};
    command(tr("Refresh"), QKeySequence("F5"), [this] { page()->refresh(); });
    command(tr("Find on this page"), QKeySequence("Ctrl+F"), [this] {
        if (QLineEdit* field = page()->searchField()) {
            field->setFocus(Qt::ShortcutFocusReason);
            field->selectAll();
        }
    });
    command(tr("Next part of the window"), QKeySequence("F6"), [this] { cycleFocus(); });
    jobsShown_ = command(tr("Jobs"), QKeySequence("Ctrl+J"), [this] { jobs_->setVisible(!jobs_->isVisible()); });
    palettes_ = command(tr("Commands"), QKeySequence("Ctrl+K"), [this] { palette_->open(commands() + clinicLinks_); });
    lock_ = command(tr("Lock"), QKeySequence("Ctrl+L"), [this] { emit lockWanted(); });
    command(tr("Change your password"), {}, [this] {
        go(goOperators_);
        operators_->changePassword();
    });
    auto* leave = command(tr("Sign out of Polyclinic"), {}, [this] { emit signOutWanted(); });
    help_ = command(tr("Help"), QKeySequence("F1"), [this] { HelpWindow::open(window()); });
    about_ = command(tr("About and keys"), QKeySequence("Ctrl+?"), [this] { (new AboutSheet(commands_, this))->open(); });

    sidebar_->addPlace(goOverview_, "overview");
    sidebar_->addPlace(goClinics_, "clinics");
    sidebar_->addPlace(goNetwork_, "server");
    sidebar_->addPlace(goServerActivity_, "activity");
    sidebar_->addPlace(goOperators_, "operators");
    sidebar_->addClinicPlace(goHome_, "home");
    sidebar_->addClinicPlace(goPatients_, "patients");
    sidebar_->addClinicPlace(goApps_, "apps");
    sidebar_->addClinicPlace(goAccess_, "access");
    sidebar_->addClinicPlace(goSessions_, "sessions");
    sidebar_->addClinicPlace(goPreview_, "portal");
    sidebar_->addClinicPlace(goData_, "records");
    sidebar_->addClinicPlace(goImport_, "import");
    sidebar_->addClinicPlace(goActivity_, "activity");
    sidebar_->addFoot(palettes_, "search");
    sidebar_->addFoot(jobsShown_, "jobs");
    sidebar_->addFoot(goSettings_, "settings");
    sidebar_->addFoot(help_, "help");
    sidebar_->addFoot(about_, "info");
    sidebar_->addFoot(lock_, "lock");
    sidebar_->addFoot(leave, "sign-out");
    closeClinic();
}

QList<QAction*> Workspace::commands() const { return commands_ + clinicsPage_->pageActions(); }

Page* Workspace::page() const { return static_cast<Page*>(stack_->currentWidget()); }

void Workspace::enter(const QString& username) {
    username_ = username;
    sidebar_->setOperator(username);
    operators_->setOperator(username);
    readClinics();
    page()->setFocus();
    page()->refresh();
}

void Workspace::go(QAction* place) { show(places_[place], place); }

void Workspace::show(Page* page, QAction* place) {
    stack_->setCurrentWidget(page);
    sidebar_->setCurrent(place);
    const QWidget* focused = QApplication::focusWidget();
    if (!focused || !(page->isAncestorOf(focused) || sidebar_->isAncestorOf(focused))) page->setFocus();
    page->refresh();
}

void Workspace::openClinic(const QString& id) {
    whenDone(api_.tenant(id), this, [this](const Result<Tenant>& tenant) {
        if (tenant) {
            openClinic(*tenant);
        } else {
            page()->messages().tell(tenant.error());
        }
    });
}

void Workspace::openClinic(const Tenant& tenant) {
    tenant_ = tenant;
    for (QAction* each : clinicCommands_) each->setEnabled(true);
    sidebar_->setClinic(tenant);
    home_->showClinic(tenant);
    data_->showClinic(tenant);
    import_->showClinic(tenant);
    activity_->showClinic(tenant);
    patients_->showClinic(tenant);
    apps_->showClinic(tenant);
    access_->showClinic(tenant);
    sessions_->showClinic(tenant);
    preview_->showClinic(tenant);
    network_->showClinic(tenant);
    go(goHome_);
}

void Workspace::closeClinic() {
    for (QAction* each : clinicCommands_) each->setEnabled(false);
    sidebar_->clearClinic();
    stack_->setCurrentWidget(overview_);
    sidebar_->setCurrent(goOverview_);
}

void Workspace::newClinic() {
    auto* sheet = new NewClinicSheet(api_, clinics_, this);
    connect(sheet, &NewClinicSheet::created, this, [this](const Tenant& tenant) {
        openClinic(tenant);
        readClinics();
    });
    sheet->open(sheet->nameField());
}

void Workspace::askFreshSignIn(std::function<void()> then) {
    auto* sheet = new FreshSignInSheet({api_, flow_, username_}, this);
    connect(sheet, &FreshSignInSheet::signedIn, this, then);
    sheet->open();
}

void Workspace::cycleFocus() {
    const QWidget* now = QApplication::focusWidget();
    if (now && sidebar_->isAncestorOf(now)) {
        page()->setFocus(Qt::ShortcutFocusReason);
        focusNextPrevChild(true);
        return;
    }
    sidebar_->focusCurrent();
}

void Workspace::readClinics() {
    whenDone(api_.tenants(), this, [this](const Result<TenantList>& list) {
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
