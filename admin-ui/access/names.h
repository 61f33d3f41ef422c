// The names behind "Patient/p1", for lists of accounts, grants and sessions.

#pragma once

#include <functional>

#include "api_client/api_client.h"

namespace polyclinic::ui {

class Names : public QObject {
    Q_OBJECT
  public:
    Names(ApiClient& api, QObject* parent) : QObject(parent), api_(api) {}

    /// Forgets the names of another clinic.
    void showClinic(const QString& tenant);
    /// Fetches the names that are not known yet, then calls `then`; at once when all are known.
    void fetch(const QStringList& references, std::function<void()> then);
    /// The reference itself where the record has no name.
    QString of(const QString& reference) const { return names_.value(reference, reference); }

  private:
    ApiClient& api_;
    QString tenant_;
    QMap<QString, QString> names_;
};

}  // namespace polyclinic::ui
