// What an app or a system needs to begin: its id, the addresses, and the secret, where it has one, this once.

#pragma once

#include "api_client/resources.h"
#include "widgets/overlay.h"

namespace polyclinic::ui {

class SecretSheet : public Sheet {
    Q_OBJECT
  public:
    SecretSheet(const Tenant& tenant, const Client& client, const QString& secret, QWidget* window);
    /// `values`: name and text of each, to be copied.
    SecretSheet(const QString& title, const QString& warning, const QList<std::pair<QString, QString>>& values, QWidget* window);

  private:
    void add(const QString& name, const QString& text);
    void addDone(const QString& labels);
};

}  // namespace polyclinic::ui
