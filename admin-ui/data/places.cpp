#include "data/places.h"

#include "data/data_page.h"
#include "shell/shell.h"

namespace polyclinic::ui {
namespace {

const QString recordsName = "records";

}  // namespace

void showRecords(Shell& shell, const QString& what) {
    shell.go(recordsName);
    auto& page = static_cast<DataPage&>(shell.page(recordsName));
    what.contains('?') ? page.showQuery(what) : page.showType(what);
}

Place recordsPlace() {
    Place place{recordsName, DataPage::tr("Records"), "records", "Ctrl+4", Place::In::Clinic};
    place.make = [](Shell& shell) {
        auto* page = new DataPage(shell.api);
        QObject::connect(page, &DataPage::importWanted, &shell, [&shell] { shell.go("import"); });
        QObject::connect(&shell, &Shell::clinicShown, page, &DataPage::showClinic);
        return page;
    };
    return place;
}

}  // namespace polyclinic::ui
