#include "people/places.h"

#include "data/places.h"
#include "people/patient_page.h"
#include "people/patients_page.h"
#include "shell/shell.h"

namespace polyclinic::ui {
namespace {

const QString patientsName = "patients", patientName = "patient";

PatientPage& patientPage(Shell& shell) { return static_cast<PatientPage&>(shell.page(patientName)); }

/// Whom to invite is what is in sight: the patient, or those chosen in the list; else the list comes up.
void invite(Shell& shell) {
    auto& list = static_cast<PatientsPage&>(shell.page(patientsName));
    if (!patientPage(shell).isHidden()) return patientPage(shell).invite();
    if (!list.isHidden()) return list.inviteSelected();
    shell.go(patientsName);
}

}  // namespace

void showPatient(Shell& shell, const QString& reference) {
    if (!reference.startsWith("Patient/")) return;
    patientPage(shell).showPatient(shell.clinic(), reference);
    shell.go(patientName);
}

Place patientsPlace() {
    Place place{patientsName, PatientsPage::tr("Patients"), "patients", "Ctrl+6", Place::In::Clinic};
    place.make = [](Shell& shell) {
        auto* page = new PatientsPage(shell.api);
        QObject::connect(page, &PatientsPage::patientWanted, &shell, [&shell](const Patient& patient) {
            patientPage(shell).showPatient(shell.clinic(), patient);
            shell.go(patientName);
        });
        QObject::connect(page, &PatientsPage::importWanted, &shell, [&shell] { shell.go("import"); });
        QObject::connect(&shell, &Shell::clinicShown, page, &PatientsPage::showClinic);
        return page;
    };
    place.commands = [](Shell& shell, Page&) {
        return QList<Command>{{PatientsPage::tr("Invite to portal"), "Ctrl+I", true, [&shell] { invite(shell); }}};
    };
    return place;
}

Place patientPlace() {
    Place place{patientName, {}, {}, {}, Place::In::Below, patientsName};
    place.make = [](Shell& shell) {
        auto* page = new PatientPage(shell.api);
        QObject::connect(page, &PatientPage::backWanted, &shell, [&shell] { shell.go(patientsName); });
        QObject::connect(page, &PatientPage::recordsWanted, &shell, [&shell](const QString& query) { showRecords(shell, query); });
        return page;
    };
    return place;
}

}  // namespace polyclinic::ui
