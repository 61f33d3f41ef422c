#include "access/grants_list.h"

#include <QAction>
#include <QCheckBox>
#include <QTableView>

#include "shell/words.h"
#include "widgets/overlay.h"
#include "widgets/parts.h"

namespace polyclinic::ui {
namespace {

QString endedWords(const Grant& grant) {
    const QString by = grant.endedBy;
    if (by == "patient") return GrantsList::tr("Stopped by the patient");
    if (by == "clinic") return GrantsList::tr("Stopped by the clinic");
    if (by == "app") return GrantsList::tr("Disconnected by the app");
    if (by == "replaced") return GrantsList::tr("Replaced by a newer one");
    if (by == "reuse") return GrantsList::tr("Stopped: a key was used twice");
    if (by == "account") return GrantsList::tr("Account ended");
    return GrantsList::tr("Ran out");
}

QString day(const QDateTime& time) { return time.isValid() ? QLocale().toString(time.toLocalTime().date(), "d MMM yyyy") : QString(); }

}  // namespace

GrantsList::GrantsList(ApiClient& api, Of of) : api_(api), of_(of), names_(new Names(api, this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    EmptyState* empty = nullptr;
    if (of == Of::Clinic) {
        empty = new EmptyState("access", tr("No patient shares with an app yet"),
                               tr("When a patient allows an app to see their record, it is listed here, and can be stopped."));
    } else if (of == Of::Patient) {
        empty = new EmptyState("access", tr("No app has access"), tr("This patient has not allowed any app to see the record."));
    } else {
        empty = new EmptyState("access", tr("No one connected yet"), tr("Patients connect when they open the app and allow it here."));
    }
    table_ =
        new Table(tr("App access"), {tr("Patient"), tr("App"), tr("What it may do"), tr("Since"), tr("Ends"), tr("Last used"), tr("State")},
                  tr("Filter"), empty);
    table_->setShares({17, 16, 27, 11, 11, 13, 12});
    table_->view()->setColumnHidden(0, of == Of::Patient);
    table_->view()->setColumnHidden(1, of == Of::App);
    past_ = new QCheckBox(tr("&Past ones too"));
    stop_ = button(tr("Stop access"), Kind::Danger, "stop");
    table_->tools()->insertWidget(1, past_);
    table_->tools()->addWidget(stop_);
    layout->addWidget(table_);
    auto* remove = new QAction(tr("Stop access"), this);
    remove->setShortcut(Qt::Key_Delete);
    remove->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(remove);
    table_->view()->setContextMenuPolicy(Qt::ActionsContextMenu);
    table_->view()->addAction(remove);
    const auto follow = [this] {
        bool any = false;
        for (const Grant& each : grants_) any |= each.active() && table_->selectedIds().contains(each.id);
        stop_->setEnabled(any);
    };
    connect(table_->view()->selectionModel(), &QItemSelectionModel::selectionChanged, this, follow);
    connect(table_, &Table::opened, this, [this](const QString& id) {
        for (const Grant& each : grants_) {
            if (each.id == id && of_ != Of::Patient) emit patientWanted(each.fhirUser);
        }
    });
    connect(past_, &QCheckBox::toggled, this, &GrantsList::refresh);
    connect(stop_, &QPushButton::clicked, this, &GrantsList::askStop);
    connect(remove, &QAction::triggered, this, &GrantsList::askStop);
    follow();
}

void GrantsList::showFor(const Tenant& tenant, const QString& query) {
    if (tenant.id != tenant_.id || query != query_) {
        grants_.clear();
        table_->setRows({});
        sentences_.clear();
    }
    tenant_ = tenant;
    query_ = query;
    names_->showClinic(tenant.id);
}

void GrantsList::refresh() {
    QStringList query{query_};
    if (!past_->isChecked()) query << "status=active";
    query.removeAll(QString());
    whenDone(api_.grants(tenant_.id, query.join('&')), this, [this, id = tenant_.id, asked = query_](const Result<QList<Grant>>& grants) {
        if (id != tenant_.id || asked != query_) return;
        if (!grants) {
            emit failed(grants.error());
            return;
        }
        grants_ = *grants;
        QStringList persons;
        int active = 0;
        for (const Grant& each : grants_) {
            persons << each.fhirUser;
            active += each.active();
        }
        emit counted(active);
        show();
        if (of_ != Of::Patient) names_->fetch(persons, [this] { show(); });
        fetchSentences();
    });
}

void GrantsList::fetchSentences() {
    QStringList asked;
    for (const Grant& each : grants_) {
        if (sentences_.contains(each.scope) || asked.contains(each.scope)) continue;
        asked << each.scope;
        Client client;
        client.name = each.clientName;
        client.scopes = each.scope;
        whenDone(api_.consentPreview(tenant_.id, client, QString()), this,
                 [this, scope = each.scope](const Result<ConsentPreview>& preview) {
                     if (!preview) return;
                     QStringList labels;
                     for (const auto& list : {preview->see, preview->change}) {
                         for (const Sentence& sentence : list) labels << sentence.brief;
                     }
                     if (labels.isEmpty()) {
                         for (const Sentence& sentence : preview->always) labels << sentence.brief;
                     }
                     sentences_[scope] = labels.join(QStringLiteral("; "));
                     show();
                 });
    }
}

QString GrantsList::sentencesFor(const QString& scope) const { return sentences_.value(scope, scope); }

void GrantsList::show() {
    QList<Row> rows;
    for (const Grant& each : grants_) {
        const Cell state = each.active() ? Cell(tr("On"), Tone::Success) : Cell(endedWords(each), Tone::Muted);
        rows << Row{
            each.id,
            {Cell(names_->of(each.fhirUser)), Cell(each.clientName), Cell(sentencesFor(each.scope), Tone::Muted),
             Cell(day(each.created), Tone::Muted, each.created), Cell(day(each.active() ? each.ends : each.ended), Tone::Muted, each.ends),
             Cell(each.lastUsed.isValid() ? when(each.lastUsed) : tr("never"), Tone::Muted, each.lastUsed), state}};
    }
    table_->setRows(rows);
}

void GrantsList::askStop() {
    QStringList ids;
    QString app, person;
    for (const Grant& each : grants_) {
        if (!each.active() || !table_->selectedIds().contains(each.id)) continue;
        ids << each.id;
        app = each.clientName;
        person = names_->of(each.fhirUser);
    }
    if (ids.isEmpty()) return;
    const QString title = ids.size() > 1       ? tr("Stop %1 accesses?").arg(ids.size())
                          : of_ == Of::Patient ? tr("Stop %1?").arg(app)
                                               : tr("Stop %1 for %2?").arg(app, person);
    auto* question = new ConfirmSheet(title,
                                      tr("Its next call is refused. It keeps what it already received. To connect again, the patient "
                                         "allows it anew."),
                                      tr("Stop access"), true, this);
    connect(question, &ConfirmSheet::confirmed, this, [this, ids] { stop(ids); });
    question->open();
}

void GrantsList::stop(QStringList ids) {
    if (ids.isEmpty()) {
        emit stopped();
        return refresh();
    }
    const QString first = ids.takeFirst();
    whenDone(api_.endGrant(tenant_.id, first), this, [this, ids](const Result<Nothing>& done) {
        if (!done) emit failed(done.error());
        stop(ids);
    });
}

}  // namespace polyclinic::ui
