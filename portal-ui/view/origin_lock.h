// Keeps a browser profile on one origin: a request for anything else never leaves the process.

#pragma once

#include <QElapsedTimer>
#include <QUrl>
#include <QWebEnginePage>
#include <QWebEngineUrlRequestInterceptor>

namespace polyclinic::portal_view {

/// Scheme, host and port, the port as it is meant where it is not written.
bool sameOrigin(const QUrl& a, const QUrl& b);

/// The lock of a profile, for every kind of request that a page can make. One thing this browser asks too late about: a
/// redirect of a picture or the like, which is under way when the refusal comes. The origin's pages forbid those
/// themselves, by their Content-Security-Policy.
class OriginLock : public QWebEngineUrlRequestInterceptor {
    Q_OBJECT
  public:
    OriginLock(QUrl origin, QObject* parent) : QWebEngineUrlRequestInterceptor(parent), origin_(std::move(origin)) {}
    void interceptRequest(QWebEngineUrlRequestInfo& info) override;

  private:
    QUrl origin_;
};

/// A page that goes nowhere but its origin. Where a person wanted to go elsewhere (a link, an answer to a form, a new
/// window, a download), the system's browser goes.
class LockedPage : public QWebEnginePage {
    Q_OBJECT
  public:
    LockedPage(QUrl origin, QWebEngineProfile* profile, QObject* parent);
    /// Opens the address in the system's browser if somebody has just touched the page.
    void goOutside(const QUrl& url);
    void trust(const QByteArray& certificate) { certificate_ = certificate; }

  protected:
    bool acceptNavigationRequest(const QUrl& url, NavigationType type, bool isMainFrame) override;
    QWebEnginePage* createWindow(WebWindowType) override { return nullptr; }
    void javaScriptConsoleMessage(JavaScriptConsoleMessageLevel, const QString&, int, const QString&) override {}
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    QUrl origin_;
    QByteArray certificate_;
    QElapsedTimer touched_;  // by mouse or keyboard; each touch opens one address at most
};

/// Opens http, https, mailto and tel; nothing else leaves the window.
void openOutside(const QUrl& url);

}  // namespace polyclinic::portal_view
