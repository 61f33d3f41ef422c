// An AuditEvent as people read it: who did what to what, and how it went.

#pragma once

#include <QJsonObject>
#include <QString>

#include "widgets/table.h"

namespace polyclinic::ui {

enum class EventKind { Read, Change, Access };

QString whoOf(const QJsonObject& event);
QString whatOf(const QJsonObject& event);
QString actionOf(const QJsonObject& event);
/// AuditEvent.outcome: 0 success, 4 minor, 8 serious and 12 major failure.
Cell outcomeOf(const QJsonObject& event);
EventKind kindOf(const QJsonObject& event);
/// Of the server's own events: somebody, or a program, came in or tried to.
bool isSignIn(const QJsonObject& event);

}  // namespace polyclinic::ui
