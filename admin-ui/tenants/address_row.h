// One web address of a clinic: copy it, show it as a QR code, open it, test it.

#pragma once

#include <QWidget>

#include "api_client/api_client.h"
#include "widgets/theme.h"

class QLabel;

namespace polyclinic::ui {

class AddressRow : public QWidget {
    Q_OBJECT
  public:
    AddressRow(ApiClient& api, const Endpoint& endpoint, const QString& clinic);

    /// Asks the address what any client asks first, and shows the answer.
    void test();
    QUrl url() const { return endpoint_.url; }
    QString verdict() const;

  signals:
    void tested(bool answers);

  private:
    void showQr();
    void tell(Tone tone, const QString& labels);

    ApiClient& api_;
    Endpoint endpoint_;
    QString clinic_;
    QWidget* result_;  // a widget, so that it takes no room while it is empty
    QLabel* sign_ = nullptr;
    QLabel* verdict_;
};

/// What an address is for, in words; the type itself when it is not known here.
QString endpointName(const QString& type);

}  // namespace polyclinic::ui
