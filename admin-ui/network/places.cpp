#include "network/places.h"

#include "network/network_page.h"
#include "shell/shell.h"

namespace polyclinic::ui {

Place networkPlace() {
    Place place{"network", NetworkPage::tr("Network"), "server", "Ctrl+Shift+N"};
    place.make = [](Shell& shell) {
        auto* page = new NetworkPage(shell.api);
        QObject::connect(page, &NetworkPage::certificateSeen, &shell, &Shell::trust);
        QObject::connect(page, &NetworkPage::changed, &shell, &Shell::tellNetworkChanged);
        QObject::connect(&shell, &Shell::clinicShown, page, &NetworkPage::showClinic);
        return page;
    };
    return place;
}

}  // namespace polyclinic::ui
