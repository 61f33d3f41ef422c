#include "api_client/server_watch.h"

#include <QNetworkReply>

namespace polyclinic::ui {
namespace {

constexpr int restMs = 5000, doubtMs = 1000, answerMs = 30'000;

}  // namespace

ServerWatch::ServerWatch(QUrl server, QObject* parent) : QObject(parent), address_(std::move(server)) {
    address_.setPath("/health/live");
    network_.setTransferTimeout(answerMs);
    network_.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    next_.setSingleShot(true);
    connect(&next_, &QTimer::timeout, this, &ServerWatch::check);
}

void ServerWatch::start() {
    if (!looking_) next_.start(lost_ ? doubtMs : restMs);
}

void ServerWatch::stop() { next_.stop(); }

void ServerWatch::check() {
    looking_ = true;
    QNetworkReply* reply = network_.get(QNetworkRequest(address_));
    // The certificate of the operators' address is not what this is about.
    connect(reply, &QNetworkReply::sslErrors, reply, [reply] { reply->ignoreSslErrors(); });
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        looking_ = false;
        const bool answers = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() != 0;
        missed_ = answers ? 0 : missed_ + 1;
        next_.start(answers ? restMs : doubtMs);
        if (answers == !lost_ || (!answers && missed_ < 2)) return;
        lost_ = !answers;
        lost_ ? emit gone() : emit back();
    });
}

}  // namespace polyclinic::ui
