// A secret, shown this once, with what its system needs beside it.

#pragma once

#include "api_client/resources.h"
#include "widgets/overlay.h"

namespace polyclinic::ui {

class SecretSheet : public Sheet {
    Q_OBJECT
  public:
    SecretSheet(const Tenant& tenant, const BackendClient& client, const QString& secret, QWidget* window);
};

}  // namespace polyclinic::ui
