#include "api_client/channel.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkReply>

namespace polyclinic::ui {
namespace {

constexpr int timeoutMs = 60'000;

bool sameOrigin(const QUrl& a, const QUrl& b) { return a.scheme() == b.scheme() && a.host() == b.host() && a.port(-1) == b.port(-1); }

QString networkSentence(const QNetworkReply& reply) {
    const QString where = reply.url().authority();
    switch (reply.error()) {
        case QNetworkReply::ConnectionRefusedError:
            return Channel::tr("Nothing answers at %1. The clinics' server is stopped or still starting.").arg(where);
        case QNetworkReply::HostNotFoundError:
            return Channel::tr("The name %1 is not known on this network.").arg(reply.url().host());
        case QNetworkReply::OperationCanceledError:
        case QNetworkReply::TimeoutError:
            return Channel::tr("%1 took too long to answer. Try again in a moment.").arg(where);
        case QNetworkReply::SslHandshakeFailedError:
            return Channel::tr("The certificate of %1 is not trusted on this computer.").arg(where);
        case QNetworkReply::RemoteHostClosedError:
            return Channel::tr("%1 closed the connection before it answered.").arg(where);
        default:
            return Channel::tr("%1 could not be reached: %2").arg(where, reply.errorString());
    }
}

QString statusSentence(int status) {
    switch (status) {
        case 401:
            return Channel::tr("Sign in again to go on.");
        case 403:
            return Channel::tr("Your account may not do this.");
        case 404:
            return Channel::tr("This no longer exists on the server.");
        case 409:
            return Channel::tr("Someone changed this at the same moment. Refresh and try again.");
        case 412:
            return Channel::tr("Someone changed this since you opened it. Refresh and try again.");
        case 429:
            return Channel::tr("Too many tries. Wait a minute and try again.");
        case 503:
            return Channel::tr("The server is busy or its database is resting. Try again in a moment.");
        default:
            return Channel::tr("The server answered with status %1.").arg(status);
    }
}

}  // namespace

ApiError errorOf(const QNetworkReply& reply, const QByteArray& body) {
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 0) return {0, QStringLiteral("unreachable"), networkSentence(reply)};
    const QJsonObject json = QJsonDocument::fromJson(body).object();
    const QJsonObject issue = json["issue"].toArray().first().toObject();
    QStringList sentences;
    for (const QJsonValue& each : json["issue"].toArray()) {
        const QString text = each["details"]["text"].toString();
        sentences << (text.isEmpty() ? each["diagnostics"].toString() : text);
    }
    QString sentence = sentences.join('\n');
    if (sentence.isEmpty()) sentence = json["error_description"].toString();
    if (sentence.isEmpty()) sentence = statusSentence(status);
    const QString code = issue.isEmpty() ? json["error"].toString() : issue["code"].toString();
    return {status, code, sentence};
}

Channel::Channel(QUrl base, QObject* parent) : QObject(parent), base_(std::move(base)) {
    network_.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    network_.setTransferTimeout(timeoutMs);
}

QFuture<Result<Reply>> Channel::send(Call call) {
    auto pending = std::make_shared<Pending>();
    pending->call = std::move(call);
    pending->promise.start();
    auto future = pending->promise.future();
    start(std::move(pending));
    return future;
}

void Channel::start(PendingPtr pending) {
    QUrl url(pending->call.path, QUrl::StrictMode);
    if (url.isRelative()) url = QUrl(base_.toString(QUrl::RemovePath) + pending->call.path, QUrl::StrictMode);
    if (!url.isValid() || !sameOrigin(url, base_)) {
        answer(pending, ApiError{0, QStringLiteral("refused"), tr("This is not an address of the clinics' server.")});
        return;
    }
    QNetworkRequest request(url);
    request.setRawHeader("Accept", "application/fhir+json, application/json");
    if (!token_.isEmpty()) request.setRawHeader("Authorization", "Bearer " + token_.toUtf8());
    if (!pending->call.ifMatch.isEmpty()) request.setRawHeader("If-Match", pending->call.ifMatch);
    if (!pending->call.body.isEmpty()) request.setHeader(QNetworkRequest::ContentTypeHeader, pending->call.contentType);
    QNetworkReply* reply = network_.sendCustomRequest(request, pending->call.method, pending->call.body);
    connect(reply, &QNetworkReply::finished, this, [this, reply, pending] {
        reply->deleteLater();
        finish(pending, reply);
    });
}

void Channel::finish(PendingPtr pending, QNetworkReply* reply) {
    const QByteArray body = reply->readAll();
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status >= 200 && status < 300) {
        answer(pending, Reply{status, body, QJsonDocument::fromJson(body).object(), reply->url()});
        return;
    }
    const ApiError error = errorOf(*reply, body);
    // A refusal of a token that is fresh asks for a fresh password: that is for the caller to see to.
    if (status == 401 && !pending->repeated && refresh_ && hasToken()) {
        refreshThenRepeat(pending, error);
        return;
    }
    answer(pending, error);
}

void Channel::refreshThenRepeat(PendingPtr pending, ApiError refused) {
    waiting_.emplace_back(std::move(pending), std::move(refused));
    if (waiting_.size() > 1) return;
    whenDone(refresh_(), this, [this](const Result<QString>& token) {
        auto waiting = std::exchange(waiting_, {});
        if (token) token_ = *token;
        for (auto& [each, error] : waiting) {
            each->repeated = true;
            if (token) {
                start(each);
            } else {
                answer(each, error);
            }
        }
        if (!token) emit signedOut();
    });
}

void Channel::answer(const PendingPtr& pending, Result<Reply> result) {
    pending->promise.addResult(std::move(result));
    pending->promise.finish();
}

}  // namespace polyclinic::ui
