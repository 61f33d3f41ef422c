#include "portal/places.h"

#include "portal/preview_page.h"
#include "shell/shell.h"

namespace polyclinic::ui {

Place previewPlace() {
    Place place{"portal", PreviewPage::tr("Portal"), "portal", "Ctrl+0", Place::In::Clinic};
    place.make = [](Shell& shell) {
        auto* page = new PreviewPage;
        QObject::connect(&shell, &Shell::clinicShown, page, &PreviewPage::showClinic);
        QObject::connect(&shell, &Shell::certificateSeen, page, &PreviewPage::trust);
        return page;
    };
    return place;
}

}  // namespace polyclinic::ui
