#include "apps/scope_sentences.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace polyclinic::ui {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("ScopeSentences", text); }

QString wordsOf(const QString& type) {
    if (type == "*") return tr("all records, also those that are added later");
    for (const RecordKind& kind : recordKinds()) {
        if (kind.type == type) return kind.labels;
    }
    return type;
}

QString verbOf(const QString& letters) {
    const bool reads = letters.contains('r') || letters.contains('s');
    const bool creates = letters.contains('c'), updates = letters.contains('u'), removes = letters.contains('d');
    if (reads && creates && updates && removes) return tr("Read, add, change and remove %1");
    if (reads && creates && updates) return tr("Read, add and change %1");
    if (reads && creates) return tr("Read and add %1");
    if (reads && updates) return tr("Read and change %1");
    if (reads && removes) return tr("Read and remove %1");
    if (reads) return tr("Read %1");
    if (creates && updates && removes) return tr("Add, change and remove %1");
    if (creates && updates) return tr("Add and change %1");
    if (creates) return tr("Add %1");
    if (updates) return tr("Change %1");
    return tr("Remove %1");
}

}  // namespace

const QList<RecordKind>& recordKinds() {
    static const QList<RecordKind> recordKinds{
        {"Patient", tr("patients")},
        {"Encounter", tr("visits")},
        {"Observation", tr("measurements and lab results")},
        {"Condition", tr("diagnoses and problems")},
        {"MedicationRequest", tr("prescriptions")},
        {"AllergyIntolerance", tr("allergies")},
        {"Immunization", tr("vaccinations")},
        {"Procedure", tr("procedures")},
        {"DiagnosticReport", tr("reports")},
        {"DocumentReference", tr("documents")},
        {"CarePlan", tr("care plans")},
        {"Appointment", tr("appointments")},
        {"Practitioner", tr("staff")},
        {"Organization", tr("organizations")},
    };
    return recordKinds;
}

QStringList scopeSentences(const QString& scopes) {
    static const QRegularExpression pattern("^system/([A-Za-z]+|\\*)\\.(c?r?u?d?s?|read|write|\\*)$");
    QStringList sentences;
    for (const QString& scope : scopes.split(' ', Qt::SkipEmptyParts)) {
        const auto match = pattern.match(scope);
        if (!match.hasMatch() || match.captured(2).isEmpty()) {
            sentences << scope;
            continue;
        }
        QString letters = match.captured(2);
        if (letters == "read") letters = "rs";
        if (letters == "write") letters = "cud";
        if (letters == "*") letters = "cruds";
        sentences << verbOf(letters).arg(wordsOf(match.captured(1)));
    }
    return sentences;
}

}  // namespace polyclinic::ui
