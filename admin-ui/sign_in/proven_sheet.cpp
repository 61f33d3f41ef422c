#include "sign_in/proven_sheet.h"

#include <QLineEdit>

#include "sign_in/password_field.h"
#include "sign_in/sign_in_flow.h"
#include "widgets/parts.h"

namespace polyclinic::ui {

ProvenSheet::ProvenSheet(const QString& title, Self self, const QString& verb, QWidget* window)
    : Sheet(title, window, 480), self_(std::move(self)), messages_(new MessageBar), go_(button(verb, Kind::Primary)) {
    body()->addWidget(messages_);
    auto* cancel = button(tr("Cancel"));
    foot()->addWidget(cancel);
    foot()->addWidget(go_);
    connect(cancel, &QPushButton::clicked, this, &Sheet::close);
    connect(go_, &QPushButton::clicked, this, &ProvenSheet::start);
}

void ProvenSheet::addOwnPassword(const QString& name) {
    own_ = new PasswordField;
    ownField_ = new Field(name, own_);
    body()->addWidget(ownField_);
    connect(own_, &QLineEdit::textChanged, this, [this] { ownField_->setError({}); });
    setFirst(own_);
}

QString ProvenSheet::ownPassword() const { return own_->text(); }

void ProvenSheet::start() {
    if (!go_->isEnabled()) return;
    messages_->clear();
    ownField_->setError({});
    const bool good = check();
    if (own_->text().isEmpty()) ownField_->setError(tr("Enter the password that you sign in with."));
    if (!good) return;
    if (ownField_->hasError()) return own_->setFocus();
    setUnderWay(true);
    whenDone(self_.flow.signIn(self_.username, own_->text()), this, [this](const Result<QString>& token) {
        if (token) {
            self_.api.channel().setAccessToken(*token);
            return act();
        }
        setUnderWay(false);
        if (token.error().status != 401) return messages_->tell(token.error());
        ownField_->setError(tr("The password is wrong."));
        own_->selectAll();
        own_->setFocus();
    });
}

bool ProvenSheet::finish(const Result<Nothing>& done) {
    setUnderWay(false);
    if (done) {
        close();
    } else {
        messages_->tell(done.error());
    }
    return done.ok();
}

void ProvenSheet::setUnderWay(bool underWay) {
    for (auto* line : findChildren<QLineEdit*>()) line->setEnabled(!underWay);  // what was checked is what is sent
    go_->setEnabled(!underWay);
    setBusy(underWay);
}

}  // namespace polyclinic::ui
