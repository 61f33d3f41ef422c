// Two screens of a clinic: which app sees whose record, and who is signed in.

#pragma once

#include "access/grants_list.h"
#include "access/sessions_list.h"
#include "shell/page.h"

class QTimer;

namespace polyclinic::ui {

class AccessPage : public Page {
    Q_OBJECT
  public:
    explicit AccessPage(ApiClient& api);
    void showClinic(const Tenant& tenant);
    void refresh() override { list_->refresh(); }
    QLineEdit* searchField() override { return list_->table().filter(); }

  signals:
    void patientWanted(const QString& reference);

  private:
    GrantsList* list_;
};

class SessionsPage : public Page {
    Q_OBJECT
  public:
    explicit SessionsPage(ApiClient& api);
    void showClinic(const Tenant& tenant);
    void refresh() override { list_->refresh(); }
    QLineEdit* searchField() override { return list_->table().filter(); }

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    SessionsList* list_;
    QTimer* live_;
};

}  // namespace polyclinic::ui
