// A patient's browser as far as HTTP shows it: cookies, redirects on the clinics' own address, forms with their hidden
// fields. What leads elsewhere is kept, not followed.

#pragma once

#include <QNetworkAccessManager>
#include <QNetworkCookieJar>
#include <QNetworkReply>
#include <QRegularExpression>
#include <QTest>
#include <QUrlQuery>

namespace polyclinic::test {

class WebVisitor {
  public:
    int status = 0;
    QUrl url, elsewhere;  // elsewhere: where a redirect wanted to go that was not followed
    QByteArray page;

    void get(const QUrl& address) { take(network_.get(asking(address)), address); }

    /// Sends the page's first form with these fields besides its hidden ones; boxes that are ticked are sent as they are.
    void submit(const QList<std::pair<QString, QString>>& fields) {
        const QString html = QString::fromUtf8(page);
        const QString form = html.section("<form", 1, 1).section("</form>", 0, 0);
        static const QRegularExpression action("action=\"([^\"]*)\""), input("<input ([^>]*)>"), name("name=\"([^\"]*)\""),
            value("value=\"([^\"]*)\"");
        QUrlQuery body;
        for (auto each = input.globalMatch(form); each.hasNext();) {
            const QString tag = each.next().captured(1);
            const bool hidden = tag.contains("type=\"hidden\"");
            if (hidden || tag.contains(" checked")) body.addQueryItem(name.match(tag).captured(1), encoded(value.match(tag).captured(1)));
        }
        for (const auto& [key, text] : fields) body.addQueryItem(key, encoded(text));
        const QUrl target = url.resolved(QUrl(plain(action.match(form).captured(1))));
        QNetworkRequest request = asking(target);
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/x-www-form-urlencoded");
        request.setRawHeader("Origin", target.url(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment).toUtf8());
        take(network_.post(request, body.toString(QUrl::FullyEncoded).toUtf8()), target);
    }

    bool shows(const char* words) const { return page.contains(words); }

    /// POST of a form without a page, as an app's server does it.
    QByteArray post(const QUrl& address, const QByteArray& body, const QByteArray& basic = {}) {
        QNetworkRequest request(address);
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/x-www-form-urlencoded");
        if (!basic.isEmpty()) request.setRawHeader("Authorization", "Basic " + basic.toBase64());
        return done(network_.post(request, body));
    }
    int statusWith(const QUrl& address, const QByteArray& token) {
        QNetworkRequest request(address);
        request.setRawHeader("Authorization", "Bearer " + token);
        done(network_.get(request));
        return status;
    }

  private:
    static QString plain(QString html) { return html.replace("&amp;", "&").replace("&#x2F;", "/").replace("&quot;", "\""); }
    static QString encoded(const QString& html) { return QString::fromLatin1(QUrl::toPercentEncoding(plain(html))); }
    static QNetworkRequest asking(const QUrl& address) {
        QNetworkRequest request(address);
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
        request.setRawHeader("Accept", "text/html");
        request.setHeader(QNetworkRequest::UserAgentHeader, "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile");
        return request;
    }
    QByteArray done(QNetworkReply* reply) {
        if (!QTest::qWaitFor([&] { return reply->isFinished(); }, 60'000)) qFatal("No answer in time");
        status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        reply->deleteLater();
        return reply->readAll();
    }
    void take(QNetworkReply* reply, QUrl address) {
        elsewhere.clear();
        for (int hop = 0; hop < 8; ++hop) {
            page = done(reply);
            url = address;
            const QUrl target = reply->attribute(QNetworkRequest::RedirectionTargetAttribute).toUrl();
            if (target.isEmpty()) return;
            address = url.resolved(target);
            if (address.authority() != url.authority()) {
                elsewhere = address;
                return;
            }
            reply = network_.get(asking(address));
        }
    }

    QNetworkAccessManager network_;
};

}  // namespace polyclinic::test
