#include "settings/places.h"

#include "settings/settings_page.h"
#include "shell/shell.h"

namespace polyclinic::ui {

Place settingsPlace() {
    Place place{"settings", SettingsPage::tr("Settings"), "settings", "Ctrl+,", Place::In::Foot};
    place.make = [](Shell& shell) {
        auto* page = new SettingsPage;
        QObject::connect(page, &SettingsPage::lockWanted, &shell, &Shell::lockWanted);
        return page;
    };
    return place;
}

}  // namespace polyclinic::ui
