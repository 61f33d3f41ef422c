#include "people/invite_sheet.h"

#include <QComboBox>

#include "shell/words.h"
#include "widgets/parts.h"

namespace polyclinic::ui {

void fillSlipLanguages(QComboBox* box, const QString& chosen) {
    for (const QString& code : slipLanguages()) {
        QString name = QLocale(code).nativeLanguageName();
        if (!name.isEmpty()) name[0] = name[0].toUpper();
        box->addItem(code == "en" ? QStringLiteral("English") : name, code);
    }
    box->setCurrentIndex(std::max(0, box->findData(chosen.section('-', 0, 0))));
}

InviteSheet::InviteSheet(ApiClient& api, const Tenant& tenant, QList<Patient> patients, QWidget* window)
    : Sheet(patients.size() == 1 ? tr("Invite %1 to the portal").arg(patients.first().name)
                                 : tr("Invite %1 patients to the portal").arg(patients.size()),
            window, 800),
      api_(api),
      tenant_(tenant),
      patients_(std::move(patients)) {
    messages_ = new MessageBar;
    body()->addWidget(messages_);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(28);
    form_ = makeForm();
    auto* left = new QVBoxLayout;
    left->addWidget(form_);
    left->addStretch();
    columns->addLayout(left, 1);
    panel_ = new SlipPanel;
    columns->addWidget(panel_);
    body()->addLayout(columns, 1);
    cancel_ = button(tr("Cancel"));
    go_ = button(patients_.size() == 1 ? tr("Invite") : tr("Invite %1 patients").arg(patients_.size()), Kind::Primary);
    foot()->addWidget(cancel_);
    foot()->addWidget(go_);
    connect(cancel_, &QPushButton::clicked, this, &Sheet::close);
    connect(go_, &QPushButton::clicked, this, [this] {
        if (birthDateField_) {
            const bool good = QDate::fromString(birthDate_->text().trimmed(), Qt::ISODate).isValid();
            birthDateField_->setError(good ? QString() : tr("Write it as year-month-day, for example 1980-05-23."));
            if (!good) return birthDate_->setFocus();
        }
        messages_->clear();
        go_->setEnabled(false);
        setBusy(true);
        inviteNext();
    });
    preview();
}

QWidget* InviteSheet::makeForm() {
    auto* form = new QWidget;
    auto* layout = new QVBoxLayout(form);
    layout->setContentsMargins({});
    layout->setSpacing(14);
    const bool one = patients_.size() == 1;
    explanation_ = paragraph(one ? tr("Print the sheet and hand it over, or send it by post. With the code and the date of birth the "
                                      "patient chooses a password; nobody at the clinic ever sees it.")
                                 : tr("Each patient gets a user name and a sheet of their own, ready to print together."),
                             Text::Body, Tone::Muted);
    layout->addWidget(explanation_);
    if (one) {
        const Patient& patient = patients_.first();
        if (patient.birthDate.size() == 10) {
            layout->addWidget(label(tr("Born %1").arg(birthDateWords(patient.birthDate)), Text::Strong));
        } else {
            birthDate_ = new QLineEdit;
            birthDate_->setPlaceholderText("1980-05-23");
            birthDateField_ = new Field(tr("&Date of birth"), birthDate_, tr("The record has none. The patient is asked for it."));
            layout->addWidget(birthDateField_);
        }
        username_ = new QLineEdit;
        username_->setPlaceholderText(tr("made from the name"));
        usernameField_ = new Field(tr("&User name"), username_, tr("Leave it empty unless the patient wishes for one."));
        layout->addWidget(usernameField_);
        email_ = new QLineEdit;
        emailField_ = new Field(tr("&E-mail"), email_, tr("If there is one. No mail is sent: this server sends none."));
        layout->addWidget(emailField_);
        connect(username_, &QLineEdit::textChanged, this, &InviteSheet::preview);
    }
    language_ = new QComboBox;
    fillSlipLanguages(language_, one && !patients_.first().language.isEmpty() ? patients_.first().language : tenant_.language);
    if (!one) language_->insertItem(0, tr("Each patient's own, else %1").arg(language_->currentText()), QString());
    if (!one) language_->setCurrentIndex(0);
    layout->addWidget(new Field(tr("&Language of sheet and portal"), language_));
    connect(language_, &QComboBox::currentIndexChanged, this, [this] {
        if (slips_.isEmpty()) preview();
    });
    return form;
}

Slip InviteSheet::sample() const {
    const Patient& patient = patients_.first();
    QString language = language_->currentData().toString();
    if (language.isEmpty()) language = patient.language;
    OneTimeCode code;
    for (const Endpoint& each : tenant_.endpoints) {
        if (each.type == "patient-portal") code.url = QUrl(each.url.toString() + "/activate");
    }
    if (code.url.isEmpty()) code.url = QUrl("https://clinic.example/activate");
    code.code = QStringLiteral("•••••-••••-••••");
    code.username = username_ && !username_->text().isEmpty() ? username_->text().trimmed() : QStringLiteral("…");
    code.expires = QDateTime::currentDateTimeUtc().addDays(14);
    return slipOf(tenant_, Slip::Kind::Invitation, patient.name, language, code);
}

void InviteSheet::preview() { panel_->show({sample()}, false); }

void InviteSheet::inviteNext() {
    if (next_ >= patients_.size()) return finish();
    const Patient patient = patients_[next_];
    QString language = language_->currentData().toString();
    if (language.isEmpty() && slipLanguages().contains(patient.language)) language = patient.language;
    QJsonObject account{{"realm", "patient"}, {"fhirUser", patient.fhirUser()}};
    if (!language.isEmpty()) account["language"] = language;
    const auto put = [&account](const char* key, const QLineEdit* from) {
        if (from && !from->text().trimmed().isEmpty()) account[QLatin1String(key)] = from->text().trimmed();
    };
    put("username", username_);
    put("email", email_);
    put("birthDate", birthDate_);
    if (patients_.size() > 1) go_->setText(tr("%1 of %2").arg(next_ + 1).arg(patients_.size()));
    whenDone(api_.invite(tenant_.id, account), this, [this, patient, language](const Result<Invitation>& made) {
        if (made) {
            OneTimeCode code = made->activation;
            if (code.username.isEmpty()) code.username = made->account.username;
            slips_ << slipOf(tenant_, Slip::Kind::Invitation, patient.name, language, code);
        } else {
            problems_ << tr("%1: %2").arg(patient.name, made.error().sentence);
        }
        ++next_;
        inviteNext();
    });
}

void InviteSheet::finish() {
    setBusy(false);
    go_->setEnabled(true);
    if (!problems_.isEmpty()) messages_->tell(Tone::Danger, problems_.join('\n'));
    if (slips_.isEmpty()) {
        next_ = 0;
        problems_.clear();
        go_->setText(patients_.size() == 1 ? tr("Invite") : tr("Invite %1 patients").arg(patients_.size()));
        return;
    }
    emit invited();
    for (QWidget* each : form_->findChildren<Field*>(QString(), Qt::FindDirectChildrenOnly)) each->hide();
    explanation_->setText(
        (slips_.size() == 1 ? tr("The invitation is made. The code is shown only now: print the sheet or save it "
                                 "before you close this.")
                            : tr("%1 invitations are made. The codes are shown only now: print the sheets or save "
                                 "them before you close this.")
                                  .arg(slips_.size())) +
        "\n\n" +
        (slips_.size() == 1
             ? tr("It works until %1. If it gets lost, make a new code on the patient's page; the old one then stops working.")
             : tr("They work until %1. If one gets lost, make a new code on the patient's page; the old one then stops working."))
            .arg(when(slips_.first().code.expires)));
    panel_->show(slips_, true);
    go_->hide();
    cancel_->setText(tr("Done"));
    panel_->offerPrint();  // the codes are not shown again
}

}  // namespace polyclinic::ui
