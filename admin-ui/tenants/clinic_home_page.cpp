#include "tenants/clinic_home_page.h"

#include <QGridLayout>

#include "apps/signing_keys_card.h"
#include "apps/systems_card.h"
#include "shell/words.h"
#include "tenants/address_row.h"
#include "widgets/clear_layout.h"
#include "widgets/icons.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {
namespace {

constexpr int typesShown = 8;

}  // namespace

ClinicHomePage::ClinicHomePage(ApiClient& api) : ScrollPage(tr("Clinic")), api_(api) {
    chip_ = clinicChip({}, {}, 44);
    header->insertWidget(0, chip_, 0, Qt::AlignTop);
    header->insertSpacing(1, 4);
    auto* edit = button(tr("Edit details"));  // the first, where the keyboard comes to
    connect(edit, &QPushButton::clicked, this, [this] { emit editWanted(tenant_); });
    suspend_ = button(tr("Suspend"), Kind::Normal, "pause");
    connect(suspend_, &QPushButton::clicked, this, [this] { emit suspendWanted(tenant_, !tenant_.suspended()); });
    auto* bring = button(tr("Import records"), Kind::Primary, "import");
    connect(bring, &QPushButton::clicked, this, &ClinicHomePage::importWanted);
    header->addWidget(edit, 0, Qt::AlignTop);
    header->addWidget(suspend_, 0, Qt::AlignTop);
    header->addWidget(bring, 0, Qt::AlignTop);

    addresses_ = new Card(tr("Addresses"));
    systems_ = new SystemsCard(api);
    keys_ = new SigningKeysCard(api);
    checklist_ = new Card(tr("Getting ready"));
    counts_ = new Card(tr("Records"));
    auto* browse = button(tr("Browse"), Kind::Quiet);
    connect(browse, &QPushButton::clicked, this, [this] { emit recordsWanted({}); });
    counts_->header->addWidget(browse);
    addColumns({addresses_, systems_}, {checklist_, counts_, keys_}, 8, 5);
    connect(systems_, &SystemsCard::counted, this, [this](int count) {
        systemCount_ = count;
        showChecklist();
    });
    const auto tell = [this](const ApiError& error) { messages().tell(error); };
    connect(systems_, &SystemsCard::failed, this, tell);
    connect(keys_, &SigningKeysCard::failed, this, tell);
}

void ClinicHomePage::addSystem() { systems_->add(); }

void ClinicHomePage::changeSigningKeys() { keys_->change(); }

void ClinicHomePage::showClinic(const Tenant& tenant) {
    const bool another = tenant.id != tenant_.id;
    tenant_ = tenant;
    if (another) {
        records_ = systemCount_ = -1;
        tested_ = false;
        messages().clear();
        clearLayout(counts_->body, 1);
        clearLayout(checklist_->body, 1);
    }
    showHead();
    showAddresses();
    showChecklist();
    systems_->showClinic(tenant);
    keys_->showClinic(tenant);
}

void ClinicHomePage::refresh() {
    if (tenant_.id.isEmpty()) return;
    whenDone(api_.tenant(tenant_.id), this, [this](const Result<Tenant>& tenant) {
        if (!tenant) {
            messages().tell(tenant.error());
            return;
        }
        if (tenant->id == tenant_.id && tenant->source != tenant_.source) showClinic(*tenant);
    });
    whenDone(api_.counts(tenant_.id), this, [this](const Result<Counts>& counts) {
        if (!counts) return;
        records_ = counts->total;
        showCounts(*counts);
        showChecklist();
    });
    systems_->refresh();
}

void ClinicHomePage::showHead() {
    paintClinicChip(chip_, tenant_.id, tenant_.name);
    QStringList details{tenant_.id};
    details << (tenant_.suspended() ? tr("suspended: every request is refused") : tr("active"));
    details << (tenant_.isolation == "dedicated" ? tr("database of its own") : tr("shared database"));
    if (!tenant_.phone.isEmpty()) details << tenant_.phone;
    setTitle(tenant_.name, details.join(QStringLiteral("  ·  ")));
    suspend_->setText(tenant_.suspended() ? tr("Resume") : tr("Suspend"));
}

void ClinicHomePage::showAddresses() {
    clearLayout(addresses_->body, 1);
    for (const Endpoint& endpoint : tenant_.endpoints) {
        if (addresses_->body->count() > 1) addresses_->body->addWidget(line());
        auto* row = new AddressRow(api_, endpoint, tenant_.name);
        connect(row, &AddressRow::tested, this, [this](bool answers) {
            answers_ = answers && (answers_ || !tested_);
            tested_ = true;
            showChecklist();
        });
        addresses_->body->addWidget(row);
    }
    if (tenant_.endpoints.isEmpty()) {
        addresses_->body->addWidget(paragraph(tr("This clinic has no address yet."), Text::Body, Tone::Muted));
    }
}

void ClinicHomePage::showCounts(const Counts& counts) {
    clearLayout(counts_->body, 1);
    if (counts.total == 0) {
        counts_->body->addWidget(paragraph(tr("Nothing is stored here yet."), Text::Body, Tone::Muted));
        return;
    }
    auto* total = new QHBoxLayout;
    total->setSpacing(8);
    total->addWidget(label(number(counts.total), Text::Display));
    total->addWidget(label(counts.total == 1 ? tr("record") : tr("records"), Text::Body, Tone::Muted), 0, Qt::AlignBottom);
    total->addStretch();
    counts_->body->addLayout(total);
    QList<std::pair<qint64, QString>> byCount;
    for (auto at = counts.types.begin(); at != counts.types.end(); ++at) byCount.append({at.value(), at.key()});
    std::sort(byCount.begin(), byCount.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    auto* grid = new QGridLayout;
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(0, 1);
    for (const auto& [count, type] : byCount.mid(0, typesShown)) {
        auto* open = button(withoutKey(type), Kind::Quiet);
        open->setStyleSheet("text-align: left; padding: 3px 0;");
        connect(open, &QPushButton::clicked, this, [this, type = type] { emit recordsWanted(type); });
        const int row = grid->rowCount();
        grid->addWidget(open, row, 0, Qt::AlignLeft);
        grid->addWidget(label(number(count)), row, 1, Qt::AlignRight);
    }
    counts_->body->addLayout(grid);
    const qsizetype more = byCount.size() - typesShown;
    if (more > 0) counts_->body->addWidget(label(tr("and %1 more kinds").arg(more), Text::Small, Tone::Muted));
}

void ClinicHomePage::showChecklist() {
    clearLayout(checklist_->body, 1);
    const auto add = [this](bool done, const QString& labels, const QString& verb, auto&& then) {
        auto* row = new QWidget;
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins({});
        layout->setSpacing(10);
        row->setMinimumHeight(36);
        layout->addWidget(iconLabel(done ? "ok" : "arrow-right", done ? Tone::Success : Tone::Muted));
        layout->addWidget(paragraph(labels, Text::Body, done ? Tone::Muted : Tone::Plain), 1);
        if (done) {
            layout->addWidget(label(tr("Done"), Text::Small, Tone::Success));
        } else {
            auto* go = button(verb, Kind::Quiet);
            connect(go, &QPushButton::clicked, this, then);
            layout->addWidget(go);
        }
        checklist_->body->addWidget(row);
    };
    add(tested_ && answers_, tr("See that its addresses answer"), tr("Test"), [this] {
        tested_ = false;
        for (AddressRow* row : addresses_->findChildren<AddressRow*>()) {
            if (row->isVisible()) row->test();
        }
    });
    add(records_ > 0, tr("Bring in records"), tr("Import"), [this] { emit importWanted(); });
    add(systemCount_ > 0, tr("Register a system that uses them"), tr("Add"), [this] { systems_->add(); });
    add(!tenant_.phone.isEmpty(), tr("Give a phone number for questions"), tr("Edit"), [this] { emit editWanted(tenant_); });
}

}  // namespace polyclinic::ui
