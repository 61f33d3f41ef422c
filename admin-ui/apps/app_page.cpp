#include "apps/app_page.h"

#include <QCheckBox>
#include <QComboBox>
#include <QScrollArea>
#include <QShortcut>
#include <QStackedWidget>
#include <QTabBar>

#include "access/grants_list.h"
#include "apps/app_addresses_edit.h"
#include "apps/app_privacy_answers_edit.h"
#include "apps/consent_view.h"
#include "apps/scope_chooser.h"
#include "apps/secret_sheet.h"
#include "people/invite_sheet.h"
#include "widgets/overlay.h"
#include "widgets/parts.h"

namespace polyclinic::ui {
namespace {

QScrollArea* scrolling(QWidget* inside) {
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(inside);
    return area;
}

}  // namespace

AppPage::AppPage(ApiClient& api) : Page(tr("App")), api_(api) {
    auto* back = iconButton("chevron-left", tr("Back to the apps"));
    connect(back, &QToolButton::clicked, this, &AppPage::backWanted);
    header->insertWidget(0, back, 0, Qt::AlignTop);
    auto* removeButton = button(tr("Remove…"), Kind::Quiet);
    rotate_ = button(tr("New secret…"), Kind::Normal, "key");
    turn_ = button(tr("Turn off"), Kind::Normal, "pause");
    save_ = button(tr("Save"), Kind::Primary);
    for (QPushButton* each : {removeButton, rotate_, turn_, save_}) header->addWidget(each, 0, Qt::AlignTop);
    connect(removeButton, &QPushButton::clicked, this, &AppPage::askRemove);
    connect(rotate_, &QPushButton::clicked, this, &AppPage::askRotate);
    connect(turn_, &QPushButton::clicked, this, &AppPage::askTurn);
    connect(save_, &QPushButton::clicked, this, &AppPage::save);
    auto* keys = new QShortcut(QKeySequence("Ctrl+S"), this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(keys, &QShortcut::activated, this, &AppPage::save);

    tabs_ = new QTabBar;
    tabs_->setDrawBase(false);
    tabs_->setExpanding(false);
    tabs_->addTab(tr("Settings and consent"));
    tabs_->addTab(tr("Connected patients"));
    tabs_->setAccessibleName(tr("What to show of the app"));
    body->addWidget(tabs_);
    auto* stack = new QStackedWidget;
    stack->addWidget(makeSettings());
    grants_ = new GrantsList(api, GrantsList::Of::App);
    stack->addWidget(grants_);
    body->addWidget(stack, 1);
    connect(tabs_, &QTabBar::currentChanged, stack, &QStackedWidget::setCurrentIndex);
    connect(grants_, &GrantsList::failed, this, [this](const ApiError& error) { messages().tell(error); });
    connect(grants_, &GrantsList::patientWanted, this, &AppPage::patientWanted);
    connect(grants_, &GrantsList::counted, this, [this](int active) {
        connected_ = active;
        tabs_->setTabText(1, active > 0 ? tr("Connected patients (%1)").arg(active) : tr("Connected patients"));
    });
}

QWidget* AppPage::makeSettings() {
    auto* page = new QWidget;
    auto* columns = new QHBoxLayout(page);
    columns->setContentsMargins({});
    columns->setSpacing(18);
    auto* left = new QWidget;
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 8, 8);
    column->setSpacing(18);
    auto* who = new Card(tr("Who it is"));
    name_ = new QLineEdit;
    publisher_ = new QLineEdit;
    description_ = new QLineEdit;
    id_ = new QLineEdit;
    id_->setReadOnly(true);
    id_->setFont(fontOf(Text::Mono));
    auto* row = new QHBoxLayout;
    row->setSpacing(14);
    row->addWidget(new Field(tr("&Name"), name_));
    row->addWidget(new Field(tr("&Made by"), publisher_));
    who->body->addLayout(row);
    who->body->addWidget(new Field(tr("What it is &for"), description_));
    who->body->addWidget(new Field(tr("Client id"), id_));
    offered_ = new QCheckBox(tr("Show &it in the portal's list of apps"));
    who->body->addWidget(offered_);
    column->addWidget(who);
    auto* where = new Card(tr("Addresses"));
    addresses_ = new AppAddressesEdit;
    where->body->addWidget(addresses_);
    column->addWidget(where);
    auto* what = new Card(tr("What it may ask patients for"));
    scopes_ = new ScopeChooser;
    what->body->addWidget(scopes_);
    column->addWidget(what);
    auto* privacy = new Card(tr("What its maker says about privacy"));
    privacyAnswers_ = new AppPrivacyAnswersEdit;
    privacy->body->addWidget(privacyAnswers_);
    column->addWidget(privacy);
    column->addStretch();
    columns->addWidget(scrolling(left), 6);

    auto* right = new QWidget;
    auto* seen = new QVBoxLayout(right);
    seen->setContentsMargins(0, 0, 8, 8);
    auto* asked = new Card(tr("What patients are asked"));
    language_ = new QComboBox;
    language_->setAccessibleName(tr("Language of the consent page"));
    fillSlipLanguages(language_, {});
    asked->header->addWidget(language_);
    consent_ = new ConsentView(api_);
    asked->body->addWidget(consent_);
    seen->addWidget(asked);
    seen->addStretch();
    columns->addWidget(scrolling(right), 5);
    connect(language_, &QComboBox::activated, this, &AppPage::preview);
    connect(scopes_, &ScopeChooser::changed, this, &AppPage::preview);
    connect(addresses_, &AppAddressesEdit::changed, this, &AppPage::preview);
    for (QLineEdit* each : {name_, publisher_}) connect(each, &QLineEdit::textEdited, this, &AppPage::preview);
    return page;
}

void AppPage::showApp(const Tenant& tenant, const Client& client) {
    tenant_ = tenant;
    messages().clear();
    tabs_->setCurrentIndex(0);
    language_->setCurrentIndex(std::max(0, language_->findData(tenant.language.section('-', 0, 0))));
    take(client);
    grants_->showFor(tenant, "client=" + QUrl::toPercentEncoding(client.id));
}

void AppPage::refresh() {
    if (!client_.id.isEmpty()) grants_->refresh();
}

void AppPage::take(const Client& client) {
    client_ = client;
    name_->setText(client.name);
    publisher_->setText(client.publisher);
    description_->setText(client.description);
    id_->setText(client.id);
    offered_->setChecked(client.offered);
    addresses_->show(client);
    privacyAnswers_->show(client.privacyAnswers);
    scopes_->setScopes(client.scopes);
    showHead();
    preview();
}

void AppPage::showHead() {
    QStringList details{client_.disabled ? tr("off: nobody can use it") : tr("on")};
    details << (client_.type == "public" ? tr("runs on the patient's device") : tr("has a server of its own"));
    if (!client_.publisher.isEmpty()) details << tr("made by %1").arg(client_.publisher);
    setTitle(client_.name, details.join(QStringLiteral("  ·  ")));
    turn_->setText(client_.disabled ? tr("Turn on") : tr("Turn off"));
    rotate_->setVisible(client_.type != "public");
}

Client AppPage::edited() const {
    Client client = client_;
    client.name = name_->text().trimmed();
    client.publisher = publisher_->text().trimmed();
    client.description = description_->text().trimmed();
    client.offered = offered_->isChecked();
    client.scopes = scopes_->scopes();
    client.privacyAnswers = privacyAnswers_->privacyAnswers();
    addresses_->putInto(client);
    return client;
}

void AppPage::preview() { consent_->showFor(tenant_, edited(), language_->currentData().toString()); }

void AppPage::save() {
    if (name_->text().trimmed().isEmpty()) {
        messages().tell(Tone::Danger, tr("An app needs a name."));
        return name_->setFocus();
    }
    if (!addresses_->check()) return messages().tell(Tone::Danger, tr("An address is not right yet."));
    send(edited(), tr("Saved. Patients who are connected keep what they allowed."));
}

void AppPage::send(const Client& client, const QString& done) {
    whenDone(api_.changeClient(tenant_.id, client.toJson()), this, [this, done, sent = client](const Result<Client>& changed) {
        if (sent.id != client_.id) return;
        if (!changed) return messages().tell(changed.error());
        // What somebody types stays until it is saved.
        const QJsonObject form = edited().toJson();
        if (form == sent.toJson() || form == client_.toJson()) {
            take(*changed);
        } else {
            client_ = *changed;
            showHead();
        }
        messages().tell(Tone::Success, done);
        grants_->refresh();
    });
}

void AppPage::askTurn() {
    Client wanted = client_;
    wanted.disabled = !client_.disabled;
    if (client_.disabled) return send(wanted, tr("%1 is on again.").arg(client_.name));
    const QString text = connected_ == 0 ? tr("Nobody is connected. It cannot be opened until you turn it on again.")
                                         : tr("%1 patients are connected. The app's next call is refused, for all of them, until you "
                                              "turn it on again.")
                                               .arg(connected_);
    auto* question = new ConfirmSheet(tr("Turn %1 off?").arg(client_.name), text, tr("Turn off"), false, this);
    connect(question, &ConfirmSheet::confirmed, this, [this, wanted] { send(wanted, tr("%1 is off.").arg(wanted.name)); });
    question->open();
}

void AppPage::askRotate() {
    auto* question = new ConfirmSheet(tr("New secret for %1?").arg(client_.name),
                                      tr("The secret in use stops working. The app needs the new one before it can go on."),
                                      tr("Make a new secret"), false, this);
    connect(question, &ConfirmSheet::confirmed, this, [this] {
        whenDone(api_.rotateSecret(tenant_.id, client_.id), this, [this](const Result<QString>& secret) {
            if (!secret) return messages().tell(secret.error());
            (new SecretSheet(tenant_, client_, *secret, this))->open();
        });
    });
    question->open();
}

void AppPage::askRemove() {
    const QString text = connected_ == 0 ? tr("Its registration goes. To use it again, add it anew; it then has another id.")
                                         : tr("%1 patients are connected. Their access ends at once. To use the app again, add it anew; "
                                              "every patient has to allow it again.")
                                               .arg(connected_);
    auto* question = new ConfirmSheet(tr("Remove %1 from %2?").arg(client_.name, tenant_.name), text, tr("Remove"), true, this);
    connect(question, &ConfirmSheet::confirmed, this, [this] {
        whenDone(api_.removeClient(tenant_.id, client_.id), this, [this](const Result<Nothing>& done) {
            if (!done) return messages().tell(done.error());
            emit backWanted();
        });
    });
    question->open();
}

}  // namespace polyclinic::ui
