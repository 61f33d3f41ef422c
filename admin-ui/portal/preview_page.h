// The patient portal as patients see it: in widths of phones and tablets, light and dark. Where the embedded browser is
// not installed, the system's own.

#pragma once

#include <memory>

#include "api_client/resources.h"
#include "shell/page.h"

class QComboBox;
class QProgressBar;
class QStackedWidget;

namespace polyclinic::portal_view {
class Factory;
class View;
}  // namespace polyclinic::portal_view

namespace polyclinic::ui {

class EmptyState;

class PreviewPage : public Page {
    Q_OBJECT
  public:
    PreviewPage();
    ~PreviewPage() override;
    void showClinic(const Tenant& tenant);
    void refresh() override;
    /// SHA-256 of the certificate that this very server shows.
    void trust(const QByteArray& certificate);
    /// Whether the embedded browser is here. It is loaded at the first look.
    bool embedded() const { return factory_; }

  private:
    void loadPlugin();
    void makeView();
    void dropView();
    void arrange();
    void openOutside();

    Tenant tenant_;
    QUrl portal_;
    QString problem_;
    QByteArray certificate_;
    bool tried_ = false;
    portal_view::Factory* factory_ = nullptr;
    std::unique_ptr<portal_view::View> view_;
    QStackedWidget* stack_;
    QWidget* stage_;
    QComboBox *width_, *shade_;
    QProgressBar* bar_;
    QPushButton *outside_, *openInstead_, *again_;
    EmptyState* instead_;
};

}  // namespace polyclinic::ui
