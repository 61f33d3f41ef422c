#include "jobs/jobs_panel.h"

#include <QTableView>

#include "shell/words.h"
#include "widgets/parts.h"
#include "widgets/table.h"

namespace polyclinic::ui {
namespace {

constexpr int runningMs = 1000, restMs = 5000;

QString kindOf(const Job& job) {
    if (job.kind == "import") return JobsPanel::tr("Import");
    QString plain = QString(job.kind).replace('-', ' ');
    if (!plain.isEmpty()) plain[0] = plain[0].toUpper();
    return plain;
}

Cell stateOf(const Job& job) {
    if (job.status == "queued") return Cell(JobsPanel::tr("Waiting"), Tone::Info);
    if (job.status == "running") return Cell(JobsPanel::tr("Running"), Tone::Info);
    if (job.status == "completed")
        return Cell(job.failed > 0 ? JobsPanel::tr("Done, with refusals") : JobsPanel::tr("Done"), Tone::Success);
    if (job.status == "cancelled") return Cell(JobsPanel::tr("Cancelled"), Tone::Muted);
    return Cell(JobsPanel::tr("Failed"), Tone::Danger);
}

QString progressOf(const Job& job) {
    if (job.running() && job.bytesTotal > 0) return JobsPanel::tr("%1 %").arg(int(100 * job.bytesDone / job.bytesTotal));
    return job.done > 0 ? JobsPanel::tr("%1 records").arg(number(job.done)) : QString();
}

}  // namespace

JobsPanel::JobsPanel(ApiClient& api) : api_(api) {
    setObjectName("jobs");
    setFixedHeight(250);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(32, 12, 32, 12);
    all->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->addWidget(label(tr("Jobs"), Text::Heading));
    head->addStretch();
    cancel_ = button(tr("Cancel job"), Kind::Normal, "stop");
    cancel_->setEnabled(false);
    auto* close = iconButton("close", tr("Close the jobs"));
    head->addWidget(cancel_);
    head->addWidget(close);
    all->addLayout(head);
    table_ = new Table(tr("Jobs"), {tr("What"), tr("Clinic"), tr("State"), tr("Progress"), tr("Begun"), tr("By")}, {},
                       new EmptyState("jobs", tr("No jobs"), tr("Imports are listed here while they run, and after.")));
    table_->setShares({16, 22, 18, 16, 16, 12});
    all->addWidget(table_, 1);
    connect(close, &QToolButton::clicked, this, &JobsPanel::closeWanted);
    connect(&live_, &QTimer::timeout, this, &JobsPanel::refresh);
    const auto selected = [this] {
        for (const Job& each : jobs_) {
            if (each.id == table_->currentId()) return each;
        }
        return Job();
    };
    connect(table_, &Table::currentChanged, this, [this, selected] { cancel_->setEnabled(selected().running()); });
    connect(table_, &Table::opened, this, [this, selected] { emit clinicWanted(selected().tenant); });
    connect(cancel_, &QPushButton::clicked, this,
            [this] { whenDone(api_.cancelJob(table_->currentId()), this, [this](const Result<Nothing>&) { refresh(); }); });
}

int JobsPanel::running() const {
    return int(std::count_if(jobs_.begin(), jobs_.end(), [](const Job& each) { return each.running(); }));
}

void JobsPanel::refresh() {
    whenDone(api_.jobs(), this, [this](const Result<QList<Job>>& jobs) {
        if (!jobs) return table_->setNote(jobs.error().sentence);
        table_->setNote({});
        show(*jobs);
    });
}

void JobsPanel::show(const QList<Job>& jobs) {
    jobs_ = jobs;
    QList<Row> rows;
    bool cancellable = false;
    for (const Job& each : jobs_) {
        rows << Row{each.id,
                    {Cell(kindOf(each)), Cell(each.tenant, Tone::Muted), stateOf(each), Cell(progressOf(each), Tone::Muted),
                     Cell(when(each.begun), Tone::Muted, each.begun), Cell(each.requestedBy, Tone::Muted)}};
        cancellable |= each.id == table_->currentId() && each.running();
    }
    table_->setRows(rows);
    cancel_->setEnabled(cancellable);
    live_.setInterval(running() > 0 ? runningMs : restMs);
}

void JobsPanel::showEvent(QShowEvent* event) {
    QFrame::showEvent(event);
    refresh();
    live_.start(runningMs);
}

void JobsPanel::hideEvent(QHideEvent* event) {
    QFrame::hideEvent(event);
    live_.stop();
}

}  // namespace polyclinic::ui
