// TLS: what is spoken, what is refused, and a certificate that changes under load.

#include <openssl/ssl.h>

#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/failure.h"
#include "fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace std::chrono_literals;

class TlsTest : public QObject {
    Q_OBJECT
  private slots:
    void init();
    void cleanup();
    void servesAsPlainDoes();
    void oldVersionsAndWeakSuites_data();
    void oldVersionsAndWeakSuites();
    void modernSuites_data();
    void modernSuites();
    void plainHttpIsNotServed();
    void renegotiationIsRefused();
    void earlyDataIsNotOffered();
    void handshakeHasADeadline();
    void peersThatLeaveAreNoticed();
    void http11IsChosen();
    void badPairsAreRefused_data();
    void badPairsAreRefused();
    void aBadPairKeepsTheOldOne();
    void swapUnderLoad();
    void twoThousandIdle();

  private:
    http::ListenSettings settings();
    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<TestServer> server_;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> client_{nullptr, SSL_CTX_free};
    http::TlsFiles files_;
    std::uint16_t port_ = 0;
};

http::ListenSettings TlsTest::settings() {
    http::ListenSettings settings;
    settings.tls = files_;
    return settings;
}

void TlsTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    files_ = makeCertificate(folder_->path().toStdString(), "one", -1, 365);
    client_.reset(SSL_CTX_new(TLS_client_method()));
    server_ = std::make_unique<TestServer>();
    port_ = server_->listen(settings());
}

void TlsTest::cleanup() {
    server_.reset();
    folder_.reset();
}

void TlsTest::servesAsPlainDoes() {
    Client client(port_, client_.get());
    QVERIFY(client.connected());
    QCOMPARE(std::string(SSL_get_version(client.tls())), std::string("TLSv1.3"));
    QVERIFY(client.ask(get("/x")).body.find(" peer=127.0.0.1 tls\n") != std::string::npos);
    QCOMPARE(client.ask(get("/big?5000000")).body, std::string(5'000'000, 'b'));
    QCOMPARE(client.ask("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\n" + std::string(5'000'000, 'u')).body,
             std::string("5000000"));
    client.send(get("/sleep?50") + get("/fixed") + get("/fixed", "Connection: close\r\n"));
    QCOMPARE(client.answer().body, std::string("slept"));
    QCOMPARE(client.answer().status, 200);
    QCOMPARE(client.answer().status, 200);
    QVERIFY(client.closed());
    QCOMPARE(server_->server->certificates().size(), std::size_t(1));
    QVERIFY(server_->server->certificates()[0].expires > Clock::system().now() + std::chrono::hours(24 * 364));
}

void TlsTest::oldVersionsAndWeakSuites_data() {
    QTest::addColumn<int>("version");
    QTest::addColumn<QByteArray>("suites");
    QTest::newRow("TLS 1.0") << TLS1_VERSION << QByteArray("ALL:COMPLEMENTOFALL");
    QTest::newRow("TLS 1.1") << TLS1_1_VERSION << QByteArray("ALL:COMPLEMENTOFALL");
    for (const char* suite :
         {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-NULL-SHA", "AES128-SHA",
          "AES128-GCM-SHA256", "AECDH-AES128-SHA", "ECDHE-ECDSA-AES128-CCM", "ECDHE-ECDSA-CAMELLIA128-SHA256"})
        QTest::newRow(suite) << TLS1_2_VERSION << QByteArray(suite);
}

void TlsTest::oldVersionsAndWeakSuites() {
    QFETCH(int, version);
    QFETCH(QByteArray, suites);
    SSL_CTX_set_min_proto_version(client_.get(), version);
    SSL_CTX_set_max_proto_version(client_.get(), version);
    QCOMPARE(SSL_CTX_set_cipher_list(client_.get(), (suites + ":@SECLEVEL=0").constData()), 1);
    QVERIFY(!Client(port_, client_.get()).connected());
}

void TlsTest::modernSuites_data() {
    QTest::addColumn<QByteArray>("suite");
    for (const char* suite : {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"})
        QTest::newRow(suite) << QByteArray(suite);
}

void TlsTest::modernSuites() {
    QFETCH(QByteArray, suite);
    SSL_CTX_set_max_proto_version(client_.get(), TLS1_2_VERSION);
    QCOMPARE(SSL_CTX_set_cipher_list(client_.get(), suite.constData()), 1);
    Client client(port_, client_.get());
    QVERIFY(client.connected());
    QCOMPARE(client.ask(get("/fixed")).status, 200);
}

void TlsTest::plainHttpIsNotServed() {
    Client client(port_);
    client.send(get("/fixed", "Authorization: Bearer secret\r\n"));
    QCOMPARE(client.answer().status, 0);  // no answer, no redirect: the connection just ends
    QCOMPARE(server_->application.handled.load(), 0);
}

void TlsTest::renegotiationIsRefused() {
    SSL_CTX_set_max_proto_version(client_.get(), TLS1_2_VERSION);
    Client client(port_, client_.get());
    QVERIFY(client.connected());
    QCOMPARE(client.ask(get("/fixed")).status, 200);
    QCOMPARE(SSL_renegotiate(client.tls()), 1);
    QVERIFY(SSL_do_handshake(client.tls()) != 1);
    QCOMPARE(SSL_get_error(client.tls(), 0), SSL_ERROR_SSL);
    QCOMPARE(Client(port_, client_.get()).ask(get("/fixed")).status, 200);
}

void TlsTest::earlyDataIsNotOffered() {
    Client client(port_, client_.get());
    QCOMPARE(client.ask(get("/fixed")).status, 200);  // the ticket comes with the first answer
    QCOMPARE(SSL_SESSION_get_max_early_data(SSL_get_session(client.tls())), 0u);
}

void TlsTest::handshakeHasADeadline() {
    http::Limits limits;
    limits.headerTimeout = 200ms;
    TestServer server(limits);
    const auto port = server.listen(settings());
    Client silent(port), half(port);
    half.send(std::string_view("\x16\x03\x01\x02\x00\x01", 6));
    QVERIFY(silent.closed(20s));
    QVERIFY(half.closed(20s));
}

void TlsTest::peersThatLeaveAreNoticed() {
    {
        Client client(port_, client_.get());
        client.send(get("/wait"));
        QVERIFY(eventually([&] { return server_->application.handled == 1; }));
        SSL_shutdown(client.tls());
    }
    const auto start = std::chrono::steady_clock::now();
    QVERIFY(eventually([&] { return server_->application.gone == 1; }));
    QVERIFY(std::chrono::steady_clock::now() - start < 20s);
}

void TlsTest::http11IsChosen() {
    const unsigned char offered[] = "\x02h2\x08http/1.1";
    SSL_CTX_set_alpn_protos(client_.get(), offered, sizeof offered - 1);
    Client client(port_, client_.get());
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.tls(), &chosen, &size);
    QCOMPARE(QByteArray(reinterpret_cast<const char*>(chosen), static_cast<int>(size)), QByteArray("http/1.1"));
}

void TlsTest::badPairsAreRefused_data() {
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("told");
    QTest::newRow("mismatch") << "one.crt"
                              << "two.key"
                              << "The key in %1/two.key does not belong to the certificate.";
    QTest::newRow("expired") << "old.crt"
                             << "old.key"
                             << "The certificate in %1/old.crt expired on ";
    QTest::newRow("not yet") << "new.crt"
                             << "new.key"
                             << "The certificate in %1/new.crt is not valid before ";
    QTest::newRow("no certificate file") << "none.crt"
                                         << "one.key"
                                         << "The certificate file %1/none.crt cannot be read.";
    QTest::newRow("no key file") << "one.crt"
                                 << "none.key"
                                 << "The key file %1/none.key cannot be read.";
    QTest::newRow("no certificate in it") << "one.key"
                                          << "one.key"
                                          << "There is no certificate in PEM form in %1/one.key.";
    QTest::newRow("no key in it") << "one.crt"
                                  << "one.crt"
                                  << "There is no private key in PEM form in %1/one.crt.";
    QTest::newRow("garbage") << "garbage"
                             << "one.key"
                             << "There is no certificate in PEM form in %1/garbage.";
    QTest::newRow("passphrase") << "one.crt"
                                << "locked.key"
                                << "The key in %1/locked.key is locked by a passphrase; a server needs one without.";
}

void TlsTest::badPairsAreRefused() {
    QFETCH(QString, certificate);
    QFETCH(QString, key);
    QFETCH(QString, told);
    const std::string folder = folder_->path().toStdString();
    makeCertificate(folder, "two", -1, 365);
    makeCertificate(folder, "old", -30, -2);
    makeCertificate(folder, "new", 2, 30);
    std::ofstream(folder + "/garbage") << "not PEM";
    QCOMPARE(std::system(
                 ("openssl pkey -in " + files_.key + " -aes256 -passout pass:secret -out " + folder + "/locked.key 2>/dev/null").c_str()),
             0);
    http::ListenSettings settings;
    settings.tls = http::TlsFiles{folder + "/" + certificate.toStdString(), folder + "/" + key.toStdString()};
    try {
        server_->listen(settings);
        QFAIL("a bad pair was taken");
    } catch (const Failure& failure) {
        QCOMPARE(failure.kind(), FailureKind::unprocessable);
        QVERIFY2(QString::fromStdString(failure.publicMessage()).startsWith(told.arg(folder_->path())), failure.publicMessage().c_str());
    }
    QCOMPARE(Client(port_, client_.get()).ask(get("/fixed")).status, 200);
}

void TlsTest::aBadPairKeepsTheOldOne() {
    std::ofstream(files_.certificate) << "half written";
    QVERIFY_EXCEPTION_THROWN(server_->server->reloadCertificates(), Failure);
    QCOMPARE(Client(port_, client_.get()).ask(get("/fixed")).status, 200);
}

namespace {

std::string shownName(Client& client) {
    X509* certificate = SSL_get1_peer_certificate(client.tls());
    char name[64] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    X509_free(certificate);
    return name;
}

}  // namespace

void TlsTest::swapUnderLoad() {
    namespace fs = std::filesystem;
    const auto other = makeCertificate(folder_->path().toStdString(), "two", -1, 365);
    const auto first = makeCertificate(folder_->path().toStdString(), "first", -1, 365);
    std::atomic<bool> stop{false};
    std::atomic<int> good{0}, bad{0};
    Client kept(port_, client_.get());
    std::vector<std::thread> load;
    for (int i = 0; i < 4; ++i)
        load.emplace_back([&] {
            while (!stop) {
                Client client(port_, client_.get());
                for (int j = 0; j < 3; ++j) client.connected() && client.ask(get("/fixed")).status == 200 ? ++good : ++bad;
            }
        });
    std::set<std::string> names;
    for (int i = 0; i < 20; ++i) {
        const auto& next = i % 2 == 0 ? other : first;
        fs::copy_file(next.certificate, files_.certificate, fs::copy_options::overwrite_existing);
        fs::copy_file(next.key, files_.key, fs::copy_options::overwrite_existing);
        server_->server->reloadCertificates();
        Client client(port_, client_.get());
        names.insert(shownName(client));
        QCOMPARE(shownName(client), std::string(i % 2 == 0 ? "two" : "first"));
        std::this_thread::sleep_for(20ms);
    }
    stop = true;
    for (auto& thread : load) thread.join();
    qInfo("%d requests while the certificate changed 20 times, %d failed", good.load(), bad.load());
    QCOMPARE(bad.load(), 0);
    QVERIFY(good > 50);
    QCOMPARE(kept.ask(get("/fixed")).status, 200);
    QCOMPARE(shownName(kept), std::string("one"));
}

void TlsTest::twoThousandIdle() {
    std::vector<Client> idle;
    for (int i = 0; i < 2000; ++i) QVERIFY(idle.emplace_back(port_, client_.get()).connected());
    QVERIFY(eventually([&] { return server_->server->counters().connectionsOpen == 2000; }));
    const auto start = std::chrono::steady_clock::now();
    Client client(port_, client_.get());
    QCOMPARE(client.ask(get("/fixed")).status, 200);
    QVERIFY(std::chrono::steady_clock::now() - start < 20s);
    QCOMPARE(server_->server->counters().connectionsOpen.load(), std::uint64_t(2000));
}

POLYCLINIC_TEST(TlsTest)
#include "tls_test.moc"
