// Registers a system: its name, and what it may do in sentences.

#pragma once

#include "api_client/api_client.h"
#include "widgets/message_bar.h"
#include "widgets/overlay.h"

class QCheckBox;
class QLineEdit;
class QRadioButton;

namespace polyclinic::ui {

class Field;

class AddSystemSheet : public Sheet {
    Q_OBJECT
  public:
    AddSystemSheet(ApiClient& api, const Tenant& tenant, QWidget* window);
    QLineEdit* nameField() { return name_; }
    QString scopes() const;

  signals:
    void added(const polyclinic::ui::Client& client);

  private:
    void choicesChanged();
    void add();

    ApiClient& api_;
    Tenant tenant_;
    QLineEdit* name_;
    Field* nameField_;
    QRadioButton *readAll_, *writeAll_, *some_;
    QWidget* kindsArea_;
    QList<QCheckBox*> kindBoxes_;
    QCheckBox *mayWrite_, *introspect_;
    QLabel* sentences_;
    QPushButton* add_;
    MessageBar* messages_;
};

}  // namespace polyclinic::ui
