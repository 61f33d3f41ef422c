#include "activity/places.h"

#include "activity/activity_page.h"
#include "shell/shell.h"

namespace polyclinic::ui {

Place activityPlace() {
    Place place{"activity", ActivityPage::tr("Activity"), "activity", "Ctrl+5", Place::In::Clinic};
    place.make = [](Shell& shell) {
        auto* page = new ActivityPage(shell.api);
        QObject::connect(&shell, &Shell::clinicShown, page, &ActivityPage::showClinic);
        return page;
    };
    return place;
}

Place serverActivityPlace() {
    Place place{"server-activity", ServerActivityPage::tr("Server activity"), "activity", "Ctrl+Shift+E"};
    place.make = [](Shell& shell) { return new ServerActivityPage(shell.api); };
    return place;
}

}  // namespace polyclinic::ui
