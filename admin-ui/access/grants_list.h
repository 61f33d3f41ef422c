// Who lets which app see what, until when; and the way to stop it. Of a whole clinic, of one patient or of one app.

#pragma once

#include "access/names.h"
#include "widgets/table.h"

class QCheckBox;
class QPushButton;

namespace polyclinic::ui {

class GrantsList : public QWidget {
    Q_OBJECT
  public:
    /// `of` says whose grants are shown, and with it which columns are of use.
    enum class Of { Clinic, Patient, App };
    GrantsList(ApiClient& api, Of of);

    /// `query`: "account=..." or "client=...", empty for the whole clinic.
    void showFor(const Tenant& tenant, const QString& query);
    void refresh();
    Table& table() { return *table_; }

  signals:
    void failed(const polyclinic::ui::ApiError& error);
    void counted(int active);
    void stopped();
    void patientWanted(const QString& reference);

  private:
    void show();
    void fetchSentences();
    QString sentencesFor(const QString& scope) const;
    void askStop();
    void stop(QStringList ids);

    ApiClient& api_;
    Of of_;
    Tenant tenant_;
    QString query_;
    Names* names_;
    QList<Grant> grants_;
    QMap<QString, QString> sentences_;
    Table* table_;
    QCheckBox* past_;
    QPushButton* stop_;
};

}  // namespace polyclinic::ui
