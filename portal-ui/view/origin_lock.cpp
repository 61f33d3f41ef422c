#include "origin_lock.h"

#include <QDesktopServices>
#include <QWebEngineCertificateError>
#include <QWebEngineNewWindowRequest>
#include <QWebEngineUrlRequestInfo>

namespace polyclinic::portal_view {
namespace {

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
    connect(this, &QWebEnginePage::newWindowRequested, this, [](QWebEngineNewWindowRequest& request) {
        if (request.isUserInitiated()) openOutside(request.requestedUrl());
    });
    connect(this, &QWebEnginePage::featurePermissionRequested, this, [this](const QUrl& from, Feature feature) {
        setFeaturePermission(from, feature, PermissionDeniedByUser);
    });
    connect(this, &QWebEnginePage::certificateError, this, [](QWebEngineCertificateError error) { error.rejectCertificate(); });
}

bool LockedPage::acceptNavigationRequest(const QUrl& url, NavigationType type, bool isMainFrame) {
    if (sameOrigin(url, origin_)) return true;
    // A script or a frame that wants to go elsewhere is not somebody who wants to.
    const bool wanted = type == NavigationTypeLinkClicked || type == NavigationTypeFormSubmitted || type == NavigationTypeRedirect;
    if (isMainFrame && wanted) openOutside(url);
    return false;
}

void openOutside(const QUrl& url) {
    for (const char* scheme : {"http", "https", "mailto", "tel"}) {
        if (url.scheme() == QLatin1String(scheme)) QDesktopServices::openUrl(url);
    }
}

}  // namespace polyclinic::portal_view
