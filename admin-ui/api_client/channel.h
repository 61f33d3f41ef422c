// The wire to the operator API: one base address, one access token, JSON both ways.

#pragma once

#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkRequest>
#include <QObject>
#include <QPromise>
#include <QUrl>
#include <functional>
#include <memory>
#include <vector>

#include "api_client/result.h"

namespace polyclinic::ui {

struct Call {
    QByteArray method = "GET";
    QString path;  // below the base, with its query and percent-encoded; or a whole address of the same origin
    QByteArray body;
    QByteArray ifMatch;
    QByteArray contentType = "application/json";
};

struct Reply {
    int status = 0;
    QByteArray body;   // as it came
    QJsonObject json;  // empty when the body is no JSON object
    QUrl url;          // where it came from
};

class Channel : public QObject {
    Q_OBJECT
  public:
    using Refresh = std::function<QFuture<Result<QString>>()>;

    explicit Channel(QUrl base, QObject* parent = nullptr);

    const QUrl& base() const { return base_; }

    /// The bearer token of every call; empty sends none. It is kept in memory only.
    void setAccessToken(QString token) { token_ = std::move(token); }
    bool hasToken() const { return !token_.isEmpty(); }

    /// How a new access token is had when the server refuses the old one with 401.
    void setRefresh(Refresh refresh) { refresh_ = std::move(refresh); }

    /// 2xx answers a Reply; anything else an ApiError. A 401 is tried once more with a fresh token; when none
    /// is given, `signedOut` is emitted too. Addresses of another origin are refused: the token never leaves
    /// its server. Thread: the channel's.
    QFuture<Result<Reply>> send(Call call);

  signals:
    void signedOut();

  private:
    struct Pending {
        Call call;
        QPromise<Result<Reply>> promise;
        bool repeated = false;
    };
    using PendingPtr = std::shared_ptr<Pending>;

    void start(PendingPtr pending);
    void finish(PendingPtr pending, QNetworkReply* reply);
    void refreshThenRepeat(PendingPtr pending, ApiError refused);
    static void answer(const PendingPtr& pending, Result<Reply> result);

    QUrl base_;
    QString token_;
    Refresh refresh_;
    QNetworkAccessManager network_;
    std::vector<std::pair<PendingPtr, ApiError>> waiting_;  // for the one refresh under way
};

/// The error that a failed reply tells: an OperationOutcome's or OAuth error's words, or the network's cause.
ApiError errorOf(const QNetworkReply& reply, const QByteArray& body);

}  // namespace polyclinic::ui
