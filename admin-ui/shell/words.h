// Numbers, times and addresses as people read them.

#pragma once

#include <QDateTime>
#include <QString>
#include <QUrl>

namespace polyclinic::ui {

QString number(qint64 value);
QString bytes(qint64 value);
/// "today at 09:12", "3 May 2026 at 09:12"; empty for an invalid time. The computer's own time zone.
QString when(const QDateTime& time);
/// The same to the second, for logs.
QString whenExactly(const QDateTime& time);
/// Whether an address is meant for other computers too; false for none.
bool isOutside(const QUrl& address);
/// Who can reach an address: "This computer only", "Clinic network", "Internet".
QString networkOf(const QUrl& address);

}  // namespace polyclinic::ui
