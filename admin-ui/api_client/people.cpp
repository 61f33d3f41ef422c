#include "api_client/people.h"

#include "api_client/json.h"

namespace polyclinic::ui {
namespace {

QList<Sentence> sentencesOf(const QJsonValue& list) {
    QList<Sentence> sentences;
    for (const QJsonValue& each : list.toArray()) {
        sentences.append({each["short"].toString(), each["long"].toString(), each["scope"].toString()});
    }
    return sentences;
}

QStringList notesOf(const QJsonValue& list) {
    QStringList texts;
    for (const QJsonValue& each : list.toArray()) {
        // A refusal is a scope with its reason; a note is a sentence.
        texts << (each.isString() ? each.toString()
                                  : QStringList({each["scope"].toString(), each["short"].toString(), each["reason"].toString()})
                                        .filter(QRegularExpression("."))
                                        .join(QStringLiteral(": ")));
    }
    return texts;
}

}  // namespace

Account Account::fromJson(const QJsonObject& json) {
    Account account;
    account.source = json;
    account.id = json["id"].toString();
    account.realm = json["realm"].toString();
    account.username = json["username"].toString();
    account.email = json["email"].toString();
    account.fhirUser = json["fhirUser"].toString();
    account.birthDate = json["birthDate"].toString();
    account.language = json["language"].toString();
    account.status = json["status"].toString();
    account.disabled = json["disabled"].toBool();
    account.created = timeOf(json["created"]);
    account.activated = timeOf(json["activated"]);
    account.lastSignIn = timeOf(json["lastSignIn"]);
    account.invitedUntil = timeOf(json["invitedUntil"]);
    account.lockedUntil = timeOf(json["lockedUntil"]);
    account.versionId = json["meta"]["versionId"].toString();
    return account;
}

OneTimeCode OneTimeCode::fromJson(const QJsonObject& json) {
    return {QUrl(json["url"].toString()), json["code"].toString(), json["username"].toString(), timeOf(json["expiresAt"])};
}

Session Session::fromJson(const QJsonObject& json) {
    return {json["id"].toString(),       json["account"].toString(), json["username"].toString(),
            json["fhirUser"].toString(), json["device"].toString(),  json["address"].toString(),
            timeOf(json["started"]),     timeOf(json["lastSeen"]),   timeOf(json["expires"])};
}

Grant Grant::fromJson(const QJsonObject& json) {
    Grant grant;
    grant.id = json["id"].toString();
    grant.account = json["account"].toString();
    grant.username = json["username"].toString();
    grant.fhirUser = json["fhirUser"].toString();
    grant.client = json["client"].toString();
    grant.clientName = json["clientName"].toString();
    grant.patient = json["patient"].toString();
    grant.scope = json["scope"].toString();
    grant.status = json["status"].toString();
    grant.endedBy = json["endedBy"].toString();
    grant.created = timeOf(json["created"]);
    grant.ends = timeOf(json["ends"]);
    grant.lastUsed = timeOf(json["lastUsed"]);
    grant.ended = timeOf(json["ended"]);
    return grant;
}

ConsentPreview ConsentPreview::fromJson(const QJsonObject& json) {
    return {json["title"].toString(),    json["maker"].toString(), sentencesOf(json["always"]), sentencesOf(json["see"]),
            sentencesOf(json["change"]), notesOf(json["notes"]),   notesOf(json["refused"])};
}

}  // namespace polyclinic::ui
