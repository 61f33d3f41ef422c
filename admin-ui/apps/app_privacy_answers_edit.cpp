#include "apps/app_privacy_answers_edit.h"

#include <QGridLayout>

#include "widgets/parts.h"

namespace polyclinic::ui {

AppPrivacyAnswersEdit::AppPrivacyAnswersEdit() {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins({});
    grid->setHorizontalSpacing(14);
    grid->setVerticalSpacing(10);
    int at = 0;
    for (const auto& [key, question] :
         {std::pair{"funding", tr("How does it earn its money?")}, std::pair{"resale", tr("Does it sell information?")},
          std::pair{"sharing", tr("Does it share information?")}, std::pair{"deletion", tr("Can information be deleted?")},
          std::pair{"location", tr("Where is it kept?")}, std::pair{"encryption", tr("Is it kept encrypted?")}}) {
        auto* answer = new QLineEdit;
        answer->setMaxLength(300);
        grid->addWidget(new Field(question, answer), at / 2, at % 2);
        answers_[QString::fromLatin1(key)] = answer;
        ++at;
    }
}

void AppPrivacyAnswersEdit::show(const QJsonObject& privacyAnswers) {
    shown_ = privacyAnswers;
    for (auto each = answers_.begin(); each != answers_.end(); ++each) each.value()->setText(privacyAnswers[each.key()].toString());
}

QJsonObject AppPrivacyAnswersEdit::privacyAnswers() const {
    QJsonObject privacyAnswers = shown_;
    for (auto each = answers_.begin(); each != answers_.end(); ++each) {
        const QString text = each.value()->text().trimmed();
        if (text.isEmpty()) {
            privacyAnswers.remove(each.key());
        } else {
            privacyAnswers[each.key()] = text;
        }
    }
    return privacyAnswers;
}

}  // namespace polyclinic::ui
