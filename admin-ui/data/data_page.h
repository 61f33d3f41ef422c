// A clinic's records to read: kinds with their counts, a search that is also an address, a table, the JSON and its
// history. Operators read only, and each read is written to the activity.

#pragma once

#include "api_client/api_client.h"
#include "shell/page.h"

class QComboBox;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QTabBar;

namespace polyclinic::ui {

class Table;

class DataPage : public Page {
    Q_OBJECT
  public:
    explicit DataPage(ApiClient& api);
    void showClinic(const Tenant& tenant);
    void showType(const QString& type);
    void showQuery(const QString& query);
    void refresh() override;
    QLineEdit* searchField() override { return query_; }

  signals:
    void importWanted();

  private:
    QWidget* makeSearch();
    QWidget* makeDetail();
    void showTypes(const Counts& counts);
    void search();
    void ask(const QString& path, bool more);
    void show(const Reply& reply, bool more);
    void open(const QString& reference);
    void showHistory(const Reply& reply);
    void addCondition();

    ApiClient& api_;
    Tenant tenant_;
    QListWidget* types_;
    QWidget* typesCard_;
    QLineEdit *query_, *value_;
    QComboBox* parameter_;
    Table* table_;
    QPushButton* next_;
    QLabel* recordName_;
    QPlainTextEdit* json_;
    QTabBar* tabs_;
    QListWidget* versions_;
    QWidget* detail_;
    QString asked_, nextPage_, openRecord_;
    QList<QByteArray> versionTexts_;
};

}  // namespace polyclinic::ui
