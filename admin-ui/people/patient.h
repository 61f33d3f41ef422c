// A clinic's patient as the lists show one: what of the record is needed, and the account that goes with it.

#pragma once

#include <QMap>
#include <optional>

#include "api_client/people.h"
#include "widgets/table.h"

namespace polyclinic::ui {

struct Patient {
    QString id, name, birthDate, recordNumber, language;
    QJsonObject record;

    QString fhirUser() const { return "Patient/" + id; }
    static Patient fromJson(const QJsonObject& record);
};

/// "1980-05-03" -> "3 May 1980"; parts of a date and what is no date stay as written.
QString birthDateWords(const QString& date);

/// "Not invited", "Invited until 5 Dec 2026", "Active", "Locked", "Off".
Cell portalStatus(const std::optional<Account>& account);

/// Names of patients by "Patient/id", for lists that know only the reference.
using PatientNames = QMap<QString, QString>;

}  // namespace polyclinic::ui
