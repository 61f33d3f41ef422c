// Brings records into a clinic: drop files, see the job run, read what was refused and why.

#pragma once

#include <QTimer>

#include "api_client/api_client.h"
#include "shell/page.h"

class QCheckBox;
class QProgressBar;
class QPushButton;

namespace polyclinic::ui {

class Card;
class DropZone;
class Table;

class ImportPage : public Page {
    Q_OBJECT
  public:
    explicit ImportPage(ApiClient& api);
    void showClinic(const Tenant& tenant);
    void refresh() override;
    /// Files and folders; of a folder, what looks like FHIR (.ndjson, .json, also .gz), no links followed.
    void start(const QStringList& paths);
    bool running() const { return job_.running(); }

  signals:
    void finished(const QString& tenant);
    void recordsWanted();

  private:
    void chooseFiles();
    void chooseFolder();
    void startFiles(const QStringList& files);
    void poll();
    void show(const Job& job);
    void showDone(const Job& job);

    ApiClient& api_;
    Tenant tenant_;
    Job job_;
    int fileCount_ = 0;
    bool looking_ = false;
    QTimer poll_;
    DropZone* drop_;
    QCheckBox* lenient_;
    Card* card_;
    QLabel *title_, *step_, *result_;
    QProgressBar* bar_;
    QPushButton *cancel_, *browse_;
    Table* problems_;
};

/// The files below `paths` that an import takes.
QStringList importableFiles(const QStringList& paths);

}  // namespace polyclinic::ui
