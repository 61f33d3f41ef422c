// The id of a clinic: part of every one of its web addresses, so short, lower-case and plain.

#pragma once

#include <QString>
#include <QStringList>

namespace polyclinic::ui {

/// "Oak Street Clinic" -> "oak-street-clinic"; accents fall off; empty when no letter or digit is left.
QString slugOf(const QString& name);

/// Whether the server takes it: ^[a-z0-9][a-z0-9-]{1,62}$.
bool validSlug(const QString& id);

/// Ids to try when `id` is taken, best first.
QStringList slugsLike(const QString& id, const QString& timezone);

}  // namespace polyclinic::ui
