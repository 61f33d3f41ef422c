#include "access/sessions_list.h"

#include <QAction>
#include <QTableView>

#include "shell/words.h"
#include "widgets/parts.h"

namespace polyclinic::ui {

SessionsList::SessionsList(ApiClient& api, bool ofOnePatient) : api_(api), one_(ofOnePatient), names_(new Names(api, this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    auto* empty = ofOnePatient ? new EmptyState("sessions", tr("Not signed in"), tr("This patient is not signed in anywhere now."))
                               : new EmptyState("sessions", tr("Nobody is signed in"),
                                                tr("A patient who signs in to the portal is listed here until they sign out, or 15 "
                                                   "minutes after they stop."));
    table_ = new Table(tr("Sessions"), {tr("Patient"), tr("User name"), tr("On"), tr("Address"), tr("Signed in"), tr("Last seen")},
                       tr("Filter"), empty);
    table_->setShares({20, 16, 22, 14, 14, 14});
    table_->view()->setColumnHidden(0, ofOnePatient);
    table_->view()->setColumnHidden(1, ofOnePatient);
    out_ = button(tr("Sign out"), Kind::Danger, "sign-out");
    table_->tools()->addWidget(out_);
    layout->addWidget(table_);
    auto* remove = new QAction(tr("Sign out"), this);
    remove->setShortcut(Qt::Key_Delete);
    remove->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(remove);
    table_->view()->setContextMenuPolicy(Qt::ActionsContextMenu);
    table_->view()->addAction(remove);
    out_->setEnabled(false);
    connect(table_->view()->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this] { out_->setEnabled(!table_->selectedIds().isEmpty()); });
    // They sign in again with their password: nothing is lost, so nothing is asked.
    connect(out_, &QPushButton::clicked, this, [this] { signOut(table_->selectedIds()); });
    connect(remove, &QAction::triggered, this, [this] { signOut(table_->selectedIds()); });
}

void SessionsList::showFor(const Tenant& tenant, const QString& query) {
    if (tenant.id != tenant_.id || query != query_) {
        sessions_.clear();
        table_->setRows({});
    }
    tenant_ = tenant;
    query_ = query;
    names_->showClinic(tenant.id);
}

void SessionsList::refresh() {
    whenDone(api_.sessions(tenant_.id, query_), this, [this, id = tenant_.id, asked = query_](const Result<QList<Session>>& sessions) {
        if (id != tenant_.id || asked != query_) return;
        if (!sessions) {
            emit failed(sessions.error());
            return;
        }
        sessions_ = *sessions;
        QStringList persons;
        for (const Session& each : sessions_) persons << each.fhirUser;
        show();
        if (!one_) names_->fetch(persons, [this] { show(); });
    });
}

void SessionsList::show() {
    QList<Row> rows;
    for (const Session& each : sessions_) {
        rows << Row{each.id,
                    {Cell(names_->of(each.fhirUser)), Cell(each.username, Tone::Muted), Cell(each.device), Cell(each.address, Tone::Muted),
                     Cell(when(each.started), Tone::Muted, each.started), Cell(when(each.lastSeen), Tone::Muted, each.lastSeen)}};
    }
    table_->setRows(rows);
}

void SessionsList::signOut(QStringList ids) {
    if (ids.isEmpty()) return refresh();
    const QString first = ids.takeFirst();
    whenDone(api_.endSession(tenant_.id, first), this, [this, ids](const Result<Nothing>& done) {
        if (!done) emit failed(done.error());
        signOut(ids);
    });
}

}  // namespace polyclinic::ui
