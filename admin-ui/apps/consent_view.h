// What a patient is asked when an app wants in, in the server's own words, as they are on the consent page.

#pragma once

#include <QTimer>

#include "api_client/api_client.h"

class QVBoxLayout;

namespace polyclinic::ui {

class ConsentView : public QWidget {
    Q_OBJECT
  public:
    explicit ConsentView(ApiClient& api);
    /// Asks the server a moment later; of many wishes in a row only the last is asked.
    void showFor(const Tenant& tenant, const Client& client, const QString& language);

  signals:
    /// How many scopes the server would grant in sentences, and which it refuses.
    void answered(int sentences, const QStringList& refused);

  private:
    void ask();
    void show(const ConsentPreview& preview);
    void problem(const QString& sentence);

    ApiClient& api_;
    Tenant tenant_;
    Client client_;
    QString language_;
    QTimer later_;
    int asked_ = 0;
    QVBoxLayout* lines_;
};

}  // namespace polyclinic::ui
