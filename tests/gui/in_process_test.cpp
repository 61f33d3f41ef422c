// The window with the server in its own process, as the desktop program runs it: what the server's log says of how the
// window signed in.

#include "console_test.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class InProcessTest : public ConsoleTest {
    Q_OBJECT
  public:
    InProcessTest() : ConsoleTest(Where::inThisProcess) {}

  private slots:
    void fromNothingToAClinic();
};

void InProcessTest::fromNothingToAClinic() {
    open();
    QVERIFY(createFirstClinic("In Process Clinic"));
    const QByteArray secret = server_->setupSecret.toUtf8();
    console_.reset();
    server_->stop();
    const QByteArray log = server_->log();
    QVERIFY2(log.contains("operators' authorize, challenge S256, answered 303"), log);
    QVERIFY2(log.contains("operators' token by authorization_code, answered 200"), log);
    QVERIFY(!log.contains(operatorPassword));
    QVERIFY(secret.size() > 20 && !log.contains(secret));
}

POLYCLINIC_TEST(InProcessTest)
#include "in_process_test.moc"
