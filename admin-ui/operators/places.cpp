#include "operators/places.h"

#include "operators/operators_page.h"
#include "shell/shell.h"
#include "widgets/overlay.h"

namespace polyclinic::ui {
namespace {

const QString operatorsName = "operators";

}  // namespace

Place operatorsPlace() {
    Place place{operatorsName, OperatorsPage::tr("Operators"), "operators", "Ctrl+Shift+O"};
    place.make = [](Shell& shell) {
        auto* page = new OperatorsPage(shell.api, shell.flow);
        QObject::connect(page, &OperatorsPage::freshSignInWanted, &shell, &Shell::askFreshSignIn);
        QObject::connect(page, &OperatorsPage::said, &shell, [&shell](const QString& sentence) { shell.toast().tell(sentence); });
        QObject::connect(&shell, &Shell::operatorEntered, page, &OperatorsPage::setOperator);
        return page;
    };
    place.commands = [](Shell& shell, Page& page) {
        return QList<Command>{{OperatorsPage::tr("Change your password"), {}, false, [&shell, &page] {
                                   shell.go(operatorsName);
                                   static_cast<OperatorsPage&>(page).changePassword();
                               }}};
    };
    return place;
}

}  // namespace polyclinic::ui
