// Registers an app in four steps: who it is, its addresses, what it may ask patients for, and its keys.

#pragma once

#include "api_client/api_client.h"
#include "widgets/message_bar.h"
#include "widgets/overlay.h"

class QCheckBox;
class QRadioButton;
class QStackedWidget;

namespace polyclinic::ui {

class AppAddressesEdit;
class AppPrivacyAnswersEdit;
class ConsentView;
class Field;
class ScopeChooser;

class AddAppSheet : public Sheet {
    Q_OBJECT
  public:
    AddAppSheet(ApiClient& api, const Tenant& tenant, QWidget* window);

  signals:
    void added(const polyclinic::ui::Client& client);
    /// It is a system of the clinic, which is registered otherwise.
    void systemWanted();

  private:
    QWidget* makeKind();
    QWidget* makeScopes();
    QWidget* makeKeys();
    Client wanted() const;
    void show(int step);
    void next();
    void create();

    ApiClient& api_;
    Tenant tenant_;
    QLabel* stepWords_;
    QStackedWidget* steps_;
    QRadioButton *patientApp_, *system_, *open_, *secret_;
    QLineEdit *name_, *publisher_, *description_;
    Field *nameField_, *publisherField_;
    QWidget* who_;
    AppAddressesEdit* addresses_;
    ScopeChooser* scopes_;
    ConsentView* consent_;
    AppPrivacyAnswersEdit* privacyAnswers_;
    QCheckBox* offered_;
    QStringList refused_;
    QPushButton *back_, *go_;
    MessageBar* messages_;
};

}  // namespace polyclinic::ui
