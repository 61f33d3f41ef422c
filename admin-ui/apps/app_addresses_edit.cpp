#include "apps/app_addresses_edit.h"

#include <QPlainTextEdit>

#include "api_client/resources.h"
#include "apps/app_address.h"
#include "widgets/parts.h"

namespace polyclinic::ui {
namespace {

QStringList linesOf(const QPlainTextEdit& edit) {
    QStringList lines;
    for (const QString& line : edit.toPlainText().split('\n')) {
        if (!line.trimmed().isEmpty()) lines << line.trimmed();
    }
    return lines;
}

}  // namespace

AppAddressesEdit::AppAddressesEdit() {
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins({});
    all->setSpacing(14);
    redirects_ = new QPlainTextEdit;
    redirects_->setPlaceholderText("https://app.example.com/callback");
    redirects_->setFont(fontOf(Text::Mono));
    redirects_->setTabChangesFocus(true);
    redirects_->setFixedHeight(70);
    redirectField_ = new Field(tr("Where answers &go (redirect addresses)"), redirects_,
                               tr("One a line, exactly as the app's maker writes them. Codes go to these and nowhere else."));
    launch_ = new QLineEdit;
    policy_ = new QLineEdit;
    terms_ = new QLineEdit;
    for (QLineEdit* each : {launch_, policy_, terms_}) each->setPlaceholderText("https://");
    launchField_ = new Field(tr("Where it is &opened (launch address)"), launch_, tr("Leave it empty if the app is opened by itself."));
    policyField_ = new Field(tr("&Privacy policy"), policy_);
    termsField_ = new Field(tr("&Terms of use"), terms_);
    all->addWidget(redirectField_);
    all->addWidget(launchField_);
    auto* pages = new QHBoxLayout;
    pages->setSpacing(14);
    pages->addWidget(policyField_);
    pages->addWidget(termsField_);
    all->addLayout(pages);
    connect(redirects_, &QPlainTextEdit::textChanged, this, [this] {
        judge(false);
        emit changed();
    });
    for (QLineEdit* each : {launch_, policy_, terms_}) {
        connect(each, &QLineEdit::textChanged, this, [this] {
            judge(false);
            emit changed();
        });
    }
}

void AppAddressesEdit::show(const Client& client) {
    redirects_->setPlainText(client.redirectUris.join('\n'));
    launch_->setText(client.launchUri);
    policy_->setText(client.policyUri);
    terms_->setText(client.termsUri);
}

void AppAddressesEdit::putInto(Client& client) const {
    client.redirectUris = linesOf(*redirects_);
    client.launchUri = launch_->text().trimmed();
    client.policyUri = policy_->text().trimmed();
    client.termsUri = terms_->text().trimmed();
}

bool AppAddressesEdit::check() {
    judge(true);
    return good_;
}

void AppAddressesEdit::judge(bool emptyToo) {
    QStringList problems;
    const QStringList lines = linesOf(*redirects_);
    for (const QString& line : lines) {
        const QString problem = redirectProblem(line);
        if (!problem.isEmpty()) problems << (lines.size() > 1 ? line + ": " + problem : problem);
    }
    if (lines.isEmpty() && emptyToo) problems << redirectProblem({});
    redirectField_->setError(problems.join('\n'));
    launchField_->setError(pageProblem(launch_->text().trimmed()));
    policyField_->setError(pageProblem(policy_->text().trimmed()));
    termsField_->setError(pageProblem(terms_->text().trimmed()));
    good_ = !redirectField_->hasError() && !launchField_->hasError() && !policyField_->hasError() && !termsField_->hasError();
}

}  // namespace polyclinic::ui
