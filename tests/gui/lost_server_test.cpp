// A server that dies while its window is open: the window notices, says so, and goes on by itself when it is back.

#include <QHostAddress>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>

#include "api_client/server_watch.h"
#include "console_test.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace polyclinic::ui;

class LostServer : public ConsoleTest {
    Q_OBJECT
  public:
    LostServer() : ConsoleTest(Where::inAnother) {}

  private slots:
    void theWatchTellsEachChangeOnce();
    void theWindowMendsItself();
};

void LostServer::theWatchTellsEachChangeOnce() {
    QTcpServer server;
    int asked = 0;
    connect(&server, &QTcpServer::newConnection, &server, [&] {
        QTcpSocket* socket = server.nextPendingConnection();
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QTcpSocket::readyRead, socket, [socket, &asked] {
            if (!socket->readAll().startsWith("GET /health/live ")) return;
            ++asked;
            socket->write("HTTP/1.1 503 x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");  // an answer all the same
            socket->disconnectFromHost();
        });
    });
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const quint16 port = server.serverPort();
    ServerWatch watch(QUrl(QString("http://127.0.0.1:%1").arg(port)), nullptr);
    QSignalSpy gone(&watch, &ServerWatch::gone), back(&watch, &ServerWatch::back);
    watch.start();
    QTRY_VERIFY_WITH_TIMEOUT(asked >= 1, patience);
    QVERIFY(!watch.lost());
    server.close();
    QTRY_COMPARE_WITH_TIMEOUT(gone.count(), 1, 2 * patience);
    QVERIFY(watch.lost());
    QVERIFY(server.listen(QHostAddress::LocalHost, port));
    QTRY_COMPARE_WITH_TIMEOUT(back.count(), 1, 2 * patience);
    QVERIFY(!watch.lost());
    QCOMPARE(gone.count(), 1);
    watch.stop();
}

void LostServer::theWindowMendsItself() {
    open();
    QVERIFY(createFirstClinic("Oak Street Clinic"));
    go("Ctrl+1");
    TRY_SHOWS(console_.get(), "Running");
    server_->stop();
    // Nobody touches the window meanwhile.
    QTRY_VERIFY_WITH_TIMEOUT(shows(console_.get(), "The clinics' server does not answer."), 3 * patience);
    TRY_SHOWS(console_.get(), "Not reachable");
    server_->startAgain();
    QTRY_VERIFY_WITH_TIMEOUT(!shows(console_.get(), "The clinics' server does not answer."), 3 * patience);
    TRY_SHOWS(console_.get(), "Running");
    QVERIFY(!shows(console_.get(), "Not reachable"));
    // What a page told of it goes away too.
    go("Ctrl+2");
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 1, patience);
    server_->stop();
    go("F5");
    TRY_SHOWS(console_.get(), "Nothing answers at");
    QTRY_VERIFY_WITH_TIMEOUT(shows(console_.get(), "The clinics' server does not answer."), 3 * patience);
    server_->startAgain();
    QTRY_VERIFY_WITH_TIMEOUT(!shows(console_.get(), "The clinics' server does not answer."), 3 * patience);
    QVERIFY(!shows(console_.get(), "Nothing answers at"));
}

POLYCLINIC_TEST(LostServer)
#include "lost_server_test.moc"
