// What a registered system may do, as sentences (SMART App Launch 2.2 scopes, system/ only).

#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace polyclinic::ui {

/// One sentence a scope: "system/Patient.rs" -> "Read patients". A scope that cannot be said is shown as it is.
QStringList scopeSentences(const QString& scopes);

struct RecordKind {
    QString type;    // FHIR resource type
    QString labels;  // plural, for a sentence
};

/// The kinds of record that can be chosen one by one, most asked for first.
const QList<RecordKind>& recordKinds();

}  // namespace polyclinic::ui
