#include "apps/add_app_sheet.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QRadioButton>
#include <QScrollArea>
#include <QStackedWidget>

#include "apps/app_addresses_edit.h"
#include "apps/app_privacy_answers_edit.h"
#include "apps/consent_view.h"
#include "apps/scope_chooser.h"
#include "widgets/parts.h"

namespace polyclinic::ui {
namespace {

enum Step { Kind_, Addresses, Scopes, Keys, Steps };

}  // namespace

AddAppSheet::AddAppSheet(ApiClient& api, const Tenant& tenant, QWidget* window)
    : Sheet(tr("Add an app to %1").arg(tenant.name), window, 840), api_(api), tenant_(tenant) {
    stepWords_ = label({}, Text::Body, Tone::Muted);
    body()->addWidget(stepWords_);
    messages_ = new MessageBar;
    body()->addWidget(messages_);
    steps_ = new QStackedWidget;
    steps_->setMinimumHeight(430);
    addresses_ = new AppAddressesEdit;
    auto* addressStep = new QWidget;
    auto* column = new QVBoxLayout(addressStep);
    column->setContentsMargins({});
    column->addWidget(addresses_);
    column->addStretch();
    steps_->addWidget(makeKind());
    steps_->addWidget(addressStep);
    steps_->addWidget(makeScopes());
    steps_->addWidget(makeKeys());
    body()->addWidget(steps_, 1);
    back_ = button(tr("&Back"));
    go_ = button({}, Kind::Primary);
    foot()->insertWidget(0, back_);
    auto* cancel = button(tr("Cancel"));
    foot()->addWidget(cancel);
    foot()->addWidget(go_);
    connect(cancel, &QPushButton::clicked, this, &Sheet::close);
    connect(back_, &QPushButton::clicked, this, [this] { show(steps_->currentIndex() - 1); });
    connect(go_, &QPushButton::clicked, this, &AddAppSheet::next);
    connect(scopes_, &ScopeChooser::changed, this, [this] { consent_->showFor(tenant_, wanted(), tenant_.language); });
    connect(consent_, &ConsentView::answered, this, [this](int, const QStringList& refused) { refused_ = refused; });
    show(Kind_);
}

QWidget* AddAppSheet::makeKind() {
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins({});
    column->setSpacing(14);
    patientApp_ = new QRadioButton(tr("An app that &patients use"));
    system_ = new QRadioButton(tr("A s&ystem of the clinic"));
    patientApp_->setChecked(true);
    auto* either = new QButtonGroup(this);  // each stands in a box of its own
    either->addButton(patientApp_);
    either->addButton(system_);
    auto* kindButtons = new QHBoxLayout;
    kindButtons->setSpacing(14);
    kindButtons->addWidget(
        choiceBox(patientApp_, tr("A patient opens it, signs in here and decides what it may see of their own record.")));
    kindButtons->addWidget(choiceBox(system_, tr("A laboratory or billing program that works for all patients, with nobody signed in.")));
    column->addLayout(kindButtons);
    who_ = new QWidget;
    auto* fields = new QVBoxLayout(who_);
    fields->setContentsMargins({});
    fields->setSpacing(14);
    name_ = new QLineEdit;
    name_->setPlaceholderText(tr("Heart Diary"));
    publisher_ = new QLineEdit;
    publisher_->setPlaceholderText(tr("Pulse Labs"));
    description_ = new QLineEdit;
    nameField_ = new Field(tr("N&ame of the app"), name_, tr("As patients know it."));
    publisherField_ = new Field(tr("&Made by"), publisher_, tr("Patients are told that this company made it, and not the clinic."));
    auto* row = new QHBoxLayout;
    row->setSpacing(14);
    row->addWidget(nameField_);
    row->addWidget(publisherField_);
    fields->addLayout(row);
    fields->addWidget(new Field(tr("What it is &for"), description_, tr("One sentence, shown in the portal's list of apps.")));
    column->addWidget(who_);
    column->addStretch(1);  // the boxes stay as high as their words
    connect(patientApp_, &QRadioButton::toggled, who_, &QWidget::setVisible);
    connect(name_, &QLineEdit::textChanged, this, [this] { nameField_->setError({}); });
    connect(publisher_, &QLineEdit::textChanged, this, [this] { publisherField_->setError({}); });
    return page;
}

QWidget* AddAppSheet::makeScopes() {
    auto* page = new QWidget;
    auto* columns = new QHBoxLayout(page);
    columns->setContentsMargins({});
    columns->setSpacing(24);
    auto* left = new QVBoxLayout;
    scopes_ = new ScopeChooser;
    left->addWidget(scopes_);
    left->addStretch();
    columns->addLayout(left, 6);
    consent_ = new ConsentView(api_);
    auto* seen = new QWidget;
    auto* right = new QVBoxLayout(seen);
    right->setContentsMargins(0, 0, 4, 0);
    right->addWidget(label(tr("What patients are asked"), Text::Small, Tone::Muted));
    right->addWidget(consent_);
    right->addStretch();
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(seen);
    columns->addWidget(area, 5);
    return page;
}

QWidget* AddAppSheet::makeKeys() {
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins({});
    column->setSpacing(14);
    open_ = new QRadioButton(tr("It runs on the patient's &device"));
    secret_ = new QRadioButton(tr("It has a &server of its own"));
    open_->setChecked(true);
    auto* either = new QButtonGroup(this);
    either->addButton(open_);
    either->addButton(secret_);
    auto* kindButtons = new QHBoxLayout;
    kindButtons->setSpacing(14);
    kindButtons->addWidget(
        choiceBox(open_, tr("A phone app or a page in the browser cannot keep a secret. It gets an id only; every sign-in is "
                            "tied to the device that began it.")));
    kindButtons->addWidget(
        choiceBox(secret_, tr("It gets an id and a secret. The secret is shown once; give it to the maker on a safe way.")));
    column->addLayout(kindButtons);
    offered_ = new QCheckBox(tr("Show &it in the portal's list of apps"));
    offered_->setChecked(true);
    column->addWidget(offered_);
    column->addWidget(line());
    column->addWidget(label(tr("What its maker says about privacy"), Text::Strong));
    column->addWidget(paragraph(tr("Patients read the answers before they allow it. An empty one is shown as \"did not answer\"."),
                                Text::Small, Tone::Muted));
    privacyAnswers_ = new AppPrivacyAnswersEdit;
    column->addWidget(privacyAnswers_);
    column->addStretch();
    return page;
}

Client AddAppSheet::wanted() const {
    Client client;
    client.name = name_->text().trimmed();
    client.kind = "patient-app";
    client.type = secret_->isChecked() ? "confidential-symmetric" : "public";
    client.publisher = publisher_->text().trimmed();
    client.description = description_->text().trimmed();
    client.scopes = scopes_->scopes();
    client.offered = offered_->isChecked();
    client.privacyAnswers = privacyAnswers_->privacyAnswers();
    addresses_->putInto(client);
    return client;
}

void AddAppSheet::show(int step) {
    static const char* names[] = {QT_TR_NOOP("Who is it?"), QT_TR_NOOP("Its addresses"), QT_TR_NOOP("What it may ask patients for"),
                                  QT_TR_NOOP("Its keys, and what its maker says")};
    messages_->clear();
    steps_->setCurrentIndex(step);
    stepWords_->setText(tr("Step %1 of %2: %3").arg(step + 1).arg(int(Steps)).arg(tr(names[step])));
    back_->setVisible(step > 0);
    go_->setText(step + 1 < Steps ? tr("&Next") : tr("Create app"));
    go_->setEnabled(true);
    if (step == Scopes) consent_->showFor(tenant_, wanted(), tenant_.language);
    steps_->currentWidget()->setFocus();
    focusNextPrevChild(true);
}

void AddAppSheet::next() {
    switch (steps_->currentIndex()) {
        case Kind_:
            if (system_->isChecked()) {
                close();
                emit systemWanted();
                return;
            }
            if (name_->text().trimmed().isEmpty()) nameField_->setError(tr("What is the app called?"));
            if (publisher_->text().trimmed().isEmpty()) publisherField_->setError(tr("Patients are told who made it."));
            if (nameField_->hasError()) return name_->setFocus();
            if (publisherField_->hasError()) return publisher_->setFocus();
            return show(Addresses);
        case Addresses:
            if (addresses_->check()) show(Scopes);
            return;
        case Scopes:
            if (scopes_->scopes().isEmpty()) return messages_->tell(Tone::Danger, tr("Choose what it may ask for."));
            return show(Keys);
        default:
            create();
    }
}

void AddAppSheet::create() {
    go_->setEnabled(false);
    whenDone(api_.addClient(tenant_.id, wanted()), this, [this](const Result<Client>& client) {
        go_->setEnabled(true);
        if (!client) return messages_->tell(client.error());
        close();
        emit added(*client);
    });
}

}  // namespace polyclinic::ui
