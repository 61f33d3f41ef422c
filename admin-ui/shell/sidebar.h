// Where to go: the server's screens, and those of the clinic that is open.

#pragma once

#include <QMap>
#include <QWidget>

#include "api_client/resources.h"

class QAbstractButton;
class QAction;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace polyclinic::ui {

class Sidebar : public QWidget {
    Q_OBJECT
  public:
    Sidebar();

    /// A place of the console; the action goes there.
    void addPlace(QAction* action, const QString& iconName);
    /// The same, shown while a clinic is open.
    void addClinicPlace(QAction* action, const QString& iconName);
    /// A button with an icon only, at the foot.
    void addFoot(QAction* action, const QString& iconName);

    void setClinic(const Tenant& tenant);
    void clearClinic();
    void setCurrent(QAction* action);
    void setOperator(const QString& username);
    void focusCurrent();

  private:
    QPushButton* makeButton(QAction* action, const QString& iconName);

    QScrollArea* area_;
    QVBoxLayout *places_, *clinicPlaces_;
    QHBoxLayout* foot_;
    QWidget* clinic_;
    QLabel *chip_, *clinicName_, *operator_;
    QMap<QAction*, QAbstractButton*> buttons_;
};

}  // namespace polyclinic::ui
