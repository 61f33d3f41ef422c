#include "apps/signing_keys_card.h"

#include "shell/words.h"
#include "widgets/overlay.h"

namespace polyclinic::ui {

SigningKeysCard::SigningKeysCard(ApiClient& api) : Card(tr("Signing keys")), api_(api) {
    change_ = button(tr("Change now…"), Kind::Quiet, "refresh");
    connect(change_, &QPushButton::clicked, this, &SigningKeysCard::change);
    header->addWidget(change_);
    body->addWidget(paragraph(tr("The clinic signs with them what it tells apps about who signed in. They change by themselves every "
                                 "90 days. Change them now if somebody may have seen this computer's files or a copy of them."),
                              Text::Body, Tone::Muted));
    done_ = paragraph({}, Text::Body, Tone::Success);
    done_->hide();
    body->addWidget(done_);
}

void SigningKeysCard::showClinic(const Tenant& tenant) {
    if (tenant.id != tenant_.id) done_->hide();
    tenant_ = tenant;
}

void SigningKeysCard::change() {
    auto* question = new ConfirmSheet(tr("Change the signing keys of %1?").arg(tenant_.name),
                                      tr("The clinic signs with a new key from now on. Nobody is signed out, and apps fetch the new key by "
                                         "themselves; what the old one signed in the last minutes still counts."),
                                      tr("Change the keys"), false, this);
    connect(question, &ConfirmSheet::confirmed, this, [this] {
        change_->setEnabled(false);
        whenDone(api_.rotateSigningKeys(tenant_.id), this, [this, id = tenant_.id](const Result<QDateTime>& oldUntil) {
            change_->setEnabled(true);
            if (!oldUntil) return emit failed(oldUntil.error());
            if (id != tenant_.id) return;
            done_->setText(tr("Changed just now. Apps are shown the old key until %1.").arg(when(*oldUntil)));
            done_->show();
        });
    });
    question->open();
}

}  // namespace polyclinic::ui
