// The password once more, before something that cannot be undone.

#pragma once

#include "sign_in/proven_sheet.h"

namespace polyclinic::ui {

class FreshSignInSheet : public ProvenSheet {
    Q_OBJECT
  public:
    FreshSignInSheet(Self self, QWidget* window);

  signals:
    /// With the new access token in the channel.
    void signedIn();

  protected:
    bool check() override { return true; }
    void act() override;
};

}  // namespace polyclinic::ui
