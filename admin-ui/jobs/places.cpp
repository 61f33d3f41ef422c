#include "jobs/places.h"

#include "jobs/import_page.h"
#include "shell/shell.h"
#include "widgets/overlay.h"

namespace polyclinic::ui {

Place importPlace() {
    Place place{"import", ImportPage::tr("Import"), "import", "Ctrl+Shift+I", Place::In::Clinic};
    place.make = [](Shell& shell) {
        auto* page = new ImportPage(shell.api);
        QObject::connect(page, &ImportPage::recordsWanted, &shell, [&shell] { shell.go("records"); });
        QObject::connect(page, &ImportPage::finished, &shell, [&shell, page] {
            if (page->isHidden()) shell.toast().tell(ImportPage::tr("The import has ended."));
        });
        QObject::connect(&shell, &Shell::clinicShown, page, &ImportPage::showClinic);
        return page;
    };
    return place;
}

}  // namespace polyclinic::ui
