#include "activity/event_words.h"

#include <QCoreApplication>
#include <QJsonArray>

#include "data/summary.h"

namespace polyclinic::ui {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("EventWords", text); }

QString interactionOf(const QJsonObject& event) { return event["subtype"].toArray().first()["code"].toString(); }

/// What is no FHIR interaction, in the words of a clinic.
QString accessWords(const QString& interaction) {
    static const QMap<QString, QString> labels{
        {"sign-in", tr("Signed in")},
        {"sign-in-refused", tr("Tried to sign in")},
        {"sign-out", tr("Signed out")},
        {"account-activate", tr("Joined")},
        {"account-invite", tr("Invited")},
        {"account-read", tr("Looked at the account")},
        {"account-search", tr("Looked at accounts")},
        {"grant-read", tr("Looked at an app's access")},
        {"grant-search", tr("Looked at apps with access")},
        {"session-search", tr("Looked at who is signed in")},
        {"audit-search", tr("Read the log")},
        {"audit-verify", tr("Checked the log")},
        {"account-reset-code", tr("Reset code for")},
        {"account-sign-in-code", tr("Sign-in link for")},
        {"code-refused", tr("Code refused")},
        {"session-end-others", tr("Ended other sessions")},
        {"account-unlock", tr("Unlocked")},
        {"account-update", tr("Changed")},
        {"account-disable", tr("Turned off")},
        {"account-delete", tr("Removed")},
        {"password-change", tr("Changed the password")},
        {"password-reset", tr("Set a new password")},
        {"consent", tr("Allowed an app")},
        {"consent-refused", tr("Did not allow an app")},
        {"grant-end", tr("Stopped an app")},
        {"session-end", tr("Ended a session")},
        {"token", tr("Got a key for records")},
        {"token-refused", tr("Asked for a key")},
        {"token-code", tr("Got a key for records")},
        {"token-refresh", tr("Renewed a key for records")},
        {"token-revoke", tr("Gave a key back")},
        {"signing-key-rotate", tr("Changed the signing keys")},
        {"tenant-create", tr("Made the clinic")},
        {"tenant-update", tr("Changed the clinic")},
        {"tenant-trash", tr("Moved to the trash")},
        {"tenant-restore", tr("Took from the trash")},
        {"tenant-purge", tr("Removed for ever")},
        {"setup", tr("Set up the server")},
        {"operator-create", tr("Added the operator")},
        {"operator-disable", tr("Turned off the operator")},
        {"operator-enable", tr("Turned on the operator")},
        {"operator-delete", tr("Removed the operator")},
        {"operator-password", tr("Changed the password of")},
        {"operator-client-create", tr("Registered the program")},
        {"operator-client-delete", tr("Removed the program")},
        {"network-this-computer", tr("Closed to other devices")},
        {"network-network", tr("Opened to the clinic's network")},
        {"network-internet", tr("Opened to the Internet")},
        {"network-risk-accepted", tr("Took the certificate's risk")},
        {"client-create", tr("Registered")},
        {"client-update", tr("Changed")},
        {"client-disable", tr("Turned off")},
        {"client-delete", tr("Removed")},
        {"client-rotate-secret", tr("New secret for")},
    };
    return labels.value(interaction);
}

}  // namespace

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
        if (thing.isEmpty()) thing = entity["type"]["code"].toString();
        if (!thing.isEmpty() && !things.contains(thing)) things << thing;
    }
    constexpr int shown = 3;
    const int more = int(things.size()) - shown;
    if (more > 0) things = things.first(shown);
    const QString text = things.join(QStringLiteral(", "));
    return more > 0 ? tr("%1 and %2 more").arg(text).arg(more) : text;
}

QString actionOf(const QJsonObject& event) {
    const QString interaction = interactionOf(event);
    if (interaction.startsWith("search")) return tr("Searched");
    if (interaction.startsWith("history")) return tr("Read the history of");
    const QString labels = accessWords(interaction);
    if (!labels.isEmpty()) return labels;
    static const QStringList fhir{"read", "vread", "create", "update", "patch", "delete", "batch", "transaction"};
    if (!interaction.isEmpty() && !fhir.contains(interaction)) {
        QString plain = QString(interaction).replace('-', ' ');
        plain[0] = plain[0].toUpper();
        return plain;
    }
    const QString action = event["action"].toString();
    if (action == "C") return tr("Added");
    if (action == "R") return tr("Read");
    if (action == "U") return tr("Changed");
    if (action == "D") return tr("Removed");
    const QString other = conceptText(event["subtype"]);
    return other.isEmpty() ? event["type"]["display"].toString(tr("Did")) : other;
}

Cell outcomeOf(const QJsonObject& event) {
    const QString outcome = event["outcome"].toString();
    if (outcome.isEmpty() || outcome == "0") return Cell(tr("Done"), Tone::Success);
    if (outcome == "4") return Cell(tr("Refused"), Tone::Warning);
    return Cell(tr("Failed"), Tone::Danger);
}

bool isSignIn(const QJsonObject& event) {
    static const QStringList deeds{"setup", "sign-in", "sign-in-refused", "token", "token-refused"};
    return deeds.contains(interactionOf(event));
}

EventKind kindOf(const QJsonObject& event) {
    const QString interaction = interactionOf(event);
    static const QStringList reads{"read",          "vread",   "search",           "search-type",
                                   "search-system", "history", "history-instance", "history-type"};
    static const QStringList changes{"create", "update", "patch", "delete", "batch", "transaction", "import"};
    if (reads.contains(interaction)) return EventKind::Read;
    if (changes.contains(interaction)) return EventKind::Change;
    return EventKind::Access;
}

}  // namespace polyclinic::ui
