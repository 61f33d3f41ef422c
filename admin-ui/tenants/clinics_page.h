// All clinics in a table; and the trash, from which a clinic comes back for 30 days.

#pragma once

#include "api_client/api_client.h"
#include "shell/page.h"

class QAction;
class QPushButton;
class QStackedWidget;
class QTabBar;

namespace polyclinic::ui {

class SignInFlow;
class Table;
class Toast;

class ClinicsPage : public Page {
    Q_OBJECT
  public:
    ClinicsPage(ApiClient& api, Toast& toast);
    void refresh() override;
    QLineEdit* searchField() override;

    void setSuspended(const Tenant& tenant, bool suspended);
    void moveToTrash(const QStringList& ids);
    QList<QAction*> pageActions() const override { return {open_, suspend_, trash_, restore_, purge_}; }

  signals:
    void newClinicWanted();
    void clinicOpened(const QString& id);
    /// Deleting for ever needs a fresh sign-in; whoever hears it asks and then calls `then`.
    void freshSignInWanted(std::function<void()> then);
    void changed();

  private:
    void load(bool trashed, const QString& page = {});
    void show(const TenantList& list, bool trashed, bool first);
    void updateActions();
    void restore(const QStringList& ids);
    void askPurge(const QString& id);
    void purge(const QString& id, bool signedInFresh);
    bool inTrash() const;
    Table* table() const { return inTrash() ? trashed_ : clinics_; }

    ApiClient& api_;
    Toast& toast_;
    QTabBar* tabs_;
    QStackedWidget* stack_;
    Table* clinics_;
    Table* trashed_;
    QAction *open_, *suspend_, *trash_, *restore_, *purge_;
    QMap<QString, Tenant> known_;
};

}  // namespace polyclinic::ui
