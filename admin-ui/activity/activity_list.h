// AuditEvents, newest first, with facets and the detail of one: of a clinic, of one person, or of the server itself.

#pragma once

#include "api_client/api_client.h"
#include "widgets/table.h"

class QComboBox;
class QPlainTextEdit;
class QPushButton;

namespace polyclinic::ui {

class ActivityList : public QWidget {
    Q_OBJECT
  public:
    enum class Of { clinic, patient, server };
    ActivityList(ApiClient& api, Of of);
    /// Of a clinic or patient. `query`: further conditions of the server's search ("agent=..."), empty for all.
    void showFor(const Tenant& tenant, const QString& query);
    void refresh();
    Table& table() { return *table_; }

  signals:
    void failed(const polyclinic::ui::ApiError& error);
    void verified(polyclinic::ui::Tone tone, const QString& text);

  private:
    void load(const QString& page);
    void show();
    bool passes(const QJsonObject& event) const;
    QDateTime since() const;
    void open(const QString& id);
    void learnNames();
    /// Has the server check that nobody changed the log.
    void check();
    /// Ids of accounts and apps in the words of an event become their names.
    QString named(const QString& text) const {
        const auto first = text.section(", ", 0, 0);
        return names_.value(first.section(" for Patient/", 0, 0), first) + text.mid(first.size());
    }

    ApiClient& api_;
    const Of of_;
    Tenant tenant_;
    QString query_, next_;
    QList<QJsonObject> events_;
    QMap<QString, QString> names_;
    Table* table_;
    QComboBox *period_, *kind_, *outcome_;
    QPushButton *more_, *check_ = nullptr;
    QWidget* detail_;
    QLabel* detailTitle_;
    QPlainTextEdit* json_;
};

}  // namespace polyclinic::ui
