// What an operator works in after signing in: the sidebar, the pages, the actions and what lies over them.

#pragma once

#include <QWidget>

#include "api_client/api_client.h"

class QAction;
class QStackedWidget;

namespace polyclinic::ui {

class AccessPage;
class ActivityPage;
class AppPage;
class AppsPage;
class ClinicHomePage;
class ClinicsPage;
class CommandPalette;
class DataPage;
class ImportPage;
class JobsPanel;
class NetworkPage;
class OperatorsPage;
class OverviewPage;
class Page;
class PatientPage;
class PatientsPage;
class PreviewPage;
class ServerActivityPage;
class SessionsPage;
class SettingsPage;
class Sidebar;
class SignInFlow;
class Toast;

class Workspace : public QWidget {
    Q_OBJECT
  public:
    Workspace(ApiClient& api, SignInFlow& flow, QUrl operators);

    void enter(const QString& username);
    void openClinic(const QString& id);
    void openClinic(const Tenant& tenant);
    void newClinic();

    QList<QAction*> commands() const;
    CommandPalette& palette() { return *palette_; }

  signals:
    void lockWanted();
    void signOutWanted();
    /// Where the clinics are reached now.
    void clinicsAt(const QUrl& clinics);

  private:
    QAction* command(const QString& text, const QKeySequence& keys, std::function<void()> run);
    void makePages();
    void connectPeople();
    void makeCommands();
    void go(QAction* place);
    /// A page below a place: the place stays current.
    void show(Page* page, QAction* place);
    void openPatient(const QString& reference);
    void closeClinic();
    void askFreshSignIn(std::function<void()> then);
    void cycleFocus();
    void readClinics();
    Page* page() const;

    ApiClient& api_;
    SignInFlow& flow_;
    QUrl clinics_;
    QString username_;
    Tenant tenant_;
    Sidebar* sidebar_;
    QStackedWidget* stack_;
    Toast* toast_;
    CommandPalette* palette_;
    OverviewPage* overview_;
    ClinicsPage* clinicsPage_;
    ClinicHomePage* home_;
    DataPage* data_;
    ImportPage* import_;
    ActivityPage* activity_;
    PatientsPage* patients_;
    PatientPage* patient_;
    AppsPage* apps_;
    AppPage* app_;
    AccessPage* access_;
    SessionsPage* sessions_;
    PreviewPage* preview_;
    JobsPanel* jobs_;
    SettingsPage* settings_;
    NetworkPage* network_;
    ServerActivityPage* serverActivity_;
    OperatorsPage* operators_;
    QMap<QAction*, Page*> places_;
    QList<QAction*> clinicCommands_, commands_, clinicLinks_;
    QAction *goOverview_, *goClinics_, *goHome_, *goPatients_, *goApps_, *goAccess_, *goSessions_, *goPreview_, *goData_,
        *goImport_, *goActivity_, *goSettings_, *goNetwork_, *goServerActivity_, *goOperators_, *newClinic_, *palettes_, *lock_, *help_, *about_, *jobsShown_;
};

}  // namespace polyclinic::ui
