#include "people/patient.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QLocale>

#include "data/summary.h"
#include "shell/words.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("Patient", text); }

/// The identifier of type MR (medical record number), else the first.
QString recordNumberOf(const QJsonObject& record) {
    QString first;
    for (const QJsonValue& each : record["identifier"].toArray()) {
        const QString value = each["value"].toString();
        if (first.isEmpty()) first = value;
        for (const QJsonValue& coding : each["type"]["coding"].toArray()) {
            if (coding["code"].toString() == QLatin1String("MR")) return value;
        }
    }
    return first;
}

QString languageOf(const QJsonObject& record) {
    QString language;
    for (const QJsonValue& each : record["communication"].toArray()) {
        const QString code = each["language"]["coding"].toArray().first()["code"].toString().section('-', 0, 0);
        if (language.isEmpty() || each["preferred"].toBool()) language = code;
    }
    return language;
}

}  // namespace

Patient Patient::fromJson(const QJsonObject& record) {
    Patient patient;
    patient.id = record["id"].toString();
    patient.name = summaryOf(record).name;
    if (patient.name.isEmpty()) patient.name = patient.id;
    patient.birthDate = cut(record["birthDate"].toString(), longestName);
    patient.recordNumber = cut(recordNumberOf(record), longestName);
    patient.language = languageOf(record);
    patient.record = record;
    return patient;
}

QString birthDateWords(const QString& date) {
    const QDate day = QDate::fromString(date, Qt::ISODate);
    return day.isValid() ? QLocale().toString(day, "d MMM yyyy") : date;
}

Cell portalStatus(const std::optional<Account>& account) {
    if (!account) return Cell(tr("Not invited"), Tone::Muted, 0);
    if (account->disabled || account->status == QLatin1String("off")) return Cell(tr("Off"), Tone::Warning, 4);
    if (account->status == QLatin1String("locked")) return Cell(tr("Locked"), Tone::Danger, 5);
    if (account->status == QLatin1String("active")) return Cell(tr("Active"), Tone::Success, 3);
    if (!account->invitedUntil.isValid() || account->invitedUntil < QDateTime::currentDateTimeUtc()) {
        return Cell(tr("Invitation ran out"), Tone::Warning, 1);
    }
    return Cell(tr("Invited until %1").arg(QLocale().toString(account->invitedUntil.toLocalTime().date(), "d MMM")), Tone::Info, 2);
}

}  // namespace polyclinic::ui
