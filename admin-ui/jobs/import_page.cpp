#include "jobs/import_page.h"

#include <QCheckBox>
#include <QDirIterator>
#include <QFileDialog>
#include <QHeaderView>
#include <QProgressBar>
#include <QPromise>
#include <QTableView>
#include <QThreadPool>

#include "jobs/drop_zone.h"
#include "shell/words.h"
#include "widgets/parts.h"
#include "widgets/table.h"

namespace polyclinic::ui {
namespace {

constexpr int pollMs = 400;
constexpr int barSteps = 1000;

bool looksImportable(const QString& name) {
    for (const char* end : {".ndjson", ".json", ".jsonl", ".ndjson.gz", ".json.gz", ".jsonl.gz"}) {
        if (name.endsWith(QLatin1String(end), Qt::CaseInsensitive)) return true;
    }
    return false;
}

}  // namespace

QStringList importableFiles(const QStringList& paths) {
    QStringList files;
    for (const QString& path : paths) {
        const QFileInfo info(path);
        if (info.isFile()) files << info.absoluteFilePath();
        if (!info.isDir()) continue;
        QStringList inside;
        QDirIterator all(path, QDir::Files | QDir::NoSymLinks, QDirIterator::Subdirectories);
        while (all.hasNext()) {
            const QString file = all.next();
            if (looksImportable(file)) inside << QFileInfo(file).absoluteFilePath();
        }
        inside.sort();
        files << inside;
    }
    return files;
}

ImportPage::ImportPage(ApiClient& api) : Page(tr("Import")), api_(api) {
    drop_ = new DropZone;
    body->addWidget(drop_);
    lenient_ = new QCheckBox(tr("Take records with &small faults too, and list the faults"));
    body->addWidget(lenient_);

    card_ = new Card;
    auto* head = new QHBoxLayout;
    title_ = label({}, Text::Heading);
    cancel_ = button(tr("Cancel"), Kind::Normal, "stop");
    browse_ = button(tr("See the records"), Kind::Quiet);
    head->addWidget(title_);
    head->addStretch();
    head->addWidget(browse_);
    head->addWidget(cancel_);
    card_->body->addLayout(head);
    bar_ = new QProgressBar;
    bar_->setTextVisible(false);
    bar_->setAccessibleName(tr("Progress of the import"));
    card_->body->addWidget(bar_);
    step_ = label({}, Text::Body, Tone::Muted);
    result_ = paragraph({});
    card_->body->addWidget(step_);
    card_->body->addWidget(result_);
    body->addWidget(card_);

    problems_ = new Table(tr("Faults in the records"), {tr("Reason"), tr("Outcome"), tr("File"), tr("Line"), tr("Where in the record")},
                          tr("Filter this list"), new EmptyState("ok", tr("Nothing was refused"), tr("Every record was taken.")));
    problems_->setShares({44, 12, 18, 8, 18});
    body->addWidget(problems_, 1);
    body->addStretch();
    card_->hide();
    problems_->hide();

    poll_.setInterval(pollMs);
    connect(&poll_, &QTimer::timeout, this, &ImportPage::poll);
    connect(drop_, &DropZone::dropped, this, &ImportPage::start);
    connect(drop_, &DropZone::filesWanted, this, &ImportPage::chooseFiles);
    connect(drop_, &DropZone::folderWanted, this, &ImportPage::chooseFolder);
    connect(browse_, &QPushButton::clicked, this, &ImportPage::recordsWanted);
    connect(cancel_, &QPushButton::clicked, this, [this] {
        cancel_->setEnabled(false);
        whenDone(api_.cancelJob(job_.id), this, [this](const Result<Nothing>& done) {
            if (!done) messages().tell(done.error());
            poll();
        });
    });
}

void ImportPage::showClinic(const Tenant& tenant) {
    const bool another = tenant.id != tenant_.id;
    tenant_ = tenant;
    setTitle(tr("Import"), tr("into %1").arg(tenant.name));
    if (!another || job_.running()) return;
    messages().clear();
    card_->hide();
    problems_->hide();
    job_ = {};
}

void ImportPage::refresh() {
    if (!job_.id.isEmpty()) poll();
}

void ImportPage::chooseFiles() {
    start(QFileDialog::getOpenFileNames(this, tr("Records to import"), {}, tr("FHIR (*.ndjson *.jsonl *.json *.gz);;All files (*)")));
}

void ImportPage::chooseFolder() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder of records to import"));
    if (!folder.isEmpty()) start({folder});
}

void ImportPage::start(const QStringList& paths) {
    if (paths.isEmpty()) return;
    if (job_.running()) {
        messages().tell(Tone::Warning, tr("An import is running. Wait for its end, or cancel it."));
        return;
    }
    if (looking_) return;
    looking_ = true;
    messages().tell(Tone::Info, tr("Looking for records…"));
    // A folder may be large, or on a disk that sleeps.
    auto found = std::make_shared<QPromise<QStringList>>();
    found->start();
    whenDone(found->future(), this, [this, id = tenant_.id](const QStringList& files) {
        looking_ = false;
        messages().clear();
        if (id == tenant_.id) startFiles(files);
    });
    QThreadPool::globalInstance()->start([found, paths] {
        found->addResult(importableFiles(paths));
        found->finish();
    });
}

void ImportPage::startFiles(const QStringList& files) {
    if (files.isEmpty()) {
        messages().tell(Tone::Warning, tr("No FHIR file is in there: looked for .ndjson, .jsonl and .json, also with .gz."));
        return;
    }
    fileCount_ = int(files.size());
    whenDone(api_.importFiles(tenant_.id, files, lenient_->isChecked()), this, [this](const Result<Job>& job) {
        if (job) {
            show(*job);
            poll_.start();
        } else {
            messages().tell(job.error());
        }
    });
}

void ImportPage::poll() {
    whenDone(api_.job(job_.id), this, [this, id = job_.id](const Result<Job>& job) {
        if (id != job_.id) return;
        if (job) {
            show(*job);
        } else if (job.error().status == 404) {
            poll_.stop();
            messages().tell(job.error());
        }  // else the server is away for a moment: the job goes on there, and the next look tells
    });
}

void ImportPage::show(const Job& job) {
    const bool wasRunning = job_.running();
    job_ = job;
    card_->show();
    if (wasRunning != job.running()) setFocus();  // what had it may be about to go
    drop_->setVisible(!job.running());
    lenient_->setVisible(!job.running());
    cancel_->setVisible(job.running());
    cancel_->setEnabled(true);
    bar_->setVisible(job.running());
    browse_->setVisible(!job.running());
    const bool known = job.bytesTotal > 0 || job.total > 0;
    bar_->setRange(0, known ? barSteps : 0);
    if (job.bytesTotal > 0) {
        bar_->setValue(int(double(job.bytesDone) / double(job.bytesTotal) * barSteps));
    } else if (job.total > 0) {
        bar_->setValue(int(double(job.done) / double(job.total) * barSteps));
    }
    QStringList details;
    details << (job.total > 0 ? tr("%1 of %2 records").arg(number(job.done), number(job.total)) : tr("%1 records").arg(number(job.done)));
    if (job.bytesTotal > 0) details << tr("%1 of %2").arg(bytes(job.bytesDone), bytes(job.bytesTotal));
    if (fileCount_ > 0) details << (fileCount_ == 1 ? tr("1 file") : tr("%1 files").arg(number(fileCount_)));
    step_->setText(details.join(QStringLiteral("  ·  ")));
    result_->setVisible(!job.running());
    if (job.running()) {
        title_->setText(job.status == "queued" ? tr("Waiting for its turn") : tr("Importing"));
        return;
    }
    poll_.stop();
    showDone(job);
    if (wasRunning) emit finished(tenant_.id);
}

void ImportPage::showDone(const Job& job) {
    if (job.status == "completed") {
        title_->setText(job.failed > 0           ? tr("Imported, with refusals")
                        : job.problems.isEmpty() ? tr("Imported")
                                                 : tr("Imported, with faults"));
    }
    if (job.status == "cancelled") title_->setText(tr("Cancelled"));
    if (job.status == "failed") title_->setText(tr("The import failed"));
    qint64 added = 0, changed = 0;
    QStringList fileKinds;
    for (auto at = job.created.begin(); at != job.created.end(); ++at) {
        added += at.value();
        fileKinds << QStringLiteral("%1 %2").arg(number(at.value()), at.key());
    }
    for (const qint64 each : job.updated) changed += each;
    QStringList lines{tr("%1 added, %2 changed, %3 unchanged, %4 refused")
                          .arg(number(added), number(changed), number(job.unchanged), number(job.failed))};
    if (!fileKinds.isEmpty()) lines << fileKinds.join(QStringLiteral(", "));
    result_->setText(lines.join('\n'));
    QList<Row> rows;
    for (const JobProblem& each : job.problems) {
        const Cell outcome = each.severity == "warning" ? Cell(tr("Taken"), Tone::Warning) : Cell(tr("Refused"), Tone::Danger);
        rows << Row{QString::number(rows.size()),
                    {Cell(each.diagnostics), outcome, Cell(QFileInfo(each.file).fileName(), Tone::Muted),
                     Cell(each.line > 0 ? number(each.line) : QString(), Tone::Muted, each.line), Cell(each.expression, Tone::Muted)}};
    }
    problems_->setVisible(!rows.isEmpty());
    problems_->setRows(rows);
}

}  // namespace polyclinic::ui
