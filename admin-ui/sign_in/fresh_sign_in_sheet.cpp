#include "sign_in/fresh_sign_in_sheet.h"

#include "widgets/parts.h"

namespace polyclinic::ui {

FreshSignInSheet::FreshSignInSheet(Self self, QWidget* window)
    : ProvenSheet(tr("Is it you, %1?").arg(self.username), self, tr("Go on"), window) {
    body()->addWidget(paragraph(tr("Before a change like this your password is asked for once more."), Text::Body, Tone::Muted));
    addOwnPassword(tr("&Password"));
}

void FreshSignInSheet::act() {
    finish(Nothing{});
    emit signedIn();
}

}  // namespace polyclinic::ui
