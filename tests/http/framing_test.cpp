// What request smuggling lives on: each line of the table is sent raw, and the server must answer once and
// close.

#include <QTest>

#include "fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class FramingTest : public QObject {
    Q_OBJECT
  private slots:
    void init() { server_ = std::make_unique<TestServer>(); }
    void cleanup() { server_.reset(); }
    void refusedAndClosed_data();
    void refusedAndClosed();
    void readAsOneRequest_data();
    void readAsOneRequest();
    void chunkedBodies_data();
    void chunkedBodies();
    void hugeLengthIsRefusedBeforeTheBody();
    void trailersAreNotHeaders();
    void absoluteForm();

  private:
    std::unique_ptr<TestServer> server_;
};

void FramingTest::refusedAndClosed_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const auto row = [](const char* name, const QByteArray& bytes, int status = 400) {
        // A second request hides in what follows: it must never be answered.
        QTest::newRow(name) << bytes + "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n" << status;
    };
    const QByteArray post = "POST /echo HTTP/1.1\r\nHost: localhost\r\n";
    const QByteArray start = "GET /fixed HTTP/1.1\r\n", host = "Host: localhost\r\n";
    row("CL then TE", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    row("TE then CL", post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n");
    row("TE gzip and CL", post + "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello");
    row("TE xchunked", post + "Transfer-Encoding: xchunked\r\n\r\n");
    row("TE gzip, chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
    row("TE chunked, chunked", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n");
    row("TE twice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    row("TE quoted", post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n");
    row("TE identity", post + "Transfer-Encoding: identity\r\n\r\n");
    row("TE empty", post + "Transfer-Encoding:\r\n\r\n");
    row("TE on HTTP/1.0", "POST /echo HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    row("two different CL", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello");
    row("two equal CL", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello");
    row("CL 5,5", post + "Content-Length: 5,5\r\n\r\nhello");
    row("CL +5", post + "Content-Length: +5\r\n\r\nhello");
    row("CL -5", post + "Content-Length: -5\r\n\r\nhello");
    row("CL 0x5", post + "Content-Length: 0x5\r\n\r\nhello");
    row("CL 5 5", post + "Content-Length: 5 5\r\n\r\nhello");
    row("CL empty", post + "Content-Length: \r\n\r\n");
    row("CL beyond 64 bits", post + "Content-Length: 18446744073709551621\r\n\r\nhello");
    row("space before colon", post + "Content-Length : 5\r\n\r\nhello");
    row("tab before colon", post + "Content-Length\t: 5\r\n\r\nhello");
    row("NUL in header", start + host + QByteArray("X: a\0b\r\n\r\n", 10));
    row("control in header", start + host + "X: a\x01z\r\n\r\n");
    row("DEL in header", start + host + "X: a\x7fz\r\n\r\n");
    row("bare CR in header", start + host + "X: a\rb\r\n\r\n");
    row("bare LF after request line", "GET /fixed HTTP/1.1\n" + host + "\r\n");
    row("bare LF after header", start + "Host: localhost\n\r\n");
    row("bare LF only", "GET /fixed HTTP/1.1\nHost: localhost\n\n");
    row("no Host", start + "\r\n");
    row("two Host", start + host + host + "\r\n");
    row("empty Host", start + "Host:\r\n\r\n");
    row("Host with path", start + "Host: localhost/x\r\n\r\n");
    row("Host with user", start + "Host: a@localhost\r\n\r\n");
    row("Host list", start + "Host: a,b\r\n\r\n");
    row("two Authorization", start + host + "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n");
    row("obs-fold", start + host + "X: a\r\n b\r\n\r\n");
    row("obs-fold with tab", start + host + "X: a\r\n\tb\r\n\r\n");
    row("space before first header", start + " " + host + "\r\n");
    row("header without colon", start + host + "nonsense\r\n\r\n");
    row("empty header name", start + host + ": x\r\n\r\n");
    row("header name with bracket", start + host + "X(y): z\r\n\r\n");
    row("header name not ASCII", start + host + "X\xc3\xa9: z\r\n\r\n");
    row("absolute form of another host", "GET http://evil.example/fixed HTTP/1.1\r\n" + host + "\r\n");
    row("absolute form with user", "GET http://localhost@evil/fixed HTTP/1.1\r\n" + host + "\r\n");
    row("other scheme", "GET ftp://localhost/fixed HTTP/1.1\r\n" + host + "\r\n");
    row("asterisk form", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n");
    row("authority form", "CONNECT localhost:443 HTTP/1.1\r\n" + host + "\r\n");
    row("no slash", "GET fixed HTTP/1.1\r\n" + host + "\r\n");
    row("raw UTF-8 in target", "GET /\xc3\xa9 HTTP/1.1\r\n" + host + "\r\n");
    row("fragment", "GET /fixed#x HTTP/1.1\r\n" + host + "\r\n");
    row("space in target", "GET /fi xed HTTP/1.1\r\n" + host + "\r\n");
    row("two spaces", "GET  /fixed HTTP/1.1\r\n" + host + "\r\n");
    row("tab after method", "GET\t/fixed HTTP/1.1\r\n" + host + "\r\n");
    row("no version", "GET /fixed\r\n" + host + "\r\n");
    row("HTTP/2.0", "GET /fixed HTTP/2.0\r\n" + host + "\r\n");
    row("HTTP/1.2", "GET /fixed HTTP/1.2\r\n" + host + "\r\n");
    row("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    row("lower case version", "GET /fixed http/1.1\r\n" + host + "\r\n");
    row("method with colon", "GE:T /fixed HTTP/1.1\r\n" + host + "\r\n");
    row("empty line first", "\r\n" + start + host + "\r\n");
    row("TLS to the plain port", QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
    row("101 headers", start + host + QByteArray("A: b\r\n").repeated(100) + "\r\n", 431);
    row("16 KB header", start + host + "X: " + QByteArray(16 * 1024, 'x') + "\r\n\r\n", 431);
    row("1 MB header", start + host + "X: " + QByteArray(1 << 20, 'x') + "\r\n\r\n", 431);
    row("header without end", start + host + "X: " + QByteArray(20 * 1024, 'x'), 431);
    row("16 KB target", "GET /" + QByteArray(16 * 1024, 'x') + " HTTP/1.1\r\n" + host + "\r\n", 414);
    row("target one byte over 8 KB", "GET /" + QByteArray(8 * 1024, 'x') + " HTTP/1.1\r\n" + host + "\r\n", 414);
}

void FramingTest::refusedAndClosed() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    Client client(server_->port);
    const auto answer = client.ask(std::string_view(bytes.constData(), bytes.size()));
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.header("Connection"), std::string("close"));
    QVERIFY(!answer.header("X-Request-Id").empty());
    client.halfClose();
    QVERIFY(client.closed());
    QCOMPARE(server_->application.handled.load(), 0);
    QVERIFY(server_->server->counters().framingFaults > 0);
}

void FramingTest::readAsOneRequest_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("100 headers") << QByteArray("GET /fixed HTTP/1.1\r\nHost: localhost\r\n") + QByteArray("A: b\r\n").repeated(99) + "\r\n";
    QTest::newRow("8 KB target") << "GET /" + QByteArray(8 * 1024 - 1, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    QTest::newRow("Host in capitals with port") << QByteArray("GET / HTTP/1.1\r\nHOST: LocalHost:8080\r\n\r\n");
    QTest::newRow("IPv6 Host") << QByteArray("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n");
    QTest::newRow("white space around a value") << QByteArray("GET / HTTP/1.1\r\nHost: \t localhost \t\r\n\r\n");
    QTest::newRow("TE in capitals") << QByteArray("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n");
    QTest::newRow("value beyond ASCII") << QByteArray("GET / HTTP/1.1\r\nHost: localhost\r\nX: \xc3\xa9\r\n\r\n");
    QTest::newRow("empty value") << QByteArray("GET / HTTP/1.1\r\nHost: localhost\r\nX:\r\n\r\n");
    QTest::newRow("leading zeros") << QByteArray("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0005\r\n\r\nhello");
}

void FramingTest::readAsOneRequest() {
    QFETCH(QByteArray, bytes);
    Client client(server_->port);
    QCOMPARE(client.ask(std::string_view(bytes.constData(), bytes.size())).status, 200);
    QVERIFY(!client.readable(std::chrono::milliseconds(50)));
    QCOMPARE(client.ask(get("/fixed")).status, 200);
    QCOMPARE(server_->application.handled.load(), 2);
}

void FramingTest::chunkedBodies_data() {
    QTest::addColumn<QByteArray>("chunks");
    QTest::addColumn<QByteArray>("body");  // null: refused with 400
    QTest::newRow("two chunks") << QByteArray("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n") << QByteArray("hello world");
    QTest::newRow("empty") << QByteArray("0\r\n\r\n") << QByteArray("");
    QTest::newRow("empty with trailer") << QByteArray("0\r\nX: 1\r\n\r\n") << QByteArray("");
    QTest::newRow("capital hex") << QByteArray("A\r\n0123456789\r\n0\r\n\r\n") << QByteArray("0123456789");
    QTest::newRow("extension") << QByteArray("5;a=b;c=\"d\"\r\nhello\r\n0;x\r\n\r\n") << QByteArray("hello");
    QTest::newRow("trailers") << QByteArray("5\r\nhello\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n") << QByteArray("hello");
    QTest::newRow("LF in extension") << QByteArray("5;\nxx\r\nhello\r\n0\r\n\r\n") << QByteArray();
    QTest::newRow("quoted LF in extension") << QByteArray("5;a=\"\n\"\r\nhello\r\n0\r\n\r\n") << QByteArray();
    QTest::newRow("LF after size") << QByteArray("5\nhello\r\n0\r\n\r\n\r\n\r\n") << QByteArray();
    QTest::newRow("size 0x5") << QByteArray("0x5\r\nhello\r\n0\r\n\r\n") << QByteArray();
    QTest::newRow("size -5") << QByteArray("-5\r\nhello\r\n0\r\n\r\n") << QByteArray();
    QTest::newRow("size of 17 digits") << QByteArray("10000000000000005\r\nhello\r\n0\r\n\r\n") << QByteArray();
    QTest::newRow("no CRLF after data") << QByteArray("5\r\nhelloX\r\n0\r\n\r\n") << QByteArray();
    QTest::newRow("TE in trailer") << QByteArray("0\r\nTransfer-Encoding: chunked\r\n\r\n") << QByteArray();
    QTest::newRow("Content-Length in trailer") << QByteArray("0\r\nContent-Length: 5\r\n\r\n") << QByteArray();
    QTest::newRow("endless extension") << "5;" + QByteArray(70 * 1024, 'x') << QByteArray();
    QTest::newRow("endless trailer") << "0\r\nX: " + QByteArray(70 * 1024, 'x') << QByteArray();
}

void FramingTest::chunkedBodies() {
    QFETCH(QByteArray, chunks);
    QFETCH(QByteArray, body);
    const std::string head = "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    Client atOnce(server_->port);
    const auto answer = atOnce.ask(head + chunks.toStdString());
    QCOMPARE(answer.status, body.isNull() ? 400 : 200);
    if (body.isNull()) {
        QCOMPARE(answer.header("Connection"), std::string("close"));
        return;
    }
    QCOMPARE(answer.body, body.toStdString());
    Client byByte(server_->port);  // every border between two reads
    byByte.send(head);
    for (const char c : chunks) {
        byByte.send({&c, 1});
        std::this_thread::sleep_for(std::chrono::microseconds(300));
    }
    QCOMPARE(byByte.answer().body, body.toStdString());
    QCOMPARE(byByte.ask(get("/fixed")).status, 200);
}

void FramingTest::hugeLengthIsRefusedBeforeTheBody() {
    Client client(server_->port);
    client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4294967296\r\n\r\n");
    QCOMPARE(client.answer().status, 413);
    Client sending(server_->port);
    sending.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4294967296\r\n\r\n");
    for (int i = 0; i < 10; ++i) sending.send(std::string(1 << 20, 'x'));
    QCOMPARE(sending.answer().status, 413);  // the answer is not lost to a reset
}

void FramingTest::trailersAreNotHeaders() {
    Client client(server_->port);
    const auto answer = client.ask(
        "POST /headers HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        "0\r\nAuthorization: Bearer stolen\r\nHost: other\r\n\r\n");
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body.find("stolen") == std::string::npos);
    QVERIFY(answer.body.find("host=localhost ") != std::string::npos);
    // Nor do they say what becomes of the connection.
    const auto again =
        client.ask("POST /headers HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nConnection: close\r\n\r\n");
    QCOMPARE(again.status, 200);
    QCOMPARE(client.ask("GET /fixed HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 200);
}

void FramingTest::absoluteForm() {
    Client client(server_->port);
    const auto answer = client.ask("GET http://LocalHost:1/a?b=c HTTP/1.1\r\nHost: localhost:1\r\n\r\n");
    QVERIFY(answer.body.find("path=/a query=b=c host=localhost:1 ") != std::string::npos);
    const auto bare = client.ask("GET http://localhost?x HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QVERIFY(bare.body.find("path=/ query=x ") != std::string::npos);
}

POLYCLINIC_TEST(FramingTest)
#include "framing_test.moc"
