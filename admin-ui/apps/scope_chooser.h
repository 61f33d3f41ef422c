// What an app may ask patients for: from least to most, or as its maker lists it.

#pragma once

#include <QWidget>

class QCheckBox;
class QPlainTextEdit;
class QRadioButton;

namespace polyclinic::ui {

class ScopeChooser : public QWidget {
    Q_OBJECT
  public:
    ScopeChooser();
    /// SMART App Launch 2.2 scopes, separated by single spaces.
    QString scopes() const;
    void setScopes(const QString& scopes);

  signals:
    void changed();

  private:
    void choose();
    QString chosen() const;

    QRadioButton *identity_, *some_, *all_, *listed_;
    QWidget* kindsArea_;
    QList<QCheckBox*> kindBoxes_;
    QCheckBox *write_, *offline_;
    QPlainTextEdit* text_;
};

}  // namespace polyclinic::ui
