#include "data/summary.h"

#include <QJsonArray>
#include <QStringList>

#include "widgets/plain_text.h"

namespace polyclinic::ui {
namespace {

QString humanName(const QJsonValue& name) {
    if (!name["text"].toString().isEmpty()) return name["text"].toString();
    QStringList parts;
    for (const QJsonValue& given : name["given"].toArray()) parts << given.toString();
    parts << name["family"].toString();
    parts.removeAll(QString());
    return parts.join(' ');
}

QString nameOf(const QJsonObject& resource) {
    const QJsonValue name = resource["name"];
    if (name.isString()) return name.toString();
    if (name.isArray()) return humanName(name.toArray().first());
    for (const char* key : {"code", "vaccineCode", "medicationCodeableConcept", "type", "category", "serviceType"}) {
        const QString text = conceptText(resource[QLatin1String(key)]);
        if (!text.isEmpty()) return text;
    }
    for (const char* key : {"title", "description"}) {
        if (resource[QLatin1String(key)].isString()) return resource[QLatin1String(key)].toString();
    }
    return {};
}

QString valueOf(const QJsonObject& resource) {
    const QJsonValue quantity = resource["valueQuantity"];
    if (quantity.isObject()) {
        return (quantity["value"].toVariant().toString() + ' ' + quantity["unit"].toString()).trimmed();
    }
    if (resource["valueString"].isString()) return resource["valueString"].toString();
    return conceptText(resource["valueCodeableConcept"]);
}

}  // namespace

QString conceptText(const QJsonValue& value) {
    const QJsonValue codeableConcept = value.isArray() ? value.toArray().first() : value;
    if (!codeableConcept["text"].toString().isEmpty()) return codeableConcept["text"].toString();
    const QJsonValue coding = codeableConcept["coding"].toArray().first();
    return coding["display"].toString().isEmpty() ? coding["code"].toString() : coding["display"].toString();
}

Summary summaryOf(const QJsonObject& resource) {
    Summary summary;
    summary.name = cut(nameOf(resource), longestName);
    summary.detail = cut(valueOf(resource), longestName);
    if (summary.detail.isEmpty()) summary.detail = cut(conceptText(resource["clinicalStatus"]), longestName);
    for (const char* key : {"gender", "status"}) {
        if (summary.detail.isEmpty()) summary.detail = cut(resource[QLatin1String(key)].toString(), longestName);
    }
    for (const char* key : {"birthDate", "effectiveDateTime", "onsetDateTime", "performedDateTime", "occurrenceDateTime", "authoredOn",
                            "recordedDate", "date", "issued", "created", "start"}) {
        if (resource[QLatin1String(key)].isString()) {
            summary.date = resource[QLatin1String(key)].toString().left(10);
            return summary;
        }
    }
    for (const char* key : {"period", "effectivePeriod", "performedPeriod", "billablePeriod"}) {
        const QString start = resource[QLatin1String(key)]["start"].toString();
        if (!start.isEmpty()) {
            summary.date = start.left(10);
            return summary;
        }
    }
    return summary;
}

}  // namespace polyclinic::ui
