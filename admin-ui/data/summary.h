// One line about a FHIR resource, for a table: its name and what it says.

#pragma once

#include <QJsonObject>
#include <QString>

namespace polyclinic::ui {

struct Summary {
    QString name;    // who or what
    QString detail;  // value, state, birth date
    QString date;    // the date that matters for its type, as written
};

Summary summaryOf(const QJsonObject& resource);

/// The text of a CodeableConcept: its own, or its first coding's display or code.
QString conceptText(const QJsonValue& codeableConcept);

}  // namespace polyclinic::ui
