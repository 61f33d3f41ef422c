// Who is signed in, on what, since when; and the way to sign them out. Of a clinic or of one account.

#pragma once

#include "access/names.h"
#include "widgets/table.h"

class QPushButton;

namespace polyclinic::ui {

class SessionsList : public QWidget {
    Q_OBJECT
  public:
    SessionsList(ApiClient& api, bool ofOnePatient);
    /// `query`: "account=..." or empty for the whole clinic.
    void showFor(const Tenant& tenant, const QString& query);
    void refresh();
    Table& table() { return *table_; }

  signals:
    void failed(const polyclinic::ui::ApiError& error);

  private:
    void show();
    void signOut(QStringList ids);

    ApiClient& api_;
    Tenant tenant_;
    QString query_;
    bool one_;
    Names* names_;
    QList<Session> sessions_;
    Table* table_;
    QPushButton* out_;
};

}  // namespace polyclinic::ui
