#include "tenants/clinics_page.h"

#include <QAction>
#include <QHeaderView>
#include <QMenu>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>

#include "api_client/json.h"
#include "shell/words.h"
#include "widgets/icons.h"
#include "widgets/overlay.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"
#include "widgets/table.h"

namespace polyclinic::ui {
namespace {

Row rowOf(const Tenant& tenant) {
    const QDateTime updated = timeOf(tenant.source["meta"]["lastUpdated"]);
    const Cell state =
        tenant.suspended() ? Cell(ClinicsPage::tr("Suspended"), Tone::Warning) : Cell(ClinicsPage::tr("Active"), Tone::Success);
    const QString database = tenant.isolation == "dedicated" ? ClinicsPage::tr("Its own") : ClinicsPage::tr("Shared");
    return {tenant.id,
            {Cell(tenant.name), Cell(tenant.id, Tone::Muted), state, Cell(database, Tone::Muted), Cell(tenant.phone, Tone::Muted),
             Cell(when(updated), Tone::Muted, updated)}};
}

/// A button that does what the action does, and is shown only while the action can be used.
QPushButton* buttonFor(QAction* action, Kind kind, const QString& iconName) {
    auto* made = button(action->text(), kind, iconName);
    made->setParent(qobject_cast<QWidget*>(action->parent()));
    const auto follow = [made, action] {
        made->setText(action->text());
        made->setVisible(action->isVisible());
        made->setEnabled(action->isEnabled());
    };
    QObject::connect(action, &QAction::changed, made, follow);
    QObject::connect(made, &QPushButton::clicked, action, &QAction::trigger);
    follow();
    return made;
}

}  // namespace

ClinicsPage::ClinicsPage(ApiClient& api, Toast& toast)
    : Page(tr("Clinics"), tr("Each clinic has addresses, records and registered systems of its own")), api_(api), toast_(toast) {
    open_ = new QAction(tr("Open clinic"), this);
    suspend_ = new QAction(tr("Suspend"), this);
    trash_ = new QAction(tr("Move to trash"), this);
    trash_->setShortcut(Qt::Key_Delete);
    trash_->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    restore_ = new QAction(tr("Restore"), this);
    purge_ = new QAction(tr("Delete for ever…"), this);
    addAction(trash_);

    auto* add = button(tr("New clinic"), Kind::Primary, "plus");
    connect(add, &QPushButton::clicked, this, &ClinicsPage::newClinicWanted);
    header->addWidget(buttonFor(suspend_, Kind::Normal, "pause"), 0, Qt::AlignTop);
    header->addWidget(buttonFor(trash_, Kind::Normal, "trash"), 0, Qt::AlignTop);
    header->addWidget(buttonFor(restore_, Kind::Normal, "undo"), 0, Qt::AlignTop);
    header->addWidget(buttonFor(purge_, Kind::Danger, "trash"), 0, Qt::AlignTop);
    header->addWidget(add, 0, Qt::AlignTop);

    tabs_ = new QTabBar;
    tabs_->setDrawBase(false);
    tabs_->setExpanding(false);
    tabs_->addTab(tr("Clinics"));
    tabs_->addTab(tr("Trash"));
    tabs_->setAccessibleName(tr("Clinics or trash"));
    body->addWidget(tabs_);

    const QStringList titles{tr("Name"), tr("Id"), tr("State"), tr("Database"), tr("Phone"), tr("Changed")};
    auto* first = button(tr("New clinic"), Kind::Primary, "plus");
    connect(first, &QPushButton::clicked, this, &ClinicsPage::newClinicWanted);
    clinics_ = new Table(tr("Clinics"), titles, tr("Filter clinics"),
                         new EmptyState("clinics", tr("No clinics yet"),
                                        tr("A clinic gets its web addresses and its own records the moment it is created."), first));
    trashed_ = new Table(tr("Trash"), titles, tr("Filter the trash"),
                         new EmptyState("trash", tr("The trash is empty"),
                                        tr("A clinic that is moved here can be restored, with all its records, for 30 days.")));
    stack_ = new QStackedWidget;
    for (Table* each : {clinics_, trashed_}) {
        each->setShares({28, 20, 12, 11, 13, 16});
        stack_->addWidget(each);
        each->view()->setContextMenuPolicy(Qt::ActionsContextMenu);
        connect(each->view()->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ClinicsPage::updateActions);
    }
    clinics_->view()->addActions({open_, suspend_, trash_});
    trashed_->view()->addActions({restore_, purge_});
    body->addWidget(stack_, 1);

    connect(tabs_, &QTabBar::currentChanged, this, [this](int index) {
        stack_->setCurrentIndex(index);
        updateActions();
        refresh();
    });
    connect(clinics_, &Table::opened, this, &ClinicsPage::clinicOpened);
    connect(open_, &QAction::triggered, this, [this] { emit clinicOpened(clinics_->currentId()); });
    connect(suspend_, &QAction::triggered, this, [this] {
        const Tenant tenant = known_.value(clinics_->currentId());
        setSuspended(tenant, !tenant.suspended());
    });
    connect(trash_, &QAction::triggered, this, [this] { moveToTrash(clinics_->selectedIds()); });
    connect(restore_, &QAction::triggered, this, [this] { restore(trashed_->selectedIds()); });
    connect(purge_, &QAction::triggered, this, [this] { askPurge(trashed_->currentId()); });
    updateActions();
}

bool ClinicsPage::inTrash() const { return tabs_->currentIndex() == 1; }

QLineEdit* ClinicsPage::searchField() { return table()->filter(); }

void ClinicsPage::refresh() { load(inTrash()); }

void ClinicsPage::load(bool trashed, const QString& page) {
    whenDone(api_.tenants({}, trashed, page), this, [this, trashed, first = page.isEmpty()](const Result<TenantList>& list) {
        if (list) {
            show(*list, trashed, first);
        } else {
            messages().tell(list.error());
        }
    });
}

void ClinicsPage::show(const TenantList& list, bool trashed, bool first) {
    Table* into = trashed ? trashed_ : clinics_;
    QList<Row> rows;
    for (const Tenant& tenant : list.tenants) {
        known_[tenant.id] = tenant;
        Row row = rowOf(tenant);
        if (trashed) row.cells[2] = Cell(tr("In the trash"), Tone::Muted);
        rows << row;
    }
    if (first) {
        into->setRows(rows);
    } else {
        into->addRows(rows);
    }
    into->setTotal(list.total);
    updateActions();
    if (!list.next.isEmpty()) load(trashed, list.next);
}

void ClinicsPage::updateActions() {
    const int chosen = int(table()->selectedIds().size());
    const Tenant tenant = known_.value(clinics_->currentId());
    open_->setEnabled(chosen == 1);
    suspend_->setText(tenant.suspended() ? tr("Resume") : tr("Suspend"));
    for (QAction* each : {suspend_, trash_}) each->setVisible(!inTrash());
    for (QAction* each : {restore_, purge_}) each->setVisible(inTrash());
    suspend_->setEnabled(!inTrash() && chosen == 1);
    trash_->setEnabled(!inTrash() && chosen > 0);
    restore_->setEnabled(inTrash() && chosen > 0);
    purge_->setEnabled(inTrash() && chosen == 1);
}

void ClinicsPage::setSuspended(const Tenant& tenant, bool suspended) {
    Tenant wanted = tenant;
    wanted.status = suspended ? "suspended" : "active";
    whenDone(api_.changeTenant(wanted), this, [this, suspended](const Result<Tenant>& changedTenant) {
        if (!changedTenant) {
            messages().tell(changedTenant.error());
            return;
        }
        toast_.offer(suspended ? tr("%1 is suspended: its addresses refuse every request.").arg(changedTenant->name)
                               : tr("%1 is active again.").arg(changedTenant->name),
                     tr("Undo"), [this, now = *changedTenant, suspended] { setSuspended(now, !suspended); });
        emit changed();
        refresh();
    });
}

void ClinicsPage::moveToTrash(const QStringList& ids) {
    for (const QString& id : ids) {
        const QString name = known_.contains(id) ? known_[id].name : id;
        whenDone(api_.trashTenant(id), this, [this, ids, name](const Result<Nothing>& done) {
            if (!done) {
                messages().tell(done.error());
                return;
            }
            const QString text = ids.size() == 1 ? tr("%1 is in the trash.").arg(name) : tr("%1 clinics are in the trash.").arg(ids.size());
            toast_.offer(text, tr("Undo"), [this, ids] { restore(ids); });
            emit changed();
            refresh();
        });
    }
}

void ClinicsPage::restore(const QStringList& ids) {
    for (const QString& id : ids) {
        const QString name = known_.contains(id) ? known_[id].name : id;
        whenDone(api_.restoreTenant(id), this, [this, ids, name](const Result<Nothing>& done) {
            if (done) {
                toast_.tell(ids.size() == 1 ? tr("%1 is back.").arg(name) : tr("%1 clinics are back.").arg(ids.size()));
            } else {
                messages().tell(done.error());
            }
            emit changed();
            load(true);
            load(false);
        });
    }
}

void ClinicsPage::askPurge(const QString& id) {
    const QString name = known_[id].name;
    auto* question = new ConfirmSheet(tr("Delete %1 for ever?").arg(name),
                                      tr("Every record of this clinic, its history and its registered systems are removed. "
                                         "Nobody can bring them back, and backups are the only copies left."),
                                      tr("Delete for ever"), true, this);
    question->demand(name, tr("Type the clinic's name: %1").arg(withoutKey(name)));
    connect(question, &ConfirmSheet::confirmed, this, [this, id] { purge(id, false); });
    question->open();
}

void ClinicsPage::purge(const QString& id, bool signedInFresh) {
    whenDone(api_.purgeTenant(id), this, [this, id, signedInFresh](const Result<Nothing>& done) {
        if (!done && done.error().status == 401 && done.error().code == "login" && !signedInFresh) {
            emit freshSignInWanted([this, id] { purge(id, true); });
            return;
        }
        if (!done) messages().tell(done.error());
        refresh();
    });
}

}  // namespace polyclinic::ui
