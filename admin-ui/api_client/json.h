// Times and lists in the JSON of the operator API.

#pragma once

#include <QDateTime>
#include <QJsonArray>
#include <QJsonValue>
#include <QStringList>

namespace polyclinic::ui {

/// A FHIR instant or dateTime with a time; invalid for anything else.
inline QDateTime timeOf(const QJsonValue& value) { return QDateTime::fromString(value.toString(), Qt::ISODateWithMs); }

inline QStringList textsOf(const QJsonValue& list) {
    QStringList texts;
    for (const QJsonValue& each : list.toArray()) texts << each.toString();
    return texts;
}

}  // namespace polyclinic::ui
