// What an app's maker says about privacy: answers to the questions that the consent page asks for patients
// (after the ONC Model Privacy Notice).

#pragma once

#include <QJsonObject>
#include <QMap>
#include <QWidget>

class QLineEdit;

namespace polyclinic::ui {

class AppPrivacyAnswersEdit : public QWidget {
    Q_OBJECT
  public:
    AppPrivacyAnswersEdit();
    void show(const QJsonObject& privacyAnswers);
    /// Answers that are given; answers to questions that are not asked here stay as they were shown.
    QJsonObject privacyAnswers() const;

  private:
    QJsonObject shown_;
    QMap<QString, QLineEdit*> answers_;
};

}  // namespace polyclinic::ui
