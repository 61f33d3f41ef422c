// The embedded browser as a plug-in: Qt WebEngine, locked to one origin.

#include <unistd.h>
#include <QEvent>
#include <QMap>
#include <QPointer>
#include <QWebEngineDownloadRequest>
#include <QWebEngineProfile>
#include <QWebEngineScript>
#include <QWebEngineSettings>
#include <QWebEngineView>
#include <memory>

#include "origin_lock.h"
#include "portal_view.h"

namespace polyclinic::portal_view {
namespace {

/// This browser tells pages "light" whatever the desktop wants, and its own switch is read once, when it starts. So the
/// conditions themselves are answered in the page's style sheets, from a world that the page's scripts do not see.
constexpr auto answerScheme = R"((dark => {
    const said = globalThis.said ??= new Map();
    const walk = rules => {
        for (const rule of rules) {
            if (rule.media && !said.has(rule) && rule.media.mediaText.includes('prefers-color-scheme')) said.set(rule, rule.media.mediaText);
            if (rule.cssRules) walk(rule.cssRules);
        }
    };
    walk(document.styleSheets);
    for (const [rule, text] of said) {
        const asked = text.includes('dark') ? dark : !dark;
        const rest = text.replace(/\(\s*prefers-color-scheme\s*:\s*\w+\s*\)/, asked ? '(min-width: 0px)' : '(max-width: 0px)');
        if (rule.media.mediaText !== rest) rule.media.mediaText = rest;
    }
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
})(%1))";

class LockedView : public QWebEngineView, public View {
  public:
    LockedView(QUrl origin, QWebEngineProfile* profile) : origin_(std::move(origin)) {
        setPage(new LockedPage(origin_, profile, this));
        setContextMenuPolicy(Qt::NoContextMenu);
        connect(this, &QWebEngineView::loadProgress, this, [this](int percent) {
            answer();
            if (progressed) progressed(percent);
        });
        connect(this, &QWebEngineView::loadFinished, this, [this](bool) {
            answer();
            if (loaded) loaded();
        });
        connect(this, &QWebEngineView::renderProcessTerminated, this, [this](auto status, int) {
            if (status != QWebEnginePage::NormalTerminationStatus && crashed) crashed();
        });
    }

    QWidget* widget() override { return this; }
    void open(const QUrl& url) override {
        if (sameOrigin(url, origin_)) load(url);
    }
    void reload() override { QWebEngineView::reload(); }
    void setDark(bool dark) override {
        dark_ = dark;
        page()->setBackgroundColor(dark ? QColor("#101418") : Qt::white);
        answer();
    }
    QUrl url() const override { return QWebEngineView::url(); }
    void trust(const QByteArray& certificate) override { static_cast<LockedPage*>(page())->trust(certificate); }

  protected:
    /// The browser hands the tool tips of a page over as markup.
    bool event(QEvent* event) override { return event->type() == QEvent::ToolTip || QWebEngineView::event(event); }

  private:
    void answer() {
        page()->runJavaScript(QString::fromLatin1(answerScheme).arg(dark_ ? "true" : "false"), QWebEngineScript::ApplicationWorld);
    }

    QUrl origin_;
    bool dark_ = false;
};

QWebEngineProfile* makeProfile(const QUrl& origin, QObject* parent) {
    auto* profile = new QWebEngineProfile(parent);  // without a name: nothing on the disk
    profile->setUrlRequestInterceptor(new OriginLock(origin, profile));
    profile->setSpellCheckEnabled(false);
    QWebEngineSettings* settings = profile->settings();
    for (const auto off : {QWebEngineSettings::DnsPrefetchEnabled, QWebEngineSettings::PluginsEnabled, QWebEngineSettings::PdfViewerEnabled,
                           QWebEngineSettings::JavascriptCanOpenWindows, QWebEngineSettings::JavascriptCanAccessClipboard,
                           QWebEngineSettings::LocalContentCanAccessRemoteUrls, QWebEngineSettings::HyperlinkAuditingEnabled,
                           QWebEngineSettings::ScreenCaptureEnabled, QWebEngineSettings::WebGLEnabled}) {
        settings->setAttribute(off, false);
    }
    settings->setAttribute(QWebEngineSettings::WebRTCPublicInterfacesOnly, true);
    settings->setUnknownUrlSchemePolicy(QWebEngineSettings::DisallowUnknownUrlSchemes);
    QObject::connect(profile, &QWebEngineProfile::downloadRequested, profile, [](QWebEngineDownloadRequest* download) {
        download->cancel();
        if (auto* page = qobject_cast<LockedPage*>(download->page())) page->goOutside(download->url());
    });
    return profile;
}

}  // namespace

class WebViewFactory : public QObject, public Factory {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID POLYCLINIC_PORTAL_VIEW)
    Q_INTERFACES(polyclinic::portal_view::Factory)
  public:
    WebViewFactory() {
        // The browser's sandbox refuses to be root's. Ordinary accounts keep it.
        if (::geteuid() == 0) qputenv("QTWEBENGINE_DISABLE_SANDBOX", "1");
    }

    View* make(const QUrl& origin, const QString& profile) override {
        QPointer<QWebEngineProfile>& kept = profiles_[profile + ' ' + origin.scheme() + "://" + origin.authority()];
        if (!kept) kept = makeProfile(origin, this);
        return new LockedView(origin, kept);
    }

    void forget() override {
        for (const auto& each : profiles_) delete each;
        profiles_.clear();
    }

  private:
    QMap<QString, QPointer<QWebEngineProfile>> profiles_;
};

}  // namespace polyclinic::portal_view

#include "web_view.moc"
