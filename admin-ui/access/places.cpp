#include "access/places.h"

#include "access/access_pages.h"
#include "people/places.h"
#include "shell/shell.h"

namespace polyclinic::ui {

Place accessPlace() {
    Place place{"access", AccessPage::tr("App access"), "access", "Ctrl+8", Place::In::Clinic};
    place.make = [](Shell& shell) {
        auto* page = new AccessPage(shell.api);
        QObject::connect(page, &AccessPage::patientWanted, &shell, [&shell](const QString& reference) { showPatient(shell, reference); });
        QObject::connect(&shell, &Shell::clinicShown, page, &AccessPage::showClinic);
        return page;
    };
    return place;
}

Place sessionsPlace() {
    Place place{"sessions", SessionsPage::tr("Sessions"), "sessions", "Ctrl+9", Place::In::Clinic};
    place.make = [](Shell& shell) {
        auto* page = new SessionsPage(shell.api);
        QObject::connect(&shell, &Shell::clinicShown, page, &SessionsPage::showClinic);
        return page;
    };
    return place;
}

}  // namespace polyclinic::ui
