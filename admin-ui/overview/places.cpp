#include "overview/places.h"

#include "overview/overview_page.h"
#include "shell/shell.h"
#include "tenants/places.h"

namespace polyclinic::ui {

Place overviewPlace() {
    Place place{"overview", OverviewPage::tr("Overview"), "overview", "Ctrl+1"};
    place.make = [](Shell& shell) {
        auto* page = new OverviewPage(shell.api);
        QObject::connect(page, &OverviewPage::newClinicWanted, &shell, [&shell] { askNewClinic(shell); });
        QObject::connect(page, &OverviewPage::clinicOpened, &shell, [&shell](const QString& id) { shell.openClinic(id); });
        QObject::connect(page, &OverviewPage::networkWanted, &shell, [&shell] { shell.go("network"); });
        QObject::connect(page, &OverviewPage::allClinicsWanted, &shell, [&shell] { shell.go("clinics"); });
        QObject::connect(page, &OverviewPage::serverRead, &shell, [&shell](const ServerStatus& status) { shell.learn(status); });
        QObject::connect(&shell, &Shell::networkChanged, page, &OverviewPage::refresh);
        QObject::connect(&shell, &Shell::serverGone, page, &OverviewPage::refresh);
        return page;
    };
    return place;
}

}  // namespace polyclinic::ui
