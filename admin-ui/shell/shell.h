// What a screen may ask of the window around it, and hears from it. Screens of other folders are reached by the names of
// their places.

#pragma once

#include <QUrl>
#include <QWidget>
#include <functional>

#include "api_client/api_client.h"

namespace polyclinic::ui {

class Page;
class SignInFlow;
class Toast;

class Shell : public QWidget {
    Q_OBJECT
  public:
    Shell(ApiClient& api, SignInFlow& flow) : api(api), flow(flow) {}

    ApiClient& api;
    SignInFlow& flow;

    virtual Toast& toast() = 0;
    /// Comes to the place of this name, whose page fetches anew what it shows.
    virtual void go(const QString& place) = 0;
    /// The page of a place, for the folder that gave the row.
    virtual Page& page(const QString& place) = 0;
    /// The clinic that is open; its id is empty while none is.
    virtual const Tenant& clinic() const = 0;
    virtual void openClinic(const QString& id) = 0;
    virtual void openClinic(const Tenant& tenant) = 0;
    /// Where the clinics are reached, as far as the window knows.
    virtual QUrl clinics() const = 0;
    /// The server has told of itself.
    virtual void learn(const ServerStatus& status) = 0;
    /// SHA-256 of the certificate that this very server shows; empty: none.
    virtual void trust(const QByteArray& certificate) = 0;
    /// Asks for the password once more, and then calls `then`.
    virtual void askFreshSignIn(std::function<void()> then) = 0;
    /// For screens that have changed a clinic, or how the clinics are reached.
    virtual void tellClinicsChanged() = 0;
    virtual void tellNetworkChanged() = 0;

  signals:
    void lockWanted();
    void signOutWanted();
    /// Where the clinics are reached now.
    void clinicsAt(const QUrl& clinics);
    void operatorEntered(const QString& username);
    /// A clinic was opened, or what is known of the open one has changed.
    void clinicShown(const polyclinic::ui::Tenant& tenant);
    void clinicsChanged();
    void networkChanged();
    /// The server does not answer any more, or does again.
    void serverGone();
    void serverBack();
    void certificateSeen(const QByteArray& certificate);
};

}  // namespace polyclinic::ui
