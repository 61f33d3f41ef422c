#include "operators/operator_sheets.h"

#include <QLineEdit>

#include "sign_in/new_password.h"
#include "sign_in/password_field.h"
#include "widgets/parts.h"

namespace polyclinic::ui {

AddPersonSheet::AddPersonSheet(Self self, QWidget* window) : ProvenSheet(tr("Add a person"), std::move(self), tr("Add person"), window) {
    body()->addWidget(paragraph(tr("They can do everything here that you can: clinics, apps, codes for patients, and other operators."),
                                Text::Body, Tone::Muted));
    username_ = new QLineEdit;
    usernameField_ = new Field(tr("Their &user name"), username_);
    body()->addWidget(usernameField_);
    password_ = new NewPassword(tr("A &password to begin with"));
    body()->addWidget(password_);
    body()->addWidget(paragraph(tr("Let them type it here themselves, or change it when they first sign in."), Text::Small, Tone::Muted));
    addOwnPassword(tr("&Your own password"));
    setFirst(username_);
    connect(username_, &QLineEdit::textChanged, this, [this](const QString& name) {
        usernameField_->setError({});
        password_->setKnown({name});
    });
}

bool AddPersonSheet::check() {
    const bool named = !username_->text().trimmed().isEmpty();
    if (!named) usernameField_->setError(tr("Choose a name to sign in with."));
    const bool good = password_->check();
    if (!named) {
        username_->setFocus();
    } else if (!good) {
        password_->line()->setFocus();
    }
    return named && good;
}

void AddPersonSheet::act() {
    const QString name = username_->text().trimmed();
    whenDone(self_.api.addOperator(name, password_->line()->text()), this, [this, name](const Result<Nothing>& done) {
        if (finish(done)) emit added(name);
    });
}

AddProgramSheet::AddProgramSheet(Self self, QWidget* window)
    : ProvenSheet(tr("Add a program"), std::move(self), tr("Add program"), window) {
    body()->addWidget(paragraph(tr("A script or another program that runs this server through its operator API. For a program that "
                                   "reads a clinic's records, add a system to that clinic instead."),
                                Text::Body, Tone::Muted));
    name_ = new QLineEdit;
    name_->setPlaceholderText(tr("Nightly report"));
    nameField_ = new Field(tr("&Name"), name_, tr("You will find it by this name in the server's activity."));
    body()->addWidget(nameField_);
    addOwnPassword(tr("&Your own password"));
    setFirst(name_);
    connect(name_, &QLineEdit::textChanged, this, [this] { nameField_->setError({}); });
}

bool AddProgramSheet::check() {
    if (!name_->text().trimmed().isEmpty()) return true;
    nameField_->setError(tr("What is the program called?"));
    name_->setFocus();
    return false;
}

void AddProgramSheet::act() {
    const QString name = name_->text().trimmed();
    whenDone(self_.api.addProgram(name), this, [this, name](const Result<ProgramSecret>& made) {
        if (finish(made.map([](const ProgramSecret&) { return Nothing{}; }))) emit added(name, *made);
    });
}

ChangePasswordSheet::ChangePasswordSheet(Self self, const QString& id, QWidget* window)
    : ProvenSheet(tr("Change your password"), std::move(self), tr("Change password"), window), id_(id) {
    addOwnPassword(tr("Your password &now"));
    password_ = new NewPassword(tr("Your n&ew password"));
    password_->setKnown({self_.username});
    body()->addWidget(password_);
    body()->addWidget(paragraph(tr("Wherever else you are signed in, you are signed out."), Text::Small, Tone::Muted));
}

bool ChangePasswordSheet::check() {
    if (password_->check()) return true;
    password_->line()->setFocus();
    return false;
}

void ChangePasswordSheet::act() {
    whenDone(self_.api.changePassword(id_, ownPassword(), password_->line()->text()), this, [this](const Result<Nothing>& done) {
        if (finish(done)) emit changed();
    });
}

}  // namespace polyclinic::ui
