#include "activity/activity_list.h"

#include <QComboBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QTableView>

#include "activity/event_words.h"
#include "api_client/json.h"
#include "data/json_text.h"
#include "shell/words.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {
namespace {

constexpr int perPage = 200, mostAtOnce = 2000;

QDateTime recordedAt(const QJsonObject& event) { return timeOf(event["recorded"]); }

QComboBox* facet(const QString& name, const QStringList& choices) {
    auto* box = new QComboBox;
    box->setAccessibleName(name);
    box->addItems(choices);
    return box;
}

}  // namespace

ActivityList::ActivityList(ApiClient& api, Of of) : api_(api), of_(of) {
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins({});
    all->setSpacing(10);
    table_ = new Table(
        tr("Activity"), {tr("When"), tr("Who"), tr("Did"), tr("What"), tr("Outcome")}, tr("Filter the activity"),
        new EmptyState("activity", tr("Nothing in this period"),
                       of == Of::patient  ? tr("What this patient does in the portal, and their apps with the record, is written here.")
                       : of == Of::clinic ? tr("Every read and every change of this clinic's records is written here.")
                                          : tr("Sign-ins of operators, and what they change on the server, are written here.")));
    table_->setShares({20, 16, 22, 29, 13});
    table_->view()->setSelectionMode(QAbstractItemView::SingleSelection);
    period_ = facet(tr("Period"), {tr("Any time"), tr("Today"), tr("Last 7 days"), tr("Last 30 days")});
    kind_ = facet(tr("Kind"), of == Of::server ? QStringList{tr("Everything"), tr("Changes"), tr("Sign-ins")}
                                               : QStringList{tr("Everything"), tr("Reads"), tr("Changes"), tr("Sign-ins and access")});
    if (of == Of::server) table_->setDocumentName(tr("Activity of the server"));
    outcome_ = facet(tr("Outcome"), {tr("Any outcome"), tr("Done"), tr("Refused or failed")});
    auto* facets = new QHBoxLayout;
    facets->setSpacing(8);
    all->addLayout(facets);
    for (QComboBox* each : {period_, kind_, outcome_}) {
        facets->addWidget(each);
        connect(each, &QComboBox::activated, this, [this] {
            show();
            if (events_.size() < mostAtOnce && !next_.isEmpty() && table_->shownRows() < perPage / 4) load(next_);
        });
    }

    facets->addStretch();
    if (of != Of::patient) {
        check_ = button(tr("Check the log"));
        setTip(check_, tr("Reads everything again and compares it with its seals"));
        facets->addWidget(check_);
        connect(check_, &QPushButton::clicked, this, &ActivityList::check);
    }

    auto* card = new QFrame;
    card->setProperty("card", true);
    auto* inside = new QVBoxLayout(card);
    inside->setContentsMargins(14, 12, 14, 14);
    detailTitle_ = paragraph({}, Text::Strong);
    json_ = jsonView(tr("The event as JSON"));
    inside->addWidget(detailTitle_);
    inside->addWidget(json_, 1);
    detail_ = card;
    detail_->setMinimumWidth(280);
    detail_->hide();
    auto* split = new QSplitter;
    split->setChildrenCollapsible(false);
    split->setHandleWidth(14);
    split->addWidget(table_);
    split->addWidget(detail_);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 1);
    split->setSizes({700, 300});
    all->addWidget(split, 1);
    more_ = button(tr("Earlier"));
    more_->hide();
    all->addWidget(more_, 0, Qt::AlignRight);
    connect(more_, &QPushButton::clicked, this, [this] { load(next_); });
    connect(table_, &Table::currentChanged, this, &ActivityList::open);
}

void ActivityList::showFor(const Tenant& tenant, const QString& query) {
    if (tenant.id != tenant_.id || query != query_) {
        events_.clear();
        next_.clear();
        table_->setRows({});
        more_->hide();
        detail_->hide();
    }
    if (tenant.id != tenant_.id) names_.clear();
    tenant_ = tenant;
    query_ = query;
    table_->setDocumentName(tr("Activity of %1").arg(tenant.name));
}

void ActivityList::refresh() {
    if (of_ == Of::server) return load({});
    if (tenant_.id.isEmpty()) return;
    load({});
    learnNames();
}

void ActivityList::learnNames() {
    whenDone(api_.accounts(tenant_.id, "realm=patient"), this, [this, id = tenant_.id](const Result<QList<Account>>& accounts) {
        if (id != tenant_.id || !accounts) return;
        for (const Account& each : *accounts) names_[each.id] = each.username;
        show();
    });
    whenDone(api_.clients(tenant_.id), this, [this, id = tenant_.id](const Result<QList<Client>>& clients) {
        if (id != tenant_.id || !clients) return;
        for (const Client& each : *clients) names_[each.id] = each.name;
        show();
    });
}

void ActivityList::check() {
    if (of_ == Of::clinic && tenant_.id.isEmpty()) return;
    check_->setEnabled(false);
    whenDone(api_.verifyLog(of_ == Of::server ? QString() : tenant_.id), this, [this, id = tenant_.id](const Result<Reply>& reply) {
        check_->setEnabled(true);
        if (id != tenant_.id) return;
        if (!reply) {
            emit failed(reply.error());
            return;
        }
        const int sealed = reply->json["sealed"].toInt();
        if (reply->json["broken"].toArray().isEmpty())
            emit verified(Tone::Success, tr("Nobody changed this log. Events that were checked: %1").arg(sealed));
        else
            emit verified(Tone::Danger,
                          tr("This log was changed outside of this program. Keep the database as it is, and call whoever looks after "
                             "this server. Seals that do not fit: %1")
                              .arg(reply->json["broken"].toArray().size()));
    });
}

void ActivityList::load(const QString& page) {
    auto answer = of_ == Of::server ? api_.operatorEvents(perPage, page) : api_.auditEvents(tenant_.id, perPage, page, query_);
    whenDone(std::move(answer), this, [this, id = tenant_.id, query = query_, first = page.isEmpty()](const Result<Reply>& reply) {
        if (id != tenant_.id || query != query_) return;
        if (!reply) {
            emit failed(reply.error());
            return;
        }
        if (first) events_.clear();
        events_ += entries(reply->json);
        next_ = nextLink(reply->json, reply->url);
        show();
        // A period is shown whole, as far as it is not endless.
        const bool within = since().isValid() && !events_.isEmpty() && recordedAt(events_.last()) >= since();
        if (within && !next_.isEmpty() && events_.size() < mostAtOnce) load(next_);
    });
}

QDateTime ActivityList::since() const {
    const int days[] = {-1, 0, 6, 29};
    const int back = days[period_->currentIndex()];
    return back < 0 ? QDateTime() : QDate::currentDate().addDays(-back).startOfDay();
}

bool ActivityList::passes(const QJsonObject& event) const {
    if (since().isValid() && recordedAt(event) < since()) return false;
    const bool anyKind = kind_->currentIndex() == 0;
    if (!anyKind && of_ == Of::server && isSignIn(event) != (kind_->currentIndex() == 2)) return false;
    if (!anyKind && of_ != Of::server && int(kindOf(event)) != kind_->currentIndex() - 1) return false;
    const bool done = outcomeOf(event).tone == Tone::Success;
    return outcome_->currentIndex() == 0 || done == (outcome_->currentIndex() == 1);
}

void ActivityList::show() {
    QList<Row> rows;
    for (const QJsonObject& event : events_) {
        if (!passes(event)) continue;
        const QDateTime time = recordedAt(event);
        rows << Row{event["id"].toString(),
                    {Cell(whenExactly(time), Tone::Plain, time), Cell(named(whoOf(event))), Cell(actionOf(event)),
                     Cell(named(whatOf(event)), Tone::Muted), outcomeOf(event)}};
    }
    table_->setRows(rows);
    table_->setTotal(-1, !next_.isEmpty());  // the server counts a page, not the log
    more_->setVisible(!next_.isEmpty());
}

void ActivityList::open(const QString& id) {
    for (const QJsonObject& event : events_) {
        if (event["id"].toString() != id || id.isEmpty()) continue;
        detailTitle_->setText(cut(actionOf(event) + ' ' + named(whatOf(event)), longestText));
        json_->setPlainText(indented(QJsonDocument(event).toJson(QJsonDocument::Compact)));
        detail_->show();
    }
}

}  // namespace polyclinic::ui
