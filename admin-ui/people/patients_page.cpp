#include "people/patients_page.h"

#include <QComboBox>
#include <QTableView>

#include "people/invite_sheet.h"
#include "shell/words.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {
namespace {

constexpr int perPage = 100, typingMs = 300;

QString encoded(const QString& text) { return QString::fromLatin1(QUrl::toPercentEncoding(text)); }

}  // namespace

PatientsPage::PatientsPage(ApiClient& api) : Page(tr("Patients")), api_(api) {
    invite_ = button(tr("Invite to portal"), Kind::Primary, "plus");
    setTip(invite_, tr("Ctrl+I"));
    connect(invite_, &QPushButton::clicked, this, &PatientsPage::inviteSelected);
    header->addWidget(invite_, 0, Qt::AlignTop);

    auto* bring = button(tr("Import records"), Kind::Primary, "import");
    connect(bring, &QPushButton::clicked, this, &PatientsPage::importWanted);
    auto* empty = new EmptyState("patients", tr("No patients here"),
                                 tr("Patients come with the records that you import. For a search, try another name."), bring);
    table_ = new Table(tr("Patients"), {tr("Name"), tr("Born"), tr("Record no."), tr("Portal"), tr("Last sign-in"), tr("Apps")},
                       tr("Find by name, record number or birth date"), empty);
    table_->setShares({29, 13, 17, 18, 15, 8});
    table_->filterElsewhere();
    status_ = new QComboBox;
    status_->setAccessibleName(tr("Portal status"));
    for (const QString& each : {tr("All patients"), tr("Not invited"), tr("Invited"), tr("Active"), tr("Locked"), tr("Off")}) {
        status_->addItem(each);
    }
    table_->tools()->insertWidget(1, status_);
    body->addWidget(table_, 1);
    more_ = button(tr("More"));
    more_->hide();
    body->addWidget(more_, 0, Qt::AlignRight);

    typing_.setSingleShot(true);
    typing_.setInterval(typingMs);
    connect(table_->filter(), &QLineEdit::textChanged, &typing_, qOverload<>(&QTimer::start));
    connect(&typing_, &QTimer::timeout, this, [this] { load({}); });
    connect(status_, &QComboBox::activated, this, [this] { load({}); });
    connect(more_, &QPushButton::clicked, this, [this] { load(next_); });
    connect(table_, &Table::opened, this, [this](const QString& id) {
        for (const Patient& each : patients_) {
            if (each.id == id) return emit patientWanted(each);
        }
    });
    connect(table_->view()->selectionModel(), &QItemSelectionModel::selectionChanged, this, &PatientsPage::updateActions);
    updateActions();
}

QLineEdit* PatientsPage::searchField() { return table_->filter(); }

void PatientsPage::showClinic(const Tenant& tenant) {
    const bool another = tenant.id != tenant_.id;
    tenant_ = tenant;
    setTitle(tr("Patients"), tenant.name);
    table_->setDocumentName(tr("Patients of %1").arg(tenant.name));
    if (!another) return;
    messages().clear();
    const QSignalBlocker quiet(table_->filter());
    table_->filter()->clear();
    status_->setCurrentIndex(All);
    patients_.clear();
    accounts_.clear();
    apps_.clear();
    table_->setRows({});
    more_->hide();
}

void PatientsPage::refresh() {
    if (tenant_.id.isEmpty()) return;
    whenDone(api_.accounts(tenant_.id, "realm=patient"), this, [this, id = tenant_.id](const Result<QList<Account>>& accounts) {
        if (id != tenant_.id) return;
        if (!accounts) return messages().tell(accounts.error());
        accounts_.clear();
        for (const Account& each : *accounts) accounts_[each.fhirUser] = each;
        load({});
    });
    whenDone(api_.grants(tenant_.id, "status=active"), this, [this, id = tenant_.id](const Result<QList<Grant>>& grants) {
        if (id != tenant_.id || !grants) return;
        apps_.clear();
        for (const Grant& each : *grants) ++apps_[each.fhirUser];
        show();
    });
}

QString PatientsPage::query() const {
    QString query = QStringLiteral("Patient?_count=%1&_total=accurate").arg(perPage);
    if (status_->currentIndex() > NotInvited) {
        QStringList ids;
        for (const Account& each : accounts_) {
            Patient patient;
            patient.id = each.recordId();
            if (passes(patient) && ids.size() < perPage) ids << patient.id;
        }
        return ids.isEmpty() ? QString() : query + "&_id=" + ids.join(',');
    }
    const QString text = table_->filter()->text().simplified();
    static const QRegularExpression date("^\\d{4}(-\\d{2}(-\\d{2})?)?$"), digit("\\d");
    if (text.isEmpty()) return query;
    if (date.match(text).hasMatch()) return query + "&birthdate=" + text;
    if (text.contains(digit)) return query + "&identifier=" + encoded(text);
    for (const QString& word : text.split(' ')) query += "&name=" + encoded(word);
    return query;
}

bool PatientsPage::passes(const Patient& patient) const {
    const auto found = accounts_.constFind(patient.fhirUser());
    const bool has = found != accounts_.constEnd();
    switch (status_->currentIndex()) {
        case NotInvited:
            return !has;
        case Invited:
            return has && !found->disabled && found->status == "invited";
        case Active:
            return has && !found->disabled && found->status == "active";
        case Locked:
            return has && found->status == "locked";
        case Off:
            return has && (found->disabled || found->status == "off");
        default:
            return true;
    }
}

void PatientsPage::load(const QString& page) {
    const bool first = page.isEmpty();
    const QString path = first ? query() : page;
    if (path.isEmpty()) {
        patients_.clear();
        next_.clear();
        total_ = 0;
        return show();
    }
    whenDone(api_.fhir(tenant_.id, path), this, [this, first, path, id = tenant_.id](const Result<Reply>& reply) {
        if (id != tenant_.id || (first && path != query())) return;
        if (!reply) return messages().tell(reply.error());
        take(*reply, first);
    });
}

void PatientsPage::take(const Reply& reply, bool first) {
    if (first) patients_.clear();
    for (const QJsonObject& each : entries(reply.json)) {
        if (each["resourceType"].toString() == "Patient") patients_ << Patient::fromJson(each);
    }
    next_ = nextLink(reply.json, reply.url);
    total_ = reply.json.contains("total") ? reply.json["total"].toInteger() : -1;
    show();
}

void PatientsPage::show() {
    QList<Row> rows;
    const QString text = table_->filter()->text().simplified();
    for (const Patient& each : patients_) {
        if (!passes(each)) continue;
        if (status_->currentIndex() > NotInvited && !each.name.contains(text, Qt::CaseInsensitive) &&
            !each.recordNumber.contains(text, Qt::CaseInsensitive)) {
            continue;
        }
        const auto found = accounts_.constFind(each.fhirUser());
        const std::optional<Account> account = found == accounts_.constEnd() ? std::nullopt : std::optional(*found);
        const int apps = apps_.value(each.fhirUser());
        const QDateTime last = account ? account->lastSignIn : QDateTime();
        rows << Row{
            each.id,
            {Cell(each.name), Cell(birthDateWords(each.birthDate), Tone::Muted, each.birthDate), Cell(each.recordNumber, Tone::Muted),
             portalStatus(account), Cell(when(last), Tone::Muted, last), Cell(apps > 0 ? number(apps) : QString(), Tone::Muted, apps)}};
    }
    table_->setRows(rows);
    const bool counted = status_->currentIndex() == All;
    table_->setTotal(counted ? total_ : -1, !next_.isEmpty());
    more_->setVisible(!next_.isEmpty());
    updateActions();
}

QList<Patient> PatientsPage::invitable() const {
    QList<Patient> chosen;
    const QStringList ids = table_->selectedIds();
    for (const Patient& each : patients_) {
        if (ids.contains(each.id) && !accounts_.contains(each.fhirUser())) chosen << each;
    }
    return chosen;
}

void PatientsPage::updateActions() {
    const qsizetype count = invitable().size();
    invite_->setEnabled(count > 0);
    invite_->setText(count > 1 ? tr("Invite %1 to portal").arg(count) : tr("Invite to portal"));
}

void PatientsPage::inviteSelected() {
    const QList<Patient> chosen = invitable();
    if (chosen.isEmpty()) return;
    auto* sheet = new InviteSheet(api_, tenant_, chosen, this);
    connect(sheet, &InviteSheet::invited, this, &PatientsPage::refresh);
    sheet->open();
}

}  // namespace polyclinic::ui
