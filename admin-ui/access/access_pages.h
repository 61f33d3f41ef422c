// Two screens of a clinic: which app sees whose record, and who is signed in.

#pragma once

#include "access/grants_list.h"
#include "access/sessions_list.h"
#include "shell/list_page.h"

class QTimer;

namespace polyclinic::ui {

class AccessPage : public ListPage<GrantsList> {
    Q_OBJECT
  public:
    explicit AccessPage(ApiClient& api);
    void showClinic(const Tenant& tenant);

  signals:
    void patientWanted(const QString& reference);
};

class SessionsPage : public ListPage<SessionsList> {
    Q_OBJECT
  public:
    explicit SessionsPage(ApiClient& api);
    void showClinic(const Tenant& tenant);

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    QTimer* live_;
};

}  // namespace polyclinic::ui
