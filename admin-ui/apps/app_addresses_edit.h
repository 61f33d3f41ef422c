// The addresses of an app, one a line, each judged while it is typed.

#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace polyclinic::ui {

class Field;
struct Client;

class AppAddressesEdit : public QWidget {
    Q_OBJECT
  public:
    AppAddressesEdit();
    void show(const Client& client);
    void putInto(Client& client) const;
    /// Shows what is wrong, empty fields too, and answers whether nothing is.
    bool check();

  signals:
    void changed();

  private:
    void judge(bool emptyToo);

    QPlainTextEdit* redirects_;
    QLineEdit *launch_, *policy_, *terms_;
    Field *redirectField_, *launchField_, *policyField_, *termsField_;
    bool good_ = false;
};

}  // namespace polyclinic::ui
