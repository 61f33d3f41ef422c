#include "overview/overview_page.h"

#include <QApplication>
#include <QClipboard>
#include <QGridLayout>

#include "overview/health_row.h"
#include "shell/words.h"
#include "widgets/clear_layout.h"
#include "widgets/icons.h"
#include "widgets/parts.h"

namespace polyclinic::ui {
namespace {

constexpr int fewClinics = 6;

void addFact(QGridLayout* grid, const QString& name, QWidget* value) {
    const int row = grid->rowCount();
    grid->addWidget(label(name, Text::Body, Tone::Muted), row, 0, Qt::AlignVCenter);
    grid->addWidget(value, row, 1);
    grid->setRowMinimumHeight(row, 34);
}

QWidget* addressWithCopy(const QUrl& url) {
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    auto* text = label(url.toString(), Text::Mono);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(text);
    auto* copy = iconButton("copy", OverviewPage::tr("Copy the address"));
    QObject::connect(copy, &QToolButton::clicked, row, [url] { QApplication::clipboard()->setText(url.toString()); });
    layout->addWidget(copy);
    layout->addStretch();
    return row;
}

QString databaseWords(const ServerStatus& status) {
    QStringList labels{"PostgreSQL " + status.databaseVersion.section(' ', 0, 0)};
    labels << (status.databaseKind == "external" ? OverviewPage::tr("run by you") : OverviewPage::tr("run by Polyclinic"));
    if (status.databaseSize) labels << bytes(*status.databaseSize);
    return labels.join(QStringLiteral("  ·  "));
}

}  // namespace

OverviewPage::OverviewPage(ApiClient& api) : ScrollPage(tr("Overview"), tr("Your clinics' server at a glance")), api_(api) {
    auto* add = button(tr("New clinic"), Kind::Primary, "plus");
    connect(add, &QPushButton::clicked, this, &OverviewPage::newClinicWanted);
    header->addWidget(add, 0, Qt::AlignTop);

    server_ = new Card(tr("Server"));
    health_ = new Card(tr("Health"));
    clinics_ = new Card(tr("Clinics"));
    auto* all = button(tr("See all"), Kind::Quiet);
    connect(all, &QPushButton::clicked, this, &OverviewPage::allClinicsWanted);
    clinics_->header->addWidget(all);
    addColumns({server_, health_}, {clinics_}, 3, 2);
}

void OverviewPage::refresh() {
    whenDone(api_.server(), this, [this](const Result<ServerStatus>& status) {
        if (status) {
            messages().clear();
            show(*status);
            emit serverRead(*status);
        } else {
            showFailure(status.error());
        }
    });
    whenDone(api_.tenants(), this, [this](const Result<TenantList>& list) {
        if (list) show(*list);
    });
}

void OverviewPage::show(const ServerStatus& status) {
    clearLayout(server_->body, 1);
    auto* state = new QHBoxLayout;
    state->setSpacing(10);
    state->addWidget(iconLabel("ok", Tone::Success, 24));
    state->addWidget(label(tr("Running"), Text::Heading, Tone::Success));
    state->addWidget(label(tr("since %1").arg(when(status.startedAt)), Text::Body, Tone::Muted));
    state->addStretch();
    server_->body->addLayout(state);
    server_->body->addWidget(line());
    auto* details = new QGridLayout;
    details->setHorizontalSpacing(20);
    details->setVerticalSpacing(0);
    details->setColumnStretch(1, 1);
    addFact(details, tr("Clinics' address"), addressWithCopy(status.clinics));
    auto* reach = new QWidget;
    auto* reachRow = new QHBoxLayout(reach);
    reachRow->setContentsMargins({});
    reachRow->addWidget(label(networkOf(status.clinics)));
    auto* change = button(tr("Show on another device"), Kind::Quiet, "qr");
    connect(change, &QPushButton::clicked, this, &OverviewPage::networkWanted);
    reachRow->addWidget(change);
    reachRow->addStretch();
    addFact(details, tr("Reached from"), reach);
    addFact(details, tr("Operators' address"), addressWithCopy(status.operators));
    addFact(details, tr("Database"), label(databaseWords(status)));
    addFact(details, tr("Version"), label("Polyclinic " + status.version));
    server_->body->addLayout(details);

    clearLayout(health_->body, 1);
    health_->setVisible(!status.health.isEmpty());
    addHealth(health_->body, status.health);
}

void OverviewPage::showFailure(const ApiError& error) {
    clearLayout(server_->body, 1);
    auto* state = new QHBoxLayout;
    state->setSpacing(10);
    state->addWidget(iconLabel("error", Tone::Danger, 24));
    state->addWidget(label(tr("Not reachable"), Text::Heading, Tone::Danger));
    state->addStretch();
    server_->body->addLayout(state);
    server_->body->addWidget(paragraph(error.sentence));
    auto* again = button(tr("Try again"), Kind::Normal, "refresh");
    connect(again, &QPushButton::clicked, this, &OverviewPage::refresh);
    server_->body->addWidget(again, 0, Qt::AlignLeft);
    health_->hide();
}

void OverviewPage::show(const TenantList& list) {
    clearLayout(clinics_->body, 1);
    if (list.tenants.isEmpty()) {
        auto* add = button(tr("Create the first clinic"), Kind::Primary, "plus");
        connect(add, &QPushButton::clicked, this, &OverviewPage::newClinicWanted);
        clinics_->body->addWidget(paragraph(tr("No clinics yet. Each gets addresses and records of its own."), Text::Body, Tone::Muted));
        clinics_->body->addWidget(add, 0, Qt::AlignLeft);
        return;
    }
    clinics_->body->setSpacing(4);
    for (const Tenant& tenant : list.tenants.mid(0, fewClinics)) {
        auto* row = new QPushButton;
        row->setProperty("nav", true);
        row->setCursor(Qt::PointingHandCursor);
        row->setAccessibleName(tr("Open %1").arg(tenant.name));
        row->setMinimumHeight(52);
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins(8, 4, 8, 4);
        layout->setSpacing(12);
        layout->addWidget(clinicChip(tenant.id, tenant.name, 32));
        auto* labels = new QVBoxLayout;
        labels->setSpacing(0);
        labels->addWidget(shortened(tenant.name, Text::Strong));
        labels->addWidget(shortened(tenant.id, Text::Small, Tone::Muted));
        layout->addLayout(labels, 1);
        if (tenant.suspended()) layout->addWidget(label(tr("Suspended"), Text::Small, Tone::Warning));
        layout->addWidget(iconLabel("chevron-right", Tone::Muted, 16));
        for (QLabel* each : row->findChildren<QLabel*>()) each->setAttribute(Qt::WA_TransparentForMouseEvents);
        connect(row, &QPushButton::clicked, this, [this, id = tenant.id] { emit clinicOpened(id); });
        clinics_->body->addWidget(row);
    }
    const int more = list.total - int(std::min<qsizetype>(list.tenants.size(), fewClinics));
    if (more > 0) clinics_->body->addWidget(label(tr("and %1 more").arg(number(more)), Text::Small, Tone::Muted));
}

}  // namespace polyclinic::ui
