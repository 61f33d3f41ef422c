#include "people/patient_page.h"

#include <QComboBox>
#include <QGridLayout>
#include <QJsonDocument>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QTabBar>

#include "access/grants_list.h"
#include "access/sessions_list.h"
#include "activity/activity_list.h"
#include "data/json_text.h"
#include "people/code_sheet.h"
#include "people/invite_sheet.h"
#include "shell/words.h"
#include "widgets/clear_layout.h"
#include "widgets/overlay.h"
#include "widgets/parts.h"

namespace polyclinic::ui {
namespace {

qlonglong versionOf(const Account& account) { return account.source["meta"].toObject()["versionId"].toString().toLongLong(); }

void fact(QGridLayout* grid, const QString& name, const QString& value) {
    const int row = grid->rowCount();
    grid->addWidget(label(name, Text::Body, Tone::Muted), row, 0, Qt::AlignTop);
    auto* text = paragraph(value.isEmpty() ? QStringLiteral("–") : value);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    grid->addWidget(text, row, 1);
}

QWidget* withoutAccount(const QString& sentence) {
    auto* card = new Card;
    card->body->addWidget(new EmptyState("patients", PatientPage::tr("Not in the portal"), sentence));
    return card;
}

}  // namespace

PatientPage::PatientPage(ApiClient& api) : Page(tr("Patient")), api_(api) {
    auto* back = iconButton("chevron-left", tr("Back to the patients"));
    connect(back, &QToolButton::clicked, this, &PatientPage::backWanted);
    header->insertWidget(0, back, 0, Qt::AlignTop);
    turn_ = button(tr("Turn off"), Kind::Normal, "pause");
    unlock_ = button(tr("Unlock"), Kind::Normal, "key");
    code_ = button(tr("Reset code"), Kind::Primary, "key");
    invite_ = button(tr("Invite to portal"), Kind::Primary, "plus");
    for (QPushButton* each : {turn_, unlock_, code_, invite_}) header->addWidget(each, 0, Qt::AlignTop);
    connect(invite_, &QPushButton::clicked, this, &PatientPage::invite);
    connect(code_, &QPushButton::clicked, this, &PatientPage::newCode);
    connect(unlock_, &QPushButton::clicked, this, &PatientPage::unlock);
    connect(turn_, &QPushButton::clicked, this, [this] { setDisabled(account_ && !account_->disabled); });
    makeTabs();
}

void PatientPage::makeTabs() {
    tabs_ = new QTabBar;
    tabs_->setDrawBase(false);
    tabs_->setExpanding(false);
    for (const QString& each : {tr("Account"), tr("Apps with access"), tr("Sessions"), tr("Activity"), tr("Record")}) tabs_->addTab(each);
    tabs_->setAccessibleName(tr("What to show of the patient"));
    body->addWidget(tabs_);
    stack_ = new QStackedWidget;
    body->addWidget(stack_, 1);

    auto* account = new QWidget;
    auto* accountColumn = new QVBoxLayout(account);
    accountColumn->setContentsMargins({});
    accountColumn->setSpacing(18);
    auto* go = button(tr("Invite to portal"), Kind::Primary, "plus");
    connect(go, &QPushButton::clicked, this, &PatientPage::invite);
    notInvited_ = new Card;
    notInvited_->body->addWidget(new EmptyState("patients", tr("Not in the portal yet"),
                                                tr("The invitation is a sheet of paper with a code. With it and the date of birth the "
                                                   "patient chooses a password."),
                                                go));
    makeAccountCard();
    accountColumn->addWidget(notInvited_);
    accountColumn->addWidget(accountCard_);
    accountColumn->addStretch();
    grants_ = new GrantsList(api_, GrantsList::Of::Patient);
    sessions_ = new SessionsList(api_, true);
    activity_ = new ActivityList(api_, ActivityList::Of::patient);
    auto* record = new Card;
    auto* all = button(tr("All records of this patient"), Kind::Quiet, "records");
    connect(all, &QPushButton::clicked, this, [this] { emit recordsWanted("Observation?patient=" + patient_.id + "&_count=50"); });
    json_ = jsonView(tr("The record as JSON"));
    record->body->addWidget(json_, 1);
    record->body->addWidget(all, 0, Qt::AlignLeft);
    for (QWidget* each : std::initializer_list<QWidget*>{account, grants_, sessions_, activity_, record}) stack_->addWidget(each);
    noAccountApps_ = withoutAccount(tr("Apps can be allowed once the patient signs in. Invite them to the portal."));
    noAccountSessions_ = withoutAccount(tr("Nobody signs in as this patient before they are invited."));
    stack_->addWidget(noAccountApps_);
    stack_->addWidget(noAccountSessions_);
    connect(tabs_, &QTabBar::currentChanged, this, &PatientPage::showTab);
    const auto tell = [this](const ApiError& error) { messages().tell(error); };
    connect(grants_, &GrantsList::failed, this, tell);
    connect(sessions_, &SessionsList::failed, this, tell);
    connect(activity_, &ActivityList::failed, this, tell);
}

void PatientPage::showPatient(const Tenant& tenant, const Patient& patient) {
    tenant_ = tenant;
    patient_ = patient;
    account_.reset();
    messages().clear();
    json_->setPlainText(indented(QJsonDocument(patient.record).toJson(QJsonDocument::Compact)));
    notInvited_->hide();
    accountCard_->hide();
    filled_ = {};
    tabs_->setCurrentIndex(AccountTab);
    stack_->setCurrentIndex(AccountTab);
    showHead();
}

void PatientPage::showPatient(const Tenant& tenant, const QString& reference) {
    Patient patient;
    patient.id = reference.section('/', 1);
    patient.name = patient.id;
    showPatient(tenant, patient);
}

void PatientPage::refresh() {
    if (patient_.id.isEmpty()) return;
    whenDone(api_.fhir(tenant_.id, patient_.fhirUser()), this, [this, id = patient_.id](const Result<Reply>& reply) {
        if (id != patient_.id) return;
        if (!reply) return messages().tell(reply.error());
        patient_ = Patient::fromJson(reply->json);
        json_->setPlainText(indented(reply->body));
        showHead();
    });
    whenDone(api_.accounts(tenant_.id, "realm=patient&fhirUser=" + QUrl::toPercentEncoding(patient_.fhirUser())), this,
             [this, id = patient_.id](const Result<QList<Account>>& accounts) {
                 if (id != patient_.id) return;
                 if (accounts) {
                     take(*accounts);
                 } else {
                     messages().tell(accounts.error());
                 }
             });
}

void PatientPage::take(const QList<Account>& accounts) {
    std::optional<Account> found;
    for (const Account& each : accounts) {
        if (each.fhirUser == patient_.fhirUser()) found = each;
    }
    // An answer that was on its way while something was changed tells of before.
    if (found && account_ && found->id == account_->id && versionOf(*found) < versionOf(*account_)) return;
    account_ = std::move(found);
    showHead();
    showAccount();
    showTab(tabs_->currentIndex());
}

void PatientPage::showHead() {
    QStringList details{portalStatus(account_).text};
    if (!patient_.birthDate.isEmpty()) details << tr("born %1").arg(birthDateWords(patient_.birthDate));
    if (!patient_.recordNumber.isEmpty()) details << tr("record no. %1").arg(patient_.recordNumber);
    setTitle(patient_.name, details.join(QStringLiteral("  ·  ")));
    const bool has = account_.has_value();
    const bool off = has && account_->disabled;
    invite_->setVisible(!has);
    code_->setVisible(has && !off);
    code_->setText(has && account_->activated.isValid() ? tr("Reset code") : tr("New invitation"));
    turn_->setVisible(has);
    turn_->setText(off ? tr("Turn on") : tr("Turn off"));
    unlock_->setVisible(has && account_->status == "locked");
}

void PatientPage::showLocked() {
    if (!account_ || account_->status != "locked") return;
    const QString until = account_->lockedUntil.isValid() ? tr(" until %1").arg(when(account_->lockedUntil)) : QString();
    messages().tell(
        Tone::Danger,
        tr("Locked%1: too many wrong passwords or codes. Ask who tried. Unlock it when the patient is known to you.").arg(until),
        tr("Unlock"), [this] { unlock(); });
}

void PatientPage::makeAccountCard() {
    accountCard_ = new Card(tr("Portal account"));
    details_ = new QVBoxLayout;
    accountCard_->body->addLayout(details_);
    accountCard_->body->addWidget(line());
    username_ = new QLineEdit;
    email_ = new QLineEdit;
    language_ = new QComboBox;
    language_->addItem(tr("The clinic's"), QString());
    fillSlipLanguages(language_, {});
    auto* fields = new QHBoxLayout;
    fields->setSpacing(14);
    fields->addWidget(new Field(tr("&User name"), username_), 2);
    fields->addWidget(new Field(tr("&E-mail"), email_), 2);
    fields->addWidget(new Field(tr("&Language"), language_), 1);
    accountCard_->body->addLayout(fields);
    auto* row = new QHBoxLayout;
    auto* save = button(tr("Save"));
    auto* remove = button(tr("Remove the account…"), Kind::Quiet);
    row->addWidget(save);
    row->addStretch();
    row->addWidget(remove);
    accountCard_->body->addLayout(row);
    connect(remove, &QPushButton::clicked, this, &PatientPage::remove);
    connect(save, &QPushButton::clicked, this, [this] { change(form(account_->source), tr("Saved.")); });
}

QJsonObject PatientPage::form(QJsonObject account) const {
    for (const auto& [key, value] : {std::pair{"username", username_->text().trimmed()}, std::pair{"email", email_->text().trimmed()},
                                     std::pair{"language", language_->currentData().toString()}}) {
        if (value.isEmpty() && QLatin1String(key) != QLatin1String("username")) {
            account.remove(QLatin1String(key));
        } else {
            account[QLatin1String(key)] = value;
        }
    }
    return account;
}

void PatientPage::showAccount() {
    notInvited_->setVisible(!account_);
    accountCard_->setVisible(account_.has_value());
    if (!account_) return;
    showLocked();
    const Account& account = *account_;
    clearLayout(details_);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(24);
    grid->setVerticalSpacing(8);
    grid->setColumnStretch(1, 1);
    fact(grid, tr("State"), portalStatus(account_).text);
    fact(grid, tr("Invited"), when(account.created));
    if (!account.activated.isValid()) fact(grid, tr("Invitation works until"), when(account.invitedUntil));
    if (account.activated.isValid()) fact(grid, tr("Activated"), when(account.activated));
    fact(grid, tr("Last sign-in"), account.lastSignIn.isValid() ? when(account.lastSignIn) : tr("never"));
    if (!account.birthDate.isEmpty()) fact(grid, tr("Date of birth asked for"), birthDateWords(account.birthDate));
    details_->addLayout(grid);
    // What somebody types stays until it is saved.
    if (!filled_.isEmpty() && form({}) != filled_) return;
    username_->setText(account.username);
    email_->setText(account.email);
    language_->setCurrentIndex(std::max(0, language_->findData(account.language)));
    filled_ = form({});
}

void PatientPage::showTab(int tab) {
    const bool has = account_.has_value();
    if (tab == AppsTab && has) {
        grants_->showFor(tenant_, "account=" + account_->id);
        grants_->refresh();
    } else if (tab == SessionsTab && has) {
        sessions_->showFor(tenant_, "account=" + account_->id);
        sessions_->refresh();
    } else if (tab == ActivityTab) {
        activity_->showFor(tenant_, "patient=" + QUrl::toPercentEncoding(patient_.id));
        activity_->refresh();
    }
    if (!has && tab == AppsTab) return stack_->setCurrentWidget(noAccountApps_);
    if (!has && tab == SessionsTab) return stack_->setCurrentWidget(noAccountSessions_);
    stack_->setCurrentIndex(tab);
}

void PatientPage::invite() {
    if (account_) return newCode();
    auto* sheet = new InviteSheet(api_, tenant_, {patient_}, this);
    connect(sheet, &InviteSheet::invited, this, &PatientPage::refresh);
    sheet->open();
}

void PatientPage::newCode() {
    if (!account_) return;
    auto* sheet = new CodeSheet(api_, tenant_, *account_, patient_.name, this);
    connect(sheet, &CodeSheet::made, this, &PatientPage::refresh);
    sheet->open();
}

void PatientPage::change(const QJsonObject& account, const QString& done) {
    whenDone(api_.changeAccount(tenant_.id, account), this, [this, done, sent = account](const Result<Account>& changed) {
        if (!changed) return messages().tell(changed.error());
        if (form(sent) == sent) filled_ = form({});  // nothing was typed meanwhile
        take({*changed});
        messages().tell(Tone::Success, done);
    });
}

void PatientPage::setDisabled(bool disabled) {
    if (!account_) return;
    QJsonObject wanted = account_->source;
    wanted["disabled"] = disabled;
    if (!disabled) return change(wanted, tr("The account is on again. Apps that were stopped stay stopped."));
    auto* question = new ConfirmSheet(tr("Turn the account of %1 off?").arg(patient_.name),
                                      tr("They are signed out, cannot sign in, and no app reads the record for them. You can turn it on "
                                         "again."),
                                      tr("Turn off"), false, this);
    connect(question, &ConfirmSheet::confirmed, this, [this, wanted] { change(wanted, tr("The account is off.")); });
    question->open();
}

void PatientPage::unlock() {
    if (!account_) return;
    whenDone(api_.unlock(tenant_.id, account_->id), this, [this](const Result<Nothing>& done) {
        if (!done) return messages().tell(done.error());
        messages().tell(Tone::Success, tr("Unlocked."));
        refresh();
    });
}

void PatientPage::remove() {
    auto* question = new ConfirmSheet(tr("Remove the portal account of %1?").arg(patient_.name),
                                      tr("The user name, the password and every app's access go. The health record stays. To come back, "
                                         "the patient needs a new invitation."),
                                      tr("Remove the account"), true, this);
    connect(question, &ConfirmSheet::confirmed, this, [this] {
        whenDone(api_.removeAccount(tenant_.id, account_->id), this, [this](const Result<Nothing>& done) {
            if (!done) return messages().tell(done.error());
            refresh();
        });
    });
    question->open();
}

}  // namespace polyclinic::ui
