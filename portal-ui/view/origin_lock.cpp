#include "origin_lock.h"

#include <QCoreApplication>
#include <QDesktopServices>
#include <QEvent>
#include <QSslCertificate>
#include <QWebEngineCertificateError>
#include <QWebEngineNewWindowRequest>
#include <QWebEngineUrlRequestInfo>
#include <QWebEngineView>

namespace polyclinic::portal_view {
namespace {

constexpr int touchMs = 10'000;  // a form may take its time to answer with a redirect

int portOf(const QUrl& url) { return url.port(url.scheme() == "https" || url.scheme() == "wss" ? 443 : 80); }

/// ws and wss are the same server as http and https.
QString schemeOf(const QUrl& url) {
    if (url.scheme() == "ws") return "http";
    if (url.scheme() == "wss") return "https";
    return url.scheme();
}

}  // namespace

bool sameOrigin(const QUrl& a, const QUrl& b) {
    return schemeOf(a) == schemeOf(b) && a.host().compare(b.host(), Qt::CaseInsensitive) == 0 && portOf(a) == portOf(b);
}

void OriginLock::interceptRequest(QWebEngineUrlRequestInfo& info) { info.block(!sameOrigin(info.requestUrl(), origin_)); }

LockedPage::LockedPage(QUrl origin, QWebEngineProfile* profile, QObject* parent)
    : QWebEnginePage(profile, parent), origin_(std::move(origin)) {
    connect(this, &QWebEnginePage::newWindowRequested, this, [this](QWebEngineNewWindowRequest& request) {
        if (request.isUserInitiated()) goOutside(request.requestedUrl());
    });
    qApp->installEventFilter(this);
    connect(this, &QWebEnginePage::featurePermissionRequested, this,
            [this](const QUrl& from, Feature feature) { setFeaturePermission(from, feature, PermissionDeniedByUser); });
    connect(this, &QWebEnginePage::certificateError, this, [this](QWebEngineCertificateError error) {
        const auto chain = error.certificateChain();
        const bool ours = !certificate_.isEmpty() && !chain.isEmpty() && sameOrigin(error.url(), origin_) &&
                          chain.first().digest(QCryptographicHash::Sha256) == certificate_;
        ours ? error.acceptCertificate() : error.rejectCertificate();
    });
}

bool LockedPage::acceptNavigationRequest(const QUrl& url, NavigationType type, bool isMainFrame) {
    if (sameOrigin(url, origin_)) return true;
    // A frame that wants to go elsewhere is not somebody who wants to; nor is a script, whose wishes this browser names
    // as it names a person's.
    const bool wanted = type == NavigationTypeLinkClicked || type == NavigationTypeFormSubmitted || type == NavigationTypeRedirect;
    if (isMainFrame && wanted) goOutside(url);
    return false;
}

bool LockedPage::eventFilter(QObject* watched, QEvent* event) {
    const auto type = event->type();
    if (type == QEvent::MouseButtonRelease || type == QEvent::KeyPress || type == QEvent::TouchEnd) {
        const auto* widget = qobject_cast<QWidget*>(watched);
        const auto* view = QWebEngineView::forPage(this);
        if (widget && view && (widget == view || view->isAncestorOf(widget))) touched_.start();
    }
    return QWebEnginePage::eventFilter(watched, event);
}

void LockedPage::goOutside(const QUrl& url) {
    if (!touched_.isValid() || touched_.elapsed() > touchMs) return;
    touched_.invalidate();
    openOutside(url);
}

void openOutside(const QUrl& url) {
    for (const char* scheme : {"http", "https", "mailto", "tel"}) {
        if (url.scheme() == QLatin1String(scheme)) QDesktopServices::openUrl(url);
    }
}

}  // namespace polyclinic::portal_view
