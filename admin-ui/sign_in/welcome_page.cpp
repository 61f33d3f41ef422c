#include "sign_in/welcome_page.h"

#include <QStackedWidget>
#include <QTimeZone>
#include <QVBoxLayout>

#include "sign_in/new_password.h"
#include "sign_in/password_field.h"
#include "sign_in/sign_in_flow.h"
#include "tenants/slug.h"
#include "widgets/icons.h"
#include "widgets/message_bar.h"
#include "widgets/parts.h"

namespace polyclinic::ui {

WelcomePage::WelcomePage() : FrontPage(500), stack_(new QStackedWidget) {
    stack_->addWidget(makeForm());
    stack_->addWidget(makeSteps());
    body->addWidget(stack_);
}

QWidget* WelcomePage::makeForm() {
    auto* form = new QWidget;
    auto* layout = new QVBoxLayout(form);
    layout->setContentsMargins({});
    layout->setSpacing(16);
    layout->addWidget(label(tr("Your first clinic"), Text::Title));
    layout->addWidget(
        paragraph(tr("Everything stays on this computer. You can open it to the clinic's network later."), Text::Body, Tone::Muted));
    messages_ = new MessageBar;
    layout->addWidget(messages_);
    clinic_ = new QLineEdit;
    clinic_->setPlaceholderText(tr("Oak Street Clinic"));
    username_ = new QLineEdit;
    password_ = new NewPassword(tr("Your &password"));
    clinicField_ = new Field(tr("&Clinic's name"), clinic_);
    usernameField_ = new Field(tr("Your &user name"), username_);
    go_ = button(tr("Create clinic"), Kind::Primary);
    go_->setMinimumHeight(42);
    for (QWidget* each : std::initializer_list<QWidget*>{clinicField_, usernameField_, password_}) layout->addWidget(each);
    layout->addSpacing(4);
    layout->addWidget(go_);
    connect(go_, &QPushButton::clicked, this, &WelcomePage::start);
    for (QLineEdit* each : std::initializer_list<QLineEdit*>{clinic_, username_, password_->line()})
        connect(each, &QLineEdit::returnPressed, this, &WelcomePage::start);
    for (QLineEdit* each : {clinic_, username_})
        connect(each, &QLineEdit::textChanged, this, [this] { password_->setKnown({clinic_->text(), username_->text()}); });
    connect(clinic_, &QLineEdit::textChanged, this, [this] { clinicField_->setError({}); });
    connect(username_, &QLineEdit::textChanged, this, [this] { usernameField_->setError({}); });
    return form;
}

QWidget* WelcomePage::makeSteps() {
    auto* steps = new QWidget;
    auto* layout = new QVBoxLayout(steps);
    layout->setContentsMargins({});
    layout->setSpacing(16);
    layout->addWidget(label(tr("One moment"), Text::Title));
    for (const QString& labels : {tr("Your account"), tr("The clinic and its addresses"), tr("Its first answer")}) {
        auto* row = new QHBoxLayout;
        row->setSpacing(12);
        auto* sign = label({});
        sign->setFixedSize(22, 22);
        auto* text = label(labels);
        row->addWidget(sign);
        row->addWidget(text, 1);
        stepSigns_ << sign;
        stepWords_ << text;
        layout->addLayout(row);
    }
    layout->addStretch();
    return steps;
}

void WelcomePage::begin(ApiClient* api, SignInFlow* flow, const QString& setupSecret) {
    api_ = api;
    flow_ = flow;
    secret_ = setupSecret;
    accountMade_ = false;
    stack_->setCurrentIndex(0);
    focusFirst();
}

void WelcomePage::focusFirst() { clinic_->setFocus(); }

bool WelcomePage::formIsGood() {
    if (clinic_->text().trimmed().isEmpty()) {
        clinicField_->setError(tr("What is the clinic called?"));
    } else if (!validSlug(slugOf(clinic_->text()))) {
        clinicField_->setError(tr("The name needs two or more letters or digits (a to z, 0 to 9) for its web address."));
    }
    if (username_->text().trimmed().isEmpty()) usernameField_->setError(tr("Choose a name to sign in with."));
    password_->check();
    if (clinicField_->hasError()) return clinic_->setFocus(), false;
    if (usernameField_->hasError()) return username_->setFocus(), false;
    if (password_->hasError()) return password_->line()->setFocus(), false;
    return true;
}

void WelcomePage::start() {
    if (!api_ || stack_->currentIndex() != 0 || !formIsGood()) return;
    messages_->clear();
    stack_->setCurrentIndex(1);
    if (accountMade_) return makeClinic();
    setStep(Step::Account);
    whenDone(flow_->setUp(secret_, username_->text().trimmed(), password_->line()->text()), this, [this](const Result<QString>& token) {
        if (!token) return failed(token.error());
        accountMade_ = true;
        secret_.clear();
        api_->channel().setAccessToken(*token);
        makeClinic();
    });
}

void WelcomePage::makeClinic() {
    setStep(Step::Clinic);
    Tenant tenant;
    tenant.name = clinic_->text().trimmed();
    tenant.id = slugOf(tenant.name);
    tenant.status = "active";
    tenant.isolation = "shared";
    tenant.timezone = QString::fromLatin1(QTimeZone::systemTimeZoneId());
    tenant.language = QLocale().name().left(2) == "C" ? "en" : QLocale().name().left(2);
    whenDone(api_->createTenant(tenant), this, [this](const Result<Tenant>& made) {
        if (!made) return failed(made.error());
        seeThatItAnswers(*made);
    });
}

void WelcomePage::seeThatItAnswers(const Tenant& tenant) {
    setStep(Step::Answers);
    whenDone(api_->counts(tenant.id), this, [this, tenant](const Result<Counts>& counts) {
        if (!counts) return failed(counts.error());
        password_->line()->forget();
        emit finished(tenant, username_->text().trimmed());
    });
}

void WelcomePage::setStep(Step step) {
    for (int i = 0; i < stepSigns_.size(); ++i) {
        const bool done = i < int(step), now = i == int(step);
        const Tone tone = done ? Tone::Success : now ? Tone::Info : Tone::Muted;
        stepSigns_[i]->setPixmap(icon(done ? "ok" : "arrow-right", Theme::instance().colour(tone)).pixmap(22, 22));
        stepSigns_[i]->setAccessibleName(done ? tr("Done") : now ? tr("Under way") : tr("Next"));
        setTone(stepWords_[i], now ? Tone::Plain : Tone::Muted);
    }
}

void WelcomePage::failed(const ApiError& error) {
    stack_->setCurrentIndex(0);
    messages_->tell(error);
    username_->setEnabled(!accountMade_);
    password_->line()->setEnabled(!accountMade_);
}

}  // namespace polyclinic::ui
