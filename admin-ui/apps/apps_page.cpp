#include "apps/apps_page.h"

#include <QSet>

#include "apps/add_app_sheet.h"
#include "apps/secret_sheet.h"
#include "shell/words.h"
#include "widgets/parts.h"
#include "widgets/table.h"

namespace polyclinic::ui {

AppsPage::AppsPage(ApiClient& api) : Page(tr("Apps")), api_(api) {
    auto* addButton = button(tr("Add app"), Kind::Primary, "plus");
    connect(addButton, &QPushButton::clicked, this, &AppsPage::add);
    header->addWidget(addButton, 0, Qt::AlignTop);
    auto* first = button(tr("Add app"), Kind::Primary, "plus");
    connect(first, &QPushButton::clicked, this, &AppsPage::add);
    table_ = new Table(tr("Apps"), {tr("Name"), tr("Made by"), tr("State"), tr("In the portal"), tr("Patients"), tr("Last used")},
                       tr("Filter apps"),
                       new EmptyState("apps", tr("No apps yet"),
                                      tr("Register an app, and patients of this clinic can let it see their record: a diary, a "
                                         "vaccination pass, a program of their insurer."),
                                      first));
    table_->setShares({28, 22, 11, 13, 10, 16});
    body->addWidget(table_, 1);
    connect(table_, &Table::opened, this, [this](const QString& id) {
        for (const Client& each : clients_) {
            if (each.id == id) return emit appWanted(each);
        }
    });
}

QLineEdit* AppsPage::searchField() { return table_->filter(); }

void AppsPage::showClinic(const Tenant& tenant) {
    const bool another = tenant.id != tenant_.id;
    tenant_ = tenant;
    setTitle(tr("Apps"), tr("What patients of %1 may connect").arg(tenant.name));
    if (!another) return;
    messages().clear();
    clients_.clear();
    grants_.clear();
    table_->setRows({});
}

void AppsPage::refresh() {
    if (tenant_.id.isEmpty()) return;
    whenDone(api_.clients(tenant_.id), this, [this, id = tenant_.id](const Result<QList<Client>>& clients) {
        if (id != tenant_.id) return;
        if (!clients) return messages().tell(clients.error());
        clients_.clear();
        for (const Client& each : *clients) {
            if (each.isPatientApp()) clients_ << each;
        }
        show();
    });
    whenDone(api_.grants(tenant_.id, "status=active"), this, [this, id = tenant_.id](const Result<QList<Grant>>& grants) {
        if (id != tenant_.id || !grants) return;
        grants_ = *grants;
        show();
    });
}

void AppsPage::show() {
    QList<Row> rows;
    for (const Client& each : clients_) {
        QSet<QString> patients;
        QDateTime last;
        for (const Grant& grant : grants_) {
            if (grant.client != each.id) continue;
            patients << grant.fhirUser;
            if (!last.isValid() || grant.lastUsed > last) last = grant.lastUsed;
        }
        rows << Row{
            each.id,
            {Cell(each.name), Cell(each.publisher, Tone::Muted),
             each.disabled ? Cell(tr("Off"), Tone::Warning) : Cell(tr("On"), Tone::Success),
             Cell(each.offered ? tr("Shown") : tr("Not shown"), Tone::Muted), Cell(number(patients.size()), Tone::Muted, patients.size()),
             Cell(last.isValid() ? when(last) : tr("never"), Tone::Muted, last)}};
    }
    table_->setRows(rows);
}

void AppsPage::add() {
    auto* sheet = new AddAppSheet(api_, tenant_, this);
    connect(sheet, &AddAppSheet::systemWanted, this, &AppsPage::systemWanted);
    connect(sheet, &AddAppSheet::added, this, [this](const Client& client) {
        refresh();
        (new SecretSheet(tenant_, client, client.clientSecret, this))->open();
    });
    sheet->open();
}

}  // namespace polyclinic::ui
