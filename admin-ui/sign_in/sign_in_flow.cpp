#include "sign_in/sign_in_flow.h"

#include <QCryptographicHash>
#include <QDesktopServices>
#include <QHostAddress>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkReply>
#include <QOAuthHttpServerReplyHandler>
#include <QRandomGenerator>
#include <QUrlQuery>

#include "api_client/channel.h"

namespace polyclinic::ui {
namespace {

constexpr int patienceMs = 20'000;
constexpr int browserPatienceMs = 300'000;  // somebody types there

QByteArray randomText(int bytes) {
    QByteArray random(bytes, Qt::Uninitialized);
    auto* labels = reinterpret_cast<quint32*>(random.data());
    QRandomGenerator::system()->fillRange(labels, bytes / int(sizeof(quint32)));
    return random.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QFuture<Result<QString>> already(ApiError error) {
    QPromise<Result<QString>> promise;
    promise.start();
    promise.addResult(std::move(error));
    promise.finish();
    return promise.future();
}

}  // namespace

SignInFlow::SignInFlow(QUrl operators, QObject* parent) : QObject(parent), operators_(std::move(operators)) {
    browser_.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    flow_.setNetworkAccessManager(&network_);
    flow_.setAuthorizationUrl(at("/admin/auth/authorize"));
    flow_.setAccessTokenUrl(at("/admin/auth/token"));
    flow_.setClientIdentifier("polyclinic-console");
    flow_.setModifyParametersFunction([this](auto stage, auto* parameters) { addParameters(stage, parameters); });
    connect(&flow_, &QAbstractOAuth::authorizeWithBrowser, this, &SignInFlow::openAuthorizeUrl);
    connect(&flow_, &QAbstractOAuth::granted, this, &SignInFlow::granted);
    connect(&flow_, &QAbstractOAuth2::error, this, [this](const QString& code, const QString& description, const QUrl&) {
        refused({0, code, description.isEmpty() ? tr("The sign-in was refused (%1).").arg(code) : description});
    });
    // The flow itself is silent when the token endpoint refuses.
    connect(&network_, &QNetworkAccessManager::finished, this, [this](QNetworkReply* reply) {
        if (reply->error() != QNetworkReply::NoError) refused(errorOf(*reply, reply->peek(64 * 1024)));
    });
    patience_.setSingleShot(true);
    connect(&patience_, &QTimer::timeout, this, [this] { refused({0, "unreachable", tr("The sign-in took too long. Try again.")}); });
}

SignInFlow::~SignInFlow() = default;

QUrl SignInFlow::at(const QString& path) const {
    QUrl url = operators_;
    url.setPath(path);
    return url;
}

QFuture<Result<QString>> SignInFlow::setUp(QString secret, QString username, QString password) {
    return begin("/admin/auth/setup", {{"secret", secret}, {"username", username}, {"password", password}});
}

QFuture<Result<QString>> SignInFlow::signIn(QString username, QString password) {
    return begin("/admin/auth/sign-in", {{"username", username}, {"password", password}});
}

QFuture<Result<QString>> SignInFlow::signInByBrowser() {
    // Who asks again has lost the page: the first wish ends.
    if (answer_) refused({0, "again", tr("The sign-in in the browser was begun anew.")});
    answer_ = std::make_shared<QPromise<Result<QString>>>();
    answer_->start();
    auto future = answer_->future();
    patience_.start(browserPatienceMs);
    authorize({});
    return future;
}

QFuture<Result<QString>> SignInFlow::begin(QString path, QJsonObject body) {
    if (answer_) return already({0, "busy", tr("A sign-in is under way already.")});
    answer_ = std::make_shared<QPromise<Result<QString>>>();
    answer_->start();
    patience_.start(patienceMs);
    QNetworkRequest request(at(path));
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
    request.setRawHeader("Accept", "application/json");
    QNetworkReply* reply = browser_.post(request, QJsonDocument(body).toJson(QJsonDocument::Compact));
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        const QByteArray answer = reply->readAll();
        const QString ticket = QJsonDocument::fromJson(answer)["login_ticket"].toString();
        if (reply->error() == QNetworkReply::NoError && !ticket.isEmpty()) {
            authorize(ticket);
        } else {
            refused(errorOf(*reply, answer));
        }
    });
    return answer_->future();
}

void SignInFlow::authorize(const QString& ticket) {
    ticket_ = ticket;
    byBrowser_ = ticket.isEmpty();
    verifier_ = randomText(48);
    flow_.setState(QString::fromLatin1(randomText(16)));  // QtNetworkAuth's own has 8 characters
    replaced_ = flow_.refreshToken();
    flow_.setToken({});
    flow_.setRefreshToken({});
    delete loopback_;
    // Without an address the handler would listen on every interface.
    loopback_ = new QOAuthHttpServerReplyHandler(QHostAddress::LocalHost, 0, this);
    flow_.setReplyHandler(loopback_);
    if (!loopback_->isListening()) {
        refused({0, "unreachable", tr("No free port on this computer for the sign-in.")});
        return;
    }
    flow_.grant();
}

void SignInFlow::addParameters(QAbstractOAuth::Stage stage, QMultiMap<QString, QVariant>* parameters) {
    if (parameters->value("scope").toString().isEmpty()) parameters->remove("scope");
    if (stage == QAbstractOAuth::Stage::RequestingAuthorization) {
        const QByteArray hash = QCryptographicHash::hash(verifier_, QCryptographicHash::Sha256);
        parameters->insert("code_challenge",
                           QString::fromLatin1(hash.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)));
        parameters->insert("code_challenge_method", "S256");
        if (!ticket_.isEmpty()) parameters->insert("login_ticket", QString::fromLatin1(QUrl::toPercentEncoding(ticket_)));
        ticket_.clear();
    } else if (stage == QAbstractOAuth::Stage::RequestingAccessToken) {
        parameters->insert("code_verifier", QString::fromLatin1(verifier_));
    }
}

void SignInFlow::openAuthorizeUrl(const QUrl& url) {
    if (byBrowser_) {
        if (!QDesktopServices::openUrl(url)) refused({0, "browser", tr("No browser could be opened on this computer.")});
        return;
    }
    QNetworkRequest request(url);
    request.setRawHeader("Accept", "application/json");
    QNetworkReply* reply = browser_.get(request);
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        followRedirect(reply);
    });
}

void SignInFlow::followRedirect(QNetworkReply* reply) {
    const QUrl target = reply->attribute(QNetworkRequest::RedirectionTargetAttribute).toUrl();
    const QUrl own(loopback_->callback());
    if (target.isEmpty() || target.host() != own.host() || target.port() != own.port()) {
        const bool page = reply->error() == QNetworkReply::NoError;  // it asks for the password again
        refused(page ? ApiError{401, "login", tr("The sign-in was open for too long. Try again.")} : errorOf(*reply, reply->readAll()));
        return;
    }
    QNetworkReply* back = browser_.get(QNetworkRequest(target));
    connect(back, &QNetworkReply::finished, back, &QObject::deleteLater);
}

QFuture<Result<QString>> SignInFlow::refresh() {
    if (answer_) return already({0, "busy", tr("A sign-in is under way already.")});
    if (flow_.refreshToken().isEmpty()) return already({401, "login", tr("Sign in again to go on.")});
    answer_ = std::make_shared<QPromise<Result<QString>>>();
    answer_->start();
    auto future = answer_->future();
    patience_.start(patienceMs);
    flow_.refreshAccessToken();
    return future;
}

void SignInFlow::granted() {
    verifier_.clear();
    patience_.stop();
    if (loopback_) loopback_->close();
    if (!replaced_.isEmpty()) revoke(std::exchange(replaced_, {}));  // with it the whole sign-in before ends
    if (!answer_) return;
    const Answer answer = std::exchange(answer_, nullptr);
    answer->addResult(Result<QString>(flow_.token()));
    answer->finish();
}

void SignInFlow::refused(ApiError error) {
    verifier_.clear();
    ticket_.clear();
    if (!replaced_.isEmpty()) flow_.setRefreshToken(std::exchange(replaced_, {}));
    patience_.stop();
    if (loopback_) loopback_->close();
    if (!answer_) return;
    const Answer answer = std::exchange(answer_, nullptr);
    answer->addResult(Result<QString>(std::move(error)));
    answer->finish();
}

void SignInFlow::revoke(const QString& token) {
    QNetworkRequest request(at("/admin/auth/revoke"));
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/x-www-form-urlencoded");
    QUrlQuery form;
    form.addQueryItem("token", token);
    form.addQueryItem("client_id", flow_.clientIdentifier());
    QNetworkReply* reply = browser_.post(request, form.toString(QUrl::FullyEncoded).toLatin1());
    connect(reply, &QNetworkReply::finished, reply, &QObject::deleteLater);
}

void SignInFlow::signOut() {
    for (const QString& token : {flow_.refreshToken(), flow_.token()}) {
        if (!token.isEmpty()) revoke(token);
    }
    flow_.setToken({});
    flow_.setRefreshToken({});
}

}  // namespace polyclinic::ui
