#include "people/code_sheet.h"

#include <QCheckBox>

#include "shell/words.h"
#include "widgets/parts.h"

namespace polyclinic::ui {

CodeSheet::CodeSheet(ApiClient& api, const Tenant& tenant, const Account& account, const QString& person, QWidget* window)
    : Sheet(account.activated.isValid() ? tr("New password for %1").arg(person) : tr("New invitation for %1").arg(person), window, 800),
      api_(api),
      tenant_(tenant),
      account_(account),
      person_(person),
      kind_(account.activated.isValid() ? Slip::Kind::Reset : Slip::Kind::Invitation) {
    const bool reset = kind_ == Slip::Kind::Reset;
    messages_ = new MessageBar;
    body()->addWidget(messages_);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(28);
    auto* left = new QVBoxLayout;
    left->setSpacing(14);
    explanation_ = paragraph(reset ? tr("With this code and the date of birth, whoever holds it sets a new password and reads this "
                                        "person's health record. Ask for a document, or for two facts that only they know.")
                                   : tr("The code on the sheet handed out before stops working."),
                             Text::Body, Tone::Muted);
    left->addWidget(explanation_);
    if (reset) {
        checked_ = new QCheckBox(tr("I checked their &identity"));
        left->addWidget(checked_);
    }
    code_ = new QFrame;
    code_->setProperty("inset", true);
    auto* inset = new QVBoxLayout(code_);
    inset->setContentsMargins(16, 14, 16, 14);
    inset->addWidget(label(tr("Code, to read out on the phone too"), Text::Small, Tone::Muted));
    codeText_ = label({}, Text::Mono);
    QFont font = codeText_->font();
    font.setPointSizeF(font.pointSizeF() * 1.7);
    font.setWeight(QFont::Bold);
    codeText_->setFont(font);
    codeText_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    inset->addWidget(codeText_);
    code_->hide();
    left->addWidget(code_);
    left->addStretch();
    columns->addLayout(left, 1);
    panel_ = new SlipPanel;
    OneTimeCode sample;
    for (const Endpoint& each : tenant.endpoints) {
        if (each.type == "patient-portal") sample.url = QUrl(each.url.toString() + (reset ? "/reset" : "/activate"));
    }
    if (sample.url.isEmpty()) sample.url = QUrl("https://clinic.example/");
    sample.code = QStringLiteral("•••••-••••-••••");
    sample.username = account.username;
    sample.expires = QDateTime::currentDateTimeUtc().addDays(reset ? 1 : 14);
    panel_->show({slipOf(tenant, kind_, person, account.language, sample)}, false);
    columns->addWidget(panel_);
    body()->addLayout(columns, 1);
    cancel_ = button(tr("Cancel"));
    go_ = button(tr("Make the code"), Kind::Primary, "key");
    go_->setEnabled(!reset);
    if (checked_) connect(checked_, &QCheckBox::toggled, go_, &QWidget::setEnabled);
    foot()->addWidget(cancel_);
    foot()->addWidget(go_);
    connect(cancel_, &QPushButton::clicked, this, &Sheet::close);
    connect(go_, &QPushButton::clicked, this, &CodeSheet::make);
}

void CodeSheet::make() {
    go_->setEnabled(false);
    setBusy(true);
    const auto answered = [this](const Result<OneTimeCode>& answer) {
        setBusy(false);
        go_->setEnabled(true);
        if (!answer) {
            messages_->tell(answer.error());
            return;
        }
        OneTimeCode code = *answer;
        if (code.username.isEmpty()) code.username = account_.username;
        messages_->clear();
        panel_->show({slipOf(tenant_, kind_, person_, account_.language, code)}, true);
        codeText_->setText(code.code);
        code_->show();
        if (checked_) checked_->hide();
        explanation_->setText(
            tr("The code is shown only now. It works once, until %1; a code made before it is dead.").arg(when(code.expires)));
        go_->hide();
        cancel_->setText(tr("Done"));
        panel_->offerPrint();  // the code is not shown again
        emit made();
    };
    if (kind_ == Slip::Kind::Reset) {
        whenDone(api_.resetCode(tenant_.id, account_.id), this, answered);
    } else {
        whenDone(api_.inviteAgain(tenant_.id, account_.id), this, answered);
    }
}

}  // namespace polyclinic::ui
