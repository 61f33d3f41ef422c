// Makes a clinic: a name is enough, the rest has good defaults.

#pragma once

#include "api_client/api_client.h"
#include "widgets/message_bar.h"
#include "widgets/overlay.h"

class QComboBox;
class QLineEdit;
class QRadioButton;

namespace polyclinic::ui {

class Field;

/// Fills a box with the world's time zones; the computer's own is chosen.
void fillTimeZones(QComboBox* box);
/// Fills a box with languages by their own names (data: BCP 47); the computer's own is chosen where it is there.
void fillLanguages(QComboBox* box);

class NewClinicSheet : public Sheet {
    Q_OBJECT
  public:
    /// `clinics`: the base of the clinics' addresses, for the preview.
    NewClinicSheet(ApiClient& api, QUrl clinics, QWidget* window);
    QLineEdit* nameField() { return name_; }

  signals:
    void created(const polyclinic::ui::Tenant& tenant);

  protected:
  private:
    void nameChanged();
    void idChanged();
    void create();
    void offerFreeIds(const QString& taken);
    void showFreeIds(const QStringList& ids);

    ApiClient& api_;
    QUrl clinics_;
    QLineEdit *name_, *id_, *phone_;
    QComboBox *timezone_, *language_;
    QRadioButton *shared_, *dedicated_;
    Field *nameField_, *idField_;
    QWidget* suggestions_;
    QLabel* preview_;
    QPushButton* create_;
    MessageBar* messages_;
    bool idIsTyped_ = false;
};

}  // namespace polyclinic::ui
