#include "activity/activity_page.h"

#include <QJsonArray>
#include <QPushButton>
#include <QTableView>

#include "data/summary.h"
#include "shell/words.h"
#include "widgets/parts.h"
#include "widgets/table.h"

namespace polyclinic::ui {
namespace {

constexpr int perPage = 100;

QString whoOf(const QJsonObject& event) {
    QString name;
    for (const QJsonValue& agent : event["agent"].toArray()) {
        for (const QString& each : {agent["name"].toString(), agent["altId"].toString(), agent["who"]["display"].toString(),
                                    agent["who"]["identifier"]["value"].toString(), agent["who"]["reference"].toString()}) {
            if (!each.isEmpty() && (name.isEmpty() || agent["requestor"].toBool())) {
                name = each;
                break;
            }
        }
    }
    return name;
}

QString whatOf(const QJsonObject& event) {
    QStringList things;
    for (const QJsonValue& entity : event["entity"].toArray()) {
        QString thing = entity["what"]["reference"].toString();
        if (thing.isEmpty()) thing = entity["name"].toString();
        if (thing.isEmpty()) thing = entity["description"].toString();
        if (!thing.isEmpty()) things << thing;
    }
    return things.join(QStringLiteral(", "));
}

QString actionOf(const QJsonObject& event) {
    const QString subtype = event["subtype"].toArray().first()["code"].toString();
    if (subtype.startsWith("search")) return ActivityPage::tr("Searched");
    if (subtype.startsWith("history")) return ActivityPage::tr("Read the history of");
    const QString action = event["action"].toString();
    if (action == "C") return ActivityPage::tr("Added");
    if (action == "R") return ActivityPage::tr("Read");
    if (action == "U") return ActivityPage::tr("Changed");
    if (action == "D") return ActivityPage::tr("Removed");
    const QString other = conceptText(event["subtype"]);
    if (!other.isEmpty()) return other;
    return event["type"]["display"].toString(ActivityPage::tr("Did"));
}

/// AuditEvent.outcome: 0 success, 4 minor, 8 serious and 12 major failure.
Cell outcomeOf(const QJsonObject& event) {
    const QString outcome = event["outcome"].toString();
    if (outcome.isEmpty() || outcome == "0") return Cell(ActivityPage::tr("Done"), Tone::Success);
    if (outcome == "4") return Cell(ActivityPage::tr("Refused"), Tone::Warning);
    return Cell(ActivityPage::tr("Failed"), Tone::Danger);
}

Row rowOf(const QJsonObject& event) {
    const QDateTime time = QDateTime::fromString(event["recorded"].toString(), Qt::ISODateWithMs);
    return {event["id"].toString(),
            {Cell(whenExactly(time), Tone::Plain, time), Cell(whoOf(event)),
             Cell(actionOf(event)), Cell(whatOf(event), Tone::Muted), outcomeOf(event)}};
}

}  // namespace

ActivityPage::ActivityPage(ApiClient& api) : Page(tr("Activity")), api_(api) {
    table_ = new Table(tr("Activity"), {tr("When"), tr("Who"), tr("Did"), tr("What"), tr("Outcome")}, tr("Filter the activity"),
                       new EmptyState("activity", tr("Nothing has happened yet"),
                                      tr("Every read and every change of this clinic's records is written here.")));
    table_->setShares({20, 17, 15, 34, 14});
    body->addWidget(table_, 1);
    more_ = button(tr("Earlier"));
    more_->hide();
    body->addWidget(more_, 0, Qt::AlignRight);
    connect(more_, &QPushButton::clicked, this, [this] { load(next_); });
}

QLineEdit* ActivityPage::searchField() { return table_->filter(); }

void ActivityPage::showClinic(const Tenant& tenant) {
    if (tenant.id == tenant_.id) return;
    tenant_ = tenant;
    setTitle(tr("Activity"), tenant.name);
    messages().clear();
    table_->setRows({});
    more_->hide();
}

void ActivityPage::refresh() {
    if (!tenant_.id.isEmpty()) load({});
}

void ActivityPage::load(const QString& page) {
    whenDone(api_.auditEvents(tenant_.id, perPage, page), this,
             [this, id = tenant_.id, first = page.isEmpty()](const Result<Reply>& reply) {
                 if (id != tenant_.id) return;
                 if (!reply) {
                     messages().tell(reply.error());
                     return;
                 }
                 const QJsonObject& bundle = reply->json;
                 QList<Row> rows;
                 for (const QJsonObject& event : entries(bundle)) rows << rowOf(event);
                 if (first) {
                     table_->setRows(rows);
                 } else {
                     table_->addRows(rows);
                 }
                 next_ = nextLink(bundle, reply->url);
                 table_->setTotal(-1, !next_.isEmpty());  // the server counts a page, not the log
                 more_->setVisible(!next_.isEmpty());
             });
}

}  // namespace polyclinic::ui
