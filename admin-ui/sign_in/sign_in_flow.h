// How the operator gets in: password -> login ticket -> authorization code with PKCE -> tokens (RFC 6749,
// RFC 7636, RFC 8252). The ticket stands in for a browser's session, so no second prompt is needed.

#pragma once

#include <QNetworkAccessManager>
#include <QOAuth2AuthorizationCodeFlow>
#include <QObject>
#include <QPromise>
#include <QTimer>
#include <QUrl>
#include <memory>
#include <optional>

#include "api_client/result.h"

class QOAuthHttpServerReplyHandler;

namespace polyclinic::ui {

class SignInFlow : public QObject {
    Q_OBJECT
  public:
    explicit SignInFlow(QUrl operators, QObject* parent = nullptr);
    ~SignInFlow() override;

    /// The first operator of a new server, by the one-time setup secret. Answers the access token.
    QFuture<Result<QString>> setUp(QString secret, QString username, QString password);

    /// Answers the access token; 401 for a wrong name or password, 429 when the server asks to wait.
    QFuture<Result<QString>> signIn(QString username, QString password);

    /// The same at the server's own page in the system's browser, for who keeps passwords there. 5 minutes at most.
    QFuture<Result<QString>> signInByBrowser();

    /// A new access token by the refresh token; an error when there is none or the server refuses it.
    QFuture<Result<QString>> refresh();

    /// Forgets the tokens here and asks the server to end them.
    void signOut();

  private:
    using Answer = std::shared_ptr<QPromise<Result<QString>>>;

    QFuture<Result<QString>> begin(QString path, QJsonObject body);
    void authorize(const QString& ticket);
    void openAuthorizeUrl(const QUrl& url);
    void followRedirect(QNetworkReply* reply);
    void addParameters(QAbstractOAuth::Stage stage, QMultiMap<QString, QVariant>* parameters);
    void refused(ApiError error);
    void granted();
    void revoke(const QString& token);
    QUrl at(const QString& path) const;

    QUrl operators_;
    QNetworkAccessManager browser_;  // stands where a browser would: authorize and its redirect
    QNetworkAccessManager network_;  // the token endpoint
    QOAuth2AuthorizationCodeFlow flow_;
    QOAuthHttpServerReplyHandler* loopback_ = nullptr;
    QString ticket_, replaced_;  // the refresh token of the sign-in before, until there is another
    bool byBrowser_ = false;
    QByteArray verifier_;
    QTimer patience_;
    Answer answer_;  // of the one exchange under way
};

}  // namespace polyclinic::ui
