#include "data/data_page.h"

#include <QComboBox>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QShortcut>
#include <QSplitter>
#include <QTabBar>
#include <QTableView>
#include <QUrl>

#include "api_client/json.h"
#include "data/json_text.h"
#include "data/summary.h"
#include "shell/words.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"
#include "widgets/table.h"

namespace polyclinic::ui {
namespace {

constexpr auto pageSize = "50";

}  // namespace

DataPage::DataPage(ApiClient& api) : Page(tr("Records")), api_(api) {
    types_ = new QListWidget;
    types_->setAccessibleName(tr("Kinds of record"));
    types_->setFixedWidth(176);
    types_->setFont(fontOf(Text::Body));
    auto* typesCard = new Card;
    typesCard_ = typesCard;
    typesCard->body->setContentsMargins(8, 8, 8, 8);
    typesCard->body->addWidget(types_);

    auto* import = button(tr("Import records"), Kind::Primary, "import");
    connect(import, &QPushButton::clicked, this, &DataPage::importWanted);
    table_ = new Table(tr("Records"), {tr("What"), tr("Detail"), tr("Date"), tr("Id"), tr("Changed")}, {},
                       new EmptyState("records", tr("No records here"), tr("Import some, or search for something else."), import));
    table_->setShares({34, 22, 22, 22});
    table_->view()->setColumnHidden(4, true);  // in the header's menu for who wants it
    next_ = button(tr("More"), Kind::Normal);
    next_->hide();

    auto* middle = new QWidget;
    auto* list = new QVBoxLayout(middle);
    list->setContentsMargins({});
    list->setSpacing(10);
    list->addWidget(table_, 1);
    auto* foot = new QHBoxLayout;
    foot->addStretch();
    foot->addWidget(next_);
    list->addLayout(foot);

    auto* split = new QSplitter;
    split->setChildrenCollapsible(false);
    split->setHandleWidth(14);
    split->addWidget(middle);
    split->addWidget(makeDetail());
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setSizes({480, 320});
    auto* right = new QVBoxLayout;
    right->setSpacing(14);
    right->addWidget(makeSearch());
    right->addWidget(split, 1);
    auto* all = new QHBoxLayout;
    all->setSpacing(14);
    all->addWidget(typesCard_);
    typesCard_->hide();
    all->addLayout(right, 1);
    body->addLayout(all, 1);

    connect(types_, &QListWidget::currentItemChanged, this, [this](QListWidgetItem* item) {
        if (item) showType(item->data(Qt::UserRole).toString());
    });
    connect(table_, &Table::currentChanged, this, &DataPage::open);
    connect(next_, &QPushButton::clicked, this, [this] { ask(nextPage_, true); });
}

QWidget* DataPage::makeSearch() {
    auto* box = new QWidget;
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    parameter_ = new QComboBox;
    parameter_->setAccessibleName(tr("Search by"));
    for (const auto& [name, labels] : std::initializer_list<std::pair<const char*, QString>>{{"name", tr("Name")},
                                                                                             {"identifier", tr("Identifier")},
                                                                                             {"birthdate", tr("Birth date")},
                                                                                             {"patient", tr("Patient (id)")},
                                                                                             {"code", tr("Code")},
                                                                                             {"date", tr("Date")},
                                                                                             {"status", tr("Status")},
                                                                                             {"_id", tr("Id")},
                                                                                             {"_lastUpdated", tr("Changed")}}) {
        parameter_->addItem(labels, QString::fromLatin1(name));
    }
    value_ = new QLineEdit;
    value_->setPlaceholderText(tr("is…"));
    value_->setAccessibleName(tr("Value to search for"));
    value_->setFixedWidth(150);
    query_ = new QLineEdit;
    query_->setFont(fontOf(Text::Mono));
    query_->setAccessibleName(tr("Search as an address"));
    query_->setPlaceholderText("Patient?name=maria");
    auto* go = button(tr("Search"), Kind::Primary, "search");
    layout->addWidget(parameter_);
    layout->addWidget(value_);
    layout->addWidget(query_, 1);
    layout->addWidget(go);
    connect(value_, &QLineEdit::returnPressed, this, &DataPage::addCondition);
    connect(query_, &QLineEdit::returnPressed, this, &DataPage::search);
    connect(go, &QPushButton::clicked, this, [this] { value_->text().isEmpty() ? search() : addCondition(); });
    auto* enter = new QShortcut(QKeySequence("Ctrl+Return"), this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(enter, &QShortcut::activated, this, &DataPage::search);
    return box;
}

QWidget* DataPage::makeDetail() {
    auto* card = new Card;
    card->body->setContentsMargins(14, 10, 14, 14);
    card->body->setSpacing(8);
    recordName_ = label({}, Text::Strong);
    tabs_ = new QTabBar;
    tabs_->setDrawBase(false);
    tabs_->setExpanding(false);
    tabs_->addTab(tr("JSON"));
    tabs_->addTab(tr("History"));
    tabs_->setAccessibleName(tr("The record or its history"));
    versions_ = new QListWidget;
    versions_->setAccessibleName(tr("Versions, newest first"));
    versions_->setMaximumHeight(150);
    versions_->hide();
    json_ = jsonView(tr("The record as JSON"));
    card->body->addWidget(recordName_);
    card->body->addWidget(tabs_);
    card->body->addWidget(versions_);
    card->body->addWidget(json_, 1);
    connect(tabs_, &QTabBar::currentChanged, this, [this](int index) {
        versions_->setVisible(index == 1);
        if (!openRecord_.isEmpty()) open(openRecord_);
    });
    connect(versions_, &QListWidget::currentItemChanged, this, [this] {
        const int row = versions_->currentRow();
        if (row >= 0) json_->setPlainText(indented(versionTexts_.value(row)));
    });
    detail_ = card;
    detail_->setMinimumWidth(300);
    detail_->hide();
    return card;
}

void DataPage::showClinic(const Tenant& tenant) {
    if (tenant.id == tenant_.id) return;
    tenant_ = tenant;
    setTitle(tr("Records"), tenant.name);
    messages().clear();
    query_->clear();
    asked_.clear();
    table_->setRows({});
    table_->setTotal(0);
    types_->clear();
    typesCard_->hide();
    detail_->hide();
    openRecord_.clear();
    table_->setNote({});
    next_->hide();
}

void DataPage::refresh() {
    if (tenant_.id.isEmpty()) return;
    whenDone(api_.counts(tenant_.id), this, [this, id = tenant_.id](const Result<Counts>& counts) {
        if (id != tenant_.id) return;
        if (counts) {
            showTypes(*counts);
        } else {
            messages().tell(counts.error());
        }
    });
}

void DataPage::showTypes(const Counts& counts) {
    const QString before = asked_.section('?', 0, 0);
    const QSignalBlocker quiet(types_);
    types_->clear();
    for (auto at = counts.types.begin(); at != counts.types.end(); ++at) {
        auto* item = new QListWidgetItem(QStringLiteral("%1   %2").arg(at.key(), number(at.value())));
        item->setData(Qt::UserRole, at.key());
        types_->addItem(item);
        if (at.key() == before) types_->setCurrentItem(item);
    }
    typesCard_->setVisible(types_->count() > 0);
    if (!before.isEmpty()) {
        ask(asked_, false);  // not what somebody is typing
    } else if (query_->text().isEmpty() && !counts.types.isEmpty()) {
        showType(counts.types.contains("Patient") ? QStringLiteral("Patient") : counts.types.firstKey());
    }
}

void DataPage::showType(const QString& type) {
    if (type.isEmpty()) return;
    value_->clear();
    query_->setText(type + "?_count=" + pageSize);
    for (int i = 0; i < types_->count(); ++i) {
        if (types_->item(i)->data(Qt::UserRole).toString() != type) continue;
        const QSignalBlocker quiet(types_);
        types_->setCurrentRow(i);
    }
    search();
}

void DataPage::showQuery(const QString& query) {
    query_->setText(query);
    search();
}

void DataPage::addCondition() {
    QString type = query_->text().section('?', 0, 0).trimmed();
    if (type.isEmpty()) type = "Patient";
    query_->setText(type + '?' + parameter_->currentData().toString() + '=' +
                    QString::fromLatin1(QUrl::toPercentEncoding(value_->text().trimmed())) + "&_count=" + pageSize);
    search();
}

void DataPage::search() {
    if (tenant_.id.isEmpty() || query_->text().trimmed().isEmpty()) return;
    // What is typed may hold spaces and letters of any script; the wire wants them encoded.
    asked_ = QString::fromLatin1(QUrl(query_->text().trimmed(), QUrl::TolerantMode).toEncoded());
    ask(asked_, false);
}

void DataPage::ask(const QString& path, bool more) {
    QElapsedTimer timer;
    timer.start();
    whenDone(api_.fhir(tenant_.id, path), this, [this, more, timer, id = tenant_.id](const Result<Reply>& reply) {
        if (id != tenant_.id) return;
        if (!reply) {
            messages().tell(Tone::Danger, tr("This search does not work: %1").arg(reply.error().sentence));
            return;
        }
        messages().clear();
        show(*reply, more);
        table_->setNote(tr("%1 ms").arg(timer.elapsed()));
    });
}

void DataPage::show(const Reply& reply, bool more) {
    QList<Row> rows;
    const bool bundle = reply.json["resourceType"].toString() == "Bundle";
    const QList<QJsonObject> resources = bundle ? entries(reply.json) : QList<QJsonObject>{reply.json};
    for (const QJsonObject& resource : resources) {
        if (resource.isEmpty()) continue;
        const Summary summary = summaryOf(resource);
        const QString id = resource["id"].toString(), type = resource["resourceType"].toString();
        const QDateTime time = timeOf(resource["meta"]["lastUpdated"]);
        rows << Row{type + '/' + id,
                    {Cell(summary.name.isEmpty() ? type : summary.name), Cell(summary.detail, Tone::Muted), Cell(summary.date, Tone::Muted),
                     Cell(id, Tone::Muted), Cell(when(time), Tone::Muted, time)}};
    }
    if (more) {
        table_->addRows(rows);
    } else {
        table_->setRows(rows);
    }
    nextPage_ = nextLink(reply.json, reply.url);
    const bool counted = bundle && reply.json.contains("total");
    table_->setTotal(counted ? reply.json["total"].toInteger() : -1, !nextPage_.isEmpty());
    next_->setVisible(!nextPage_.isEmpty());
}

void DataPage::open(const QString& reference) {
    if (reference.isEmpty()) return;
    openRecord_ = reference;
    recordName_->setText(cut(reference, longestName));
    detail_->show();
    const bool history = tabs_->currentIndex() == 1;
    const QString path = history ? reference + "/_history" : reference;
    whenDone(api_.fhir(tenant_.id, path), this, [this, reference, history](const Result<Reply>& reply) {
        if (reference != openRecord_) return;
        if (!reply) {
            messages().tell(reply.error());
        } else if (history) {
            showHistory(*reply);
        } else {
            json_->setPlainText(indented(reply->body));
        }
    });
}

void DataPage::showHistory(const Reply& reply) {
    versions_->clear();
    versionTexts_ = entryTexts(reply.body);
    for (const QJsonValue& entry : reply.json["entry"].toArray()) {
        const QJsonObject resource = entry["resource"].toObject();
        const QString method = entry["request"]["method"].toString();
        const QString version = resource["meta"]["versionId"].toString();
        const QString at = when(timeOf(resource["meta"]["lastUpdated"]));
        const QString what = method == "DELETE" ? tr("removed") : method == "POST" ? tr("added") : tr("changed");
        auto* item = new QListWidgetItem(version.isEmpty() ? what : tr("Version %1  ·  %2  ·  %3").arg(version, what, at));
        versions_->addItem(item);
    }
    if (versions_->count() > 0) versions_->setCurrentRow(0);
}

}  // namespace polyclinic::ui
