#include "apps/places.h"

#include "apps/app_page.h"
#include "apps/apps_page.h"
#include "people/places.h"
#include "shell/shell.h"
#include "tenants/places.h"

namespace polyclinic::ui {
namespace {

const QString appsName = "apps", appName = "app";

}  // namespace

Place appsPlace() {
    Place place{appsName, AppsPage::tr("Apps"), "apps", "Ctrl+7", Place::In::Clinic};
    place.make = [](Shell& shell) {
        auto* page = new AppsPage(shell.api);
        QObject::connect(page, &AppsPage::appWanted, &shell, [&shell](const Client& client) {
            static_cast<AppPage&>(shell.page(appName)).showApp(shell.clinic(), client);
            shell.go(appName);
        });
        QObject::connect(page, &AppsPage::systemWanted, &shell, [&shell] { askNewSystem(shell); });
        QObject::connect(&shell, &Shell::clinicShown, page, &AppsPage::showClinic);
        return page;
    };
    place.commands = [](Shell& shell, Page& page) {
        return QList<Command>{{AppsPage::tr("Add an app to this clinic"), {}, true, [&shell, &page] {
                                   shell.go(appsName);
                                   static_cast<AppsPage&>(page).add();
                               }}};
    };
    return place;
}

Place appPlace() {
    Place place{appName, {}, {}, {}, Place::In::Below, appsName};
    place.make = [](Shell& shell) {
        auto* page = new AppPage(shell.api);
        QObject::connect(page, &AppPage::backWanted, &shell, [&shell] { shell.go(appsName); });
        QObject::connect(page, &AppPage::patientWanted, &shell, [&shell](const QString& reference) { showPatient(shell, reference); });
        return page;
    };
    return place;
}

}  // namespace polyclinic::ui
