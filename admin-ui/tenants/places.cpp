#include "tenants/places.h"

#include "data/places.h"
#include "shell/shell.h"
#include "tenants/clinic_home_page.h"
#include "tenants/clinics_page.h"
#include "tenants/edit_clinic_sheet.h"
#include "tenants/new_clinic_sheet.h"

namespace polyclinic::ui {
namespace {

const QString clinicsName = "clinics", homeName = "home";

ClinicsPage& clinicsPage(Shell& shell) { return static_cast<ClinicsPage&>(shell.page(clinicsName)); }

ClinicHomePage& homePage(Shell& shell) { return static_cast<ClinicHomePage&>(shell.page(homeName)); }

void askDetails(Shell& shell, const Tenant& tenant) {
    auto* sheet = new EditClinicSheet(shell.api, tenant, &shell);
    QObject::connect(sheet, &EditClinicSheet::saved, &shell, [&shell](const Tenant& saved) {
        shell.openClinic(saved);
        shell.tellClinicsChanged();
    });
    sheet->open();
}

}  // namespace

void askNewClinic(Shell& shell) {
    auto* sheet = new NewClinicSheet(shell.api, shell.clinics(), &shell);
    QObject::connect(sheet, &NewClinicSheet::created, &shell, [&shell](const Tenant& tenant) {
        shell.openClinic(tenant);
        shell.tellClinicsChanged();
    });
    sheet->open(sheet->nameField());
}

void askNewSystem(Shell& shell) {
    shell.go(homeName);
    homePage(shell).addSystem();
}

Place clinicsPlace() {
    Place place{clinicsName, ClinicsPage::tr("Clinics"), "clinics", "Ctrl+2"};
    place.make = [](Shell& shell) {
        auto* page = new ClinicsPage(shell.api, shell.toast());
        QObject::connect(page, &ClinicsPage::newClinicWanted, &shell, [&shell] { askNewClinic(shell); });
        QObject::connect(page, &ClinicsPage::clinicOpened, &shell, [&shell](const QString& id) { shell.openClinic(id); });
        QObject::connect(page, &ClinicsPage::freshSignInWanted, &shell, &Shell::askFreshSignIn);
        QObject::connect(page, &ClinicsPage::changed, &shell, &Shell::tellClinicsChanged);
        return page;
    };
    place.commands = [](Shell& shell, Page&) {
        return QList<Command>{{ClinicsPage::tr("New clinic"), "Ctrl+N", false, [&shell] { askNewClinic(shell); }}};
    };
    return place;
}

Place clinicHomePlace() {
    Place place{homeName, ClinicHomePage::tr("Home"), "home", "Ctrl+3", Place::In::Clinic};
    place.make = [](Shell& shell) {
        auto* page = new ClinicHomePage(shell.api);
        QObject::connect(page, &ClinicHomePage::importWanted, &shell, [&shell] { shell.go("import"); });
        QObject::connect(page, &ClinicHomePage::recordsWanted, &shell, [&shell](const QString& type) { showRecords(shell, type); });
        QObject::connect(page, &ClinicHomePage::suspendWanted, &shell,
                         [&shell](const Tenant& tenant, bool suspended) { clinicsPage(shell).setSuspended(tenant, suspended); });
        QObject::connect(page, &ClinicHomePage::editWanted, &shell, [&shell](const Tenant& tenant) { askDetails(shell, tenant); });
        QObject::connect(&shell, &Shell::clinicShown, page, &ClinicHomePage::showClinic);
        QObject::connect(&shell, &Shell::clinicsChanged, page, [page] {
            if (!page->isHidden()) page->refresh();
        });
        return page;
    };
    place.commands = [](Shell& shell, Page&) {
        return QList<Command>{{ClinicHomePage::tr("Add a system to this clinic"), "Ctrl+Shift+A", true, [&shell] { askNewSystem(shell); }},
                              {ClinicHomePage::tr("Change this clinic's signing keys"), {}, true, [&shell] {
                                   shell.go(homeName);
                                   homePage(shell).changeSigningKeys();
                               }}};
    };
    return place;
}

}  // namespace polyclinic::ui
