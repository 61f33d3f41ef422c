#include "operators/operators_page.h"

#include <QMenu>

#include "apps/secret_sheet.h"
#include "operators/operator_sheets.h"
#include "shell/words.h"
#include "widgets/clear_layout.h"
#include "widgets/icons.h"
#include "widgets/parts.h"

namespace polyclinic::ui {
namespace {

/// What one line of a card is made of; its end is given back, for what can be done.
QHBoxLayout* lineOf(QWidget* box, const QString& iconName, const QString& name, const QString& note, const QString& below) {
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 4, 0, 4);
    layout->setSpacing(12);
    layout->addWidget(iconLabel(iconName, Tone::Muted, 22), 0, Qt::AlignTop);
    auto* labels = new QVBoxLayout;
    labels->setSpacing(3);
    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(shortened(name, Text::Strong));
    if (!note.isEmpty()) top->addWidget(label(note, Text::Small, Tone::Info));
    top->addStretch();
    labels->addLayout(top);
    labels->addWidget(paragraph(below, Text::Small, Tone::Muted));
    layout->addLayout(labels, 1);
    return layout;
}

QMenu* addMenu(QHBoxLayout* line, const QString& name) {
    auto* more = iconButton("more", OperatorsPage::tr("What to do with %1").arg(name));
    auto* menu = new QMenu(more);
    more->setMenu(menu);
    more->setPopupMode(QToolButton::InstantPopup);
    line->addWidget(more, 0, Qt::AlignVCenter);
    return menu;
}

void addRow(Card& card, QWidget* row) {
    if (card.body->count() > 1) card.body->addWidget(line());
    card.body->addWidget(row);
}

}  // namespace

OperatorsPage::OperatorsPage(ApiClient& api, SignInFlow& flow)
    : ScrollPage(tr("Operators"), tr("Who runs this server")),
      self_{api, flow, {}},
      persons_(new Card(tr("People"))),
      programs_(new Card(tr("Programs"))) {
    auto* addPersonButton = button(tr("Add a person"), Kind::Quiet, "plus");
    persons_->header->addWidget(addPersonButton);
    auto* addProgramButton = button(tr("Add a program"), Kind::Quiet, "plus");
    programs_->header->addWidget(addProgramButton);
    connect(addPersonButton, &QPushButton::clicked, this, &OperatorsPage::addPerson);
    connect(addProgramButton, &QPushButton::clicked, this, &OperatorsPage::addProgram);
    column->addWidget(persons_);
    column->addWidget(programs_);
    column->addStretch();
}

void OperatorsPage::setOperator(const QString& username) { self_.username = username; }

void OperatorsPage::refresh() {
    whenDone(self_.api.operators(), this,
             [this](const Result<QList<Operator>>& persons) { persons ? showPeople(*persons) : messages().tell(persons.error()); });
    whenDone(self_.api.programs(), this,
             [this](const Result<QList<Program>>& programs) { programs ? showPrograms(*programs) : messages().tell(programs.error()); });
}

void OperatorsPage::showPeople(const QList<Operator>& persons) {
    clearLayout(persons_->body, 1);
    for (const Operator& person : persons) addRow(*persons_, row(person));
}

void OperatorsPage::showPrograms(const QList<Program>& programs) {
    clearLayout(programs_->body, 1);
    if (programs.isEmpty()) {
        programs_->body->addWidget(
            paragraph(tr("None. A script that makes clinics or invites patients would be registered here."), Text::Body, Tone::Muted));
    }
    for (const Program& program : programs) addRow(*programs_, row(program));
}

QWidget* OperatorsPage::row(const Operator& person) {
    auto* box = new QWidget;
    const QString last = person.lastSignIn.isValid() ? tr("Last signed in %1.").arg(when(person.lastSignIn)) : tr("Has not signed in yet.");
    auto* line = lineOf(box, "patients", person.username, person.self ? tr("You") : QString(),
                        person.disabled ? tr("Turned off: cannot sign in.") : last);
    if (person.self) {
        auto* change = button(tr("Change password"));
        connect(change, &QPushButton::clicked, this, &OperatorsPage::changePassword);
        line->addWidget(change, 0, Qt::AlignVCenter);
        return box;
    }
    line->addWidget(label(person.disabled ? tr("Off") : tr("On"), Text::Small, person.disabled ? Tone::Warning : Tone::Success), 0,
                    Qt::AlignVCenter);
    QMenu* menu = addMenu(line, person.username);
    connect(menu->addAction(person.disabled ? tr("Turn on") : tr("Turn off")), &QAction::triggered, this,
            [this, person] { setDisabled(person, !person.disabled); });
    menu->addSeparator();
    connect(menu->addAction(tr("Remove…")), &QAction::triggered, this, [this, person] { remove(person); });
    return box;
}

QWidget* OperatorsPage::row(const Program& program) {
    auto* box = new QWidget;
    auto* line = lineOf(box, "systems", program.name, {},
                        program.lastToken.isValid() ? tr("Last asked for a token %1.").arg(when(program.lastToken))
                                                    : tr("Registered %1, and not used yet.").arg(when(program.created)));
    QMenu* menu = addMenu(line, program.name);
    connect(menu->addAction(tr("Remove…")), &QAction::triggered, this, [this, program] { remove(program); });
    return box;
}

void OperatorsPage::addPerson() {
    auto* sheet = new AddPersonSheet(self_, this);
    connect(sheet, &AddPersonSheet::added, this, [this](const QString& username) {
        refresh();
        emit said(tr("%1 can sign in now.").arg(username));
    });
    sheet->open();
}

void OperatorsPage::addProgram() {
    auto* sheet = new AddProgramSheet(self_, this);
    connect(sheet, &AddProgramSheet::added, this, [this](const QString& name, const ProgramSecret& made) {
        refresh();
        (new SecretSheet(name, tr("The secret is shown only now. Copy it to the program before you close this."),
                         {{tr("Client id"), made.id}, {tr("Client secret"), made.secret}}, this))
            ->open();
    });
    sheet->open();
}

void OperatorsPage::changePassword() {
    // Whose password it is, the server says: the page may have just come up.
    whenDone(self_.api.operators(), this, [this](const Result<QList<Operator>>& persons) {
        if (!persons) return messages().tell(persons.error());
        if (!isVisible() || Sheet::openIn(this)) return;  // somebody was quicker, or the window is locked
        for (const Operator& person : *persons) {
            if (!person.self) continue;
            auto* sheet = new ChangePasswordSheet(self_, person.id, this);
            connect(sheet, &ChangePasswordSheet::changed, this, [this] {
                refresh();
                emit said(tr("Your password is changed."));
            });
            sheet->open();
        }
    });
}

void OperatorsPage::setDisabled(const Operator& person, bool disabled) {
    change([this, id = person.id, disabled] { return self_.api.setOperatorDisabled(id, disabled); });
}

void OperatorsPage::remove(const Operator& person) {
    auto* question = new ConfirmSheet(tr("Remove %1?").arg(person.username),
                                      tr("They are signed out at once and cannot sign in again. What they did stays in the activity."),
                                      tr("Remove"), true, this);
    connect(question, &ConfirmSheet::confirmed, this,
            [this, id = person.id] { change([this, id] { return self_.api.removeOperator(id); }); });
    question->open();
}

void OperatorsPage::remove(const Program& program) {
    auto* question = new ConfirmSheet(tr("Remove %1?").arg(program.name), tr("Its access ends at once and its secret is gone."),
                                      tr("Remove"), true, this);
    connect(question, &ConfirmSheet::confirmed, this,
            [this, id = program.id] { change([this, id] { return self_.api.removeProgram(id); }); });
    question->open();
}

void OperatorsPage::change(std::function<QFuture<Result<Nothing>>()> what, bool signedInFresh) {
    messages().clear();
    whenDone(what(), this, [this, what, signedInFresh](const Result<Nothing>& done) {
        if (!done && done.error().status == 401 && done.error().code == "login" && !signedInFresh) {
            emit freshSignInWanted([this, what] { change(what, true); });
            return;
        }
        if (!done) messages().tell(done.error());
        refresh();
    });
}

}  // namespace polyclinic::ui
