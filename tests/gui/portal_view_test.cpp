// The embedded browser stays on its origin: a page that tries every way out, and a server on another port that counts.

#include <QDesktopServices>
#include <QPluginLoader>
#include <QProcess>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>
#include <QWidget>
#include <QtGui/QMouseEvent>
#include <memory>

#include "test_case.h"
#include "view/portal_view.h"

using polyclinic::portal_view::Factory;
using polyclinic::portal_view::View;

namespace {

/// Answers every request with the same bytes; knows what was asked, and how often somebody connected at all.
template <class Base>
class Answering : public Base {
  public:
    Answering() {
        this->listen(QHostAddress::LocalHost);
        QObject::connect(this, &QTcpServer::pendingConnectionAvailable, this, [this] {
            while (QTcpSocket* socket = this->nextPendingConnection()) {
                ++connections;
                QObject::connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
                QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            }
        });
    }
    QString base(const char* host = "127.0.0.1") const {
        return QStringLiteral("%1://%2:%3").arg(std::is_same_v<Base, QSslServer> ? "https" : "http", host).arg(this->serverPort());
    }

    int connections = 0;
    QStringList asked;
    std::function<QByteArray(const QString& path)> answer = [](const QString&) {
        return QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\nhi");
    };

  private:
    void read(QTcpSocket* socket) {
        const QString line = QString::fromLatin1(socket->readAll()).section("\r\n", 0, 0);
        if (line.isEmpty()) return;
        asked << line.section(' ', 1, 1);
        socket->write(answer(asked.last()));
        socket->disconnectFromHost();
    }
};

using SmallServer = Answering<QTcpServer>;

QByteArray page(const QByteArray& html, const QByteArray& more = {}) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n" + more + "Content-Length: " + QByteArray::number(html.size()) +
           "\r\nConnection: close\r\n\r\n" + html;
}

}  // namespace

class PortalViewTest : public QObject {
    Q_OBJECT
  public slots:
    void opened(const QUrl& url) { outside_ << url; }

  private slots:
    void initTestCase();
    void cleanupTestCase();
    void nothingLeavesByItself();
    void wishesOfThePersonGoToTheirOwnBrowser();
    void redirectedPartsOfAPageStayToo();
    void otherOriginsAreNotOpened();
    void oneCertificateIsTaken();
    void clinicsDoNotShareCookies();
    void lightAndDark();

  private:
    template <class Server>
    std::unique_ptr<View> viewOf(Server& server, const QString& profile = "oak");
    bool load(View& view, const QUrl& url);

    Factory* factory_ = nullptr;
    QList<QUrl> outside_;
};

void PortalViewTest::initTestCase() {
    QPluginLoader loader(QCoreApplication::applicationDirPath() + "/plugins/polyclinic-portal-view.so");
    if (!QFileInfo::exists(loader.fileName())) QSKIP("Qt WebEngine is not installed: there is no plug-in");
    factory_ = qobject_cast<Factory*>(loader.instance());
    QVERIFY2(factory_, qPrintable(loader.errorString()));
    for (const char* scheme : {"http", "https", "mailto"}) QDesktopServices::setUrlHandler(scheme, this, "opened");
}

void PortalViewTest::cleanupTestCase() {
    for (const char* scheme : {"http", "https", "mailto"}) QDesktopServices::unsetUrlHandler(scheme);
    if (factory_) factory_->forget();
}

template <class Server>
std::unique_ptr<View> PortalViewTest::viewOf(Server& server, const QString& profile) {
    std::unique_ptr<View> view(factory_->make(QUrl(server.base()), profile));
    view->widget()->resize(390, 600);
    view->widget()->show();
    return view;
}

bool PortalViewTest::load(View& view, const QUrl& url) {
    bool done = false;
    view.loaded = [&] { done = true; };
    view.open(url);
    const bool loaded = QTest::qWaitFor([&] { return done; }, 60'000);
    view.loaded = nullptr;
    return loaded;
}

void PortalViewTest::nothingLeavesByItself() {
    SmallServer own, other;
    QByteArray hint;
    const QByteArray there = other.base().toUtf8(), thereByName = other.base("localhost").toUtf8();
    const QByteArray socket = "ws://127.0.0.1:" + QByteArray::number(other.serverPort());
    own.answer = [&](const QString& path) {
        if (path == "/worker.js") {
            const QByteArray script = "fetch('" + there +
                                      "/from-worker', {mode: 'no-cors'}).catch(() => 0);"
                                      "try { importScripts('" +
                                      there + "/imported.js') } catch (e) { } postMessage('done');";
            return QByteArray("HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nContent-Length: " + QByteArray::number(script.size()) +
                              "\r\nConnection: close\r\n\r\n" + script);
        }
        if (path == "/own.png" || path == "/arrived") return page("here");
        if (path == "/redirected.png") {
            return QByteArray("HTTP/1.1 302 Found\r\nLocation: " + there +
                              "/redirected.png\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
        return page(
            "<!doctype html><meta charset=utf-8><title>Ways out</title>"
            "<link rel=prefetch href='" +
            there + "/prefetch'><link rel=preload as=image href='" + there + "/preload'>" + hint + "<link rel=dns-prefetch href='" + there +
            "'>"
            "<link rel=prerender href='" +
            there + "/prerender'><link rel=modulepreload href='" + there +
            "/module.js'>"
            "<link rel=stylesheet href='" +
            there + "/style.css'><link rel=icon href='" + there +
            "/icon.png'>"
            "<style>@import '" +
            there + "/import.css'; @font-face { font-family: x; src: url('" + there +
            "/font') } "
            "body { background: url('" +
            there +
            "/background.png'); font-family: x }</style>"
            "<img src='" +
            there + "/image.png'><img src='" + thereByName + "/image-by-name.png'><img src='/own.png'><iframe src='" + there +
            "/frame'></iframe><embed src='" + there +
            "/embed'>"
            "<object data='" +
            there + "/object'></object><video src='" + there +
            "/video' autoplay></video>"
            "<audio src='" +
            there + "/audio' preload=auto></audio><script src='" + there +
            "/script.js'></script>"
            "<form id=f method=post action='" +
            there +
            "/form'><input name=a value=b></form>"
            "<form id=g target=h action='" +
            there +
            "/form-in-frame'></form><iframe name=h></iframe>"
            "<a id=d download href='" +
            there + "/download.zip'>d</a><a id=p ping='" + there +
            "/ping' href='#x'>p</a>"
            "<script>"
            "fetch('" +
            there +
            "/fetch', {mode: 'no-cors'}).catch(() => 0);"
            "const x = new XMLHttpRequest(); x.open('POST', '" +
            there +
            "/xhr'); x.send('a');"
            "navigator.sendBeacon('" +
            there +
            "/beacon', 'a');"
            "try { new WebSocket('" +
            socket +
            "/websocket') } catch (e) { }"
            "try { new EventSource('" +
            there +
            "/events') } catch (e) { }"
            "try { new Worker('" +
            there +
            "/worker-elsewhere.js') } catch (e) { }"
            "const w = new Worker('/worker.js'); w.onmessage = () => fetch('/arrived');"
            "if (navigator.serviceWorker) navigator.serviceWorker.register('" +
            there +
            "/service.js').catch(() => 0);"
            "window.open('" +
            there +
            "/popup');"
            "document.getElementById('d').click(); document.getElementById('p').click();"
            "document.getElementById('g').submit();"
            "import('" +
            there +
            "/imported-module.js').catch(() => 0);"
            "try { const r = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:" +
            QByteArray::number(other.serverPort()) +
            "'}]});"
            " r.createDataChannel('x'); r.createOffer().then(o => r.setLocalDescription(o)) } catch (e) { }"
            "setTimeout(() => { location.href = '" +
            there +
            "/location' }, 300);"
            "setTimeout(() => { document.getElementById('f').submit() }, 600);"
            "</script><meta http-equiv=refresh content='1;url=" +
            there + "/refresh'>");
    };
    outside_.clear();
    auto view = viewOf(own);
    QVERIFY(load(*view, QUrl(own.base() + "/")));
    QTRY_VERIFY_WITH_TIMEOUT(own.asked.contains("/arrived"), 60'000);  // scripts and workers did run
    QTest::qWait(3000);
    QVERIFY(own.asked.contains("/own.png"));
    QVERIFY2(other.asked.isEmpty(), qPrintable(other.asked.join(" ")));
    QCOMPARE(other.connections, 0);
    // The one hint that this browser lets no interceptor see opens a connection; nothing is said on it.
    hint = "<link rel=preconnect href='" + there + "'>";
    own.asked.clear();
    QVERIFY(load(*view, QUrl(own.base() + "/hint")));
    QTRY_VERIFY_WITH_TIMEOUT(own.asked.contains("/arrived"), 60'000);
    QTest::qWait(1500);
    QCOMPARE(other.asked, QStringList());
    QCOMPARE(outside_, QList<QUrl>());  // a script is not a person
}

void PortalViewTest::wishesOfThePersonGoToTheirOwnBrowser() {
    SmallServer own, other;
    const QByteArray there = other.base().toUtf8();
    own.answer = [&](const QString& path) {
        if (path == "/away") {
            return QByteArray("HTTP/1.1 303 See Other\r\nLocation: " + there +
                              "/back?code=c\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
        const QByteArray target = path == "/link"       ? "<a href='" + there + "/linked'"
                                  : path == "/popup"    ? "<a target=_blank href='" + there + "/popped'"
                                  : path == "/redirect" ? QByteArray("<a href='/away'")
                                                        : "<a download href='" + there + "/loaded.zip'";
        return page("<!doctype html><style>a { position: fixed; inset: 0; display: block; background: #eee }</style>" + target + ">go</a>");
    };
    auto view = viewOf(own);
    for (const auto& [from, to] : {std::pair{"/link", "/linked"}, std::pair{"/popup", "/popped"}, std::pair{"/redirect", "/back"}}) {
        outside_.clear();
        QVERIFY(load(*view, QUrl(own.base() + from)));
        QTest::qWait(500);
        QWidget* target = view->widget()->focusProxy();
        QVERIFY(target);
        QTest::mouseClick(target, Qt::LeftButton, {}, QPoint(190, 300));
        QTRY_VERIFY2_WITH_TIMEOUT(!outside_.isEmpty(), from, 60'000);
        QCOMPARE(outside_.size(), 1);
        QCOMPARE(outside_.first().path(), QString(to));
        QCOMPARE(outside_.first().port(), int(other.serverPort()));
        QCOMPARE(view->url().port(), int(own.serverPort()));
    }
    QCOMPARE(other.connections, 0);
}

void PortalViewTest::redirectedPartsOfAPageStayToo() {
    SmallServer own, other;
    own.answer = [&](const QString& path) {
        if (path != "/") {
            return QByteArray("HTTP/1.1 302 Found\r\nLocation: " + other.base().toUtf8() +
                              "/redirected\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
        // As the portal's pages say it.
        return page(
            "<!doctype html><link rel=stylesheet href='/style.css'><img src='/picture.png'><script type=module src='/script.js'></script>",
            "Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'\r\n");
    };
    auto view = viewOf(own);
    QVERIFY(load(*view, QUrl(own.base() + "/")));
    QTRY_VERIFY_WITH_TIMEOUT(own.asked.contains("/picture.png") && own.asked.contains("/script.js") && own.asked.contains("/style.css"),
                             60'000);
    QTest::qWait(2000);
    QVERIFY2(other.asked.isEmpty(), qPrintable(other.asked.join(" ")));
    QCOMPARE(other.connections, 0);
}

void PortalViewTest::otherOriginsAreNotOpened() {
    SmallServer own, other;
    auto view = viewOf(own);
    view->open(QUrl(other.base() + "/"));
    view->open(QUrl(other.base("localhost") + "/"));
    view->open(QUrl("file:///etc/hostname"));
    QTest::qWait(1500);
    QCOMPARE(other.connections, 0);
    QVERIFY(view->url().isEmpty() || view->url().scheme() == "about");
}

void PortalViewTest::oneCertificateIsTaken() {
    QTemporaryDir folder;
    const QString key = folder.filePath("key.pem"), certificate = folder.filePath("certificate.pem");
    QCOMPARE(QProcess::execute(
                 "openssl", {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=clinic",
                             "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2", "-keyout", key, "-out", certificate}),
             0);
    QFile keyFile(key);
    QVERIFY(keyFile.open(QIODevice::ReadOnly));
    const auto shown = QSslCertificate::fromPath(certificate).value(0);
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setLocalCertificate(shown);
    tls.setPrivateKey(QSslKey(&keyFile, QSsl::Ec));
    Answering<QSslServer> own;
    own.setSslConfiguration(tls);
    own.answer = [](const QString&) { return page("<!doctype html><title>Over TLS</title>"); };
    const QByteArray fingerprint = shown.digest(QCryptographicHash::Sha256);
    QByteArray another = fingerprint;
    another[0] = char(~another[0]);
    for (const QByteArray& trusted : {QByteArray(), another}) {
        auto view = viewOf(own);
        view->trust(trusted);
        QVERIFY(load(*view, QUrl(own.base() + "/")));
        QCOMPARE(own.asked, QStringList());
    }
    auto view = viewOf(own);
    view->trust(fingerprint);
    QVERIFY(load(*view, QUrl(own.base() + "/")));
    QVERIFY(own.asked.contains("/"));
    QTRY_COMPARE_WITH_TIMEOUT(view->widget()->property("title").toString(), QString("Over TLS"), 60'000);
}

void PortalViewTest::clinicsDoNotShareCookies() {
    SmallServer own;
    QByteArray seen;
    own.answer = [&](const QString&) {
        return page("<!doctype html><script>document.title = document.cookie; fetch('/cookie?' + document.cookie);</script>",
                    "Set-Cookie: a=b; Path=/\r\n");
    };
    {
        auto oak = viewOf(own, "oak-2"), same = viewOf(own, "oak-2"), elm = viewOf(own, "elm-2");
        QVERIFY(load(*oak, QUrl(own.base() + "/")));
        QTRY_VERIFY_WITH_TIMEOUT(own.asked.contains("/cookie?a=b"), 60'000);
        own.answer = [&](const QString&) { return page("<!doctype html><script>fetch('/cookie?' + document.cookie);</script>"); };
        own.asked.clear();
        QVERIFY(load(*elm, QUrl(own.base() + "/")));
        QTRY_VERIFY_WITH_TIMEOUT(own.asked.filter("/cookie").size() == 1, 60'000);
        QCOMPARE(own.asked.filter("/cookie").first(), QString("/cookie?"));
        own.asked.clear();
        QVERIFY(load(*same, QUrl(own.base() + "/")));
        QTRY_VERIFY_WITH_TIMEOUT(own.asked.contains("/cookie?a=b"), 60'000);
    }
    factory_->forget();
    own.asked.clear();
    auto later = viewOf(own, "oak-2");
    QVERIFY(load(*later, QUrl(own.base() + "/")));
    QTRY_VERIFY_WITH_TIMEOUT(own.asked.filter("/cookie").size() == 1, 60'000);
    QCOMPARE(own.asked.filter("/cookie").first(), QString("/cookie?"));
}

void PortalViewTest::lightAndDark() {
    SmallServer own;
    own.answer = [](const QString&) {
        return page(
            "<!doctype html><style>body { background: #ffffff } @media (prefers-color-scheme: dark) { body { background: #102030 } "
            "}</style>");
    };
    auto view = viewOf(own);
    QVERIFY(load(*view, QUrl(own.base() + "/")));
    const auto shade = [&] { return view->widget()->grab().toImage().pixelColor(100, 100); };
    QTRY_COMPARE_WITH_TIMEOUT(shade(), QColor("#ffffff"), 5000);
    view->setDark(true);
    QTRY_COMPARE_WITH_TIMEOUT(shade(), QColor("#102030"), 5000);
    view->setDark(false);
    QTRY_COMPARE_WITH_TIMEOUT(shade(), QColor("#ffffff"), 5000);
}

POLYCLINIC_TEST(PortalViewTest)
#include "portal_view_test.moc"
