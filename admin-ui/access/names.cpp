#include "access/names.h"

#include "people/patient.h"

namespace polyclinic::ui {
namespace {

constexpr int atOnce = 50;

}  // namespace

void Names::showClinic(const QString& tenant) {
    if (tenant == tenant_) return;
    tenant_ = tenant;
    names_.clear();
}

void Names::fetch(const QStringList& references, std::function<void()> then) {
    QStringList ids;
    for (const QString& each : references) {
        if (names_.contains(each) || !each.startsWith("Patient/") || ids.size() == atOnce) continue;
        const QString id = each.section('/', 1);
        if (!ids.contains(id)) ids << id;
    }
    if (ids.isEmpty()) return then();
    const QString path = QStringLiteral("Patient?_count=%1&_id=%2").arg(atOnce).arg(ids.join(','));
    whenDone(api_.fhir(tenant_, path), this, [this, ids, references, then, tenant = tenant_](const Result<Reply>& reply) {
        if (tenant != tenant_) return;
        for (const QString& id : ids) names_["Patient/" + id] = "Patient/" + id;
        if (reply) {
            for (const QJsonObject& each : entries(reply->json)) {
                const Patient patient = Patient::fromJson(each);
                names_[patient.fhirUser()] = patient.name;
            }
        }
        fetch(references, then);
    });
}

}  // namespace polyclinic::ui
