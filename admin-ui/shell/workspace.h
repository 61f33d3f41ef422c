// What an operator works in after signing in: the sidebar, the pages of the places, the commands and what lies over them.

#pragma once

#include "shell/place.h"
#include "shell/shell.h"

class QAction;
class QKeySequence;
class QStackedWidget;

namespace polyclinic::ui {

class CommandPalette;
class JobsPanel;
class MessageBar;
class ServerWatch;
class Sidebar;

class Workspace : public Shell {
    Q_OBJECT
  public:
    Workspace(ApiClient& api, SignInFlow& flow, QUrl operators, const QList<Place>& places);

    void enter(const QString& username);

    Toast& toast() override { return *toast_; }
    void go(const QString& place) override;
    Page& page(const QString& place) override;
    const Tenant& clinic() const override { return tenant_; }
    void openClinic(const QString& id) override;
    void openClinic(const Tenant& tenant) override;
    QUrl clinics() const override { return clinics_; }
    void learn(const ServerStatus& status) override;
    void trust(const QByteArray& certificate) override;
    void askFreshSignIn(std::function<void()> then) override;
    void tellClinicsChanged() override;
    void tellNetworkChanged() override;

    QList<QAction*> commands() const;
    CommandPalette& palette() { return *palette_; }

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    struct Entry {
        Page* page = nullptr;
        QAction* action = nullptr;  // of the place, or of the one above
    };

    QAction* command(const QString& title, const QString& keys, std::function<void()> run, bool needsClinic = false);
    void add(const Place& place);
    void addOwnCommands();
    void watchServer(const QUrl& operators);
    void addFoot(const QList<Place>& places);
    void closeClinic();
    void cycleFocus();
    void readClinics();
    Page* current() const;

    QUrl clinics_;
    QString username_, first_, firstOfClinic_;  // names of the places to begin at
    Tenant tenant_;
    Sidebar* sidebar_;
    QStackedWidget* stack_;
    Toast* toast_;
    CommandPalette* palette_;
    JobsPanel* jobs_;
    MessageBar* gone_;
    ServerWatch* watch_;
    QMap<QString, Entry> places_;
    QList<QAction*> clinicCommands_, commands_, clinicLinks_;
    QAction *palettes_, *jobsShown_, *help_, *about_, *lock_, *leave_;
};

}  // namespace polyclinic::ui
