// An operator's day at the console, against the program itself.

#include <QAction>
#include <QComboBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QMenu>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QToolButton>

#include "api_client/api_client.h"
#include "console_test.h"
#include "jobs/import_page.h"
#include "made_up_records.h"
#include "shell/command_palette.h"
#include "shell/workspace.h"
#include "sign_in/sign_in_flow.h"
#include "test_case.h"
#include "widgets/overlay.h"
#include "widgets/table.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace polyclinic::ui;

class OperatorsDay : public ConsoleTest {
    Q_OBJECT
  public:
    explicit OperatorsDay(Where where = Where::inAnother) : ConsoleTest(where) {}

  private slots:
    void initTestCase();
    void setupWorksOnce();
    void staleTokensAreRenewedOnce();
    void signedOutMeansSignedOut();
    void tokensStayWithTheirServer();
    void wrongPasswordIsToldAtItsField();
    void importTellsTrueCounts();
    void recordsAreShownAsTheyAre();
    void systemsGetInUntilTheyAreTurnedOff();
    void signingKeysAreChangedWhenAsked();
    void theServersActivityTellsWhoSignedIn();
    void namesAreNeverMarkup();
    void takenIdsAreOfferedOthers();
    void trashCanBeUndone();
    void purgeAsksForTheNameAndThenIsForEver();
    void closingWarnsOnlyWhereItStopsSomething();

  private:
    template <class T>
    ui::Result<T> wait(QFuture<ui::Result<T>> future) {
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, patience)) qFatal("No answer in time");
        return future.result();
    }
    /// The ids of the keys that a clinic shows to apps, the one that signs first.
    QStringList keysOf(const QString& clinic);
    void selectRow(const QString& name);
    bool makeClinic(const QString& name);
    void openByCommand(const QString& clinic);
};

void OperatorsDay::initTestCase() {
    open();
    QVERIFY(createFirstClinic("Oak Street Clinic"));
}

void OperatorsDay::selectRow(const QString& name) {
    for (int row = 0; row < rows(); ++row) {
        if (table()->model()->index(row, 0).data().toString() == name) table()->selectRow(row);
    }
}

bool OperatorsDay::makeClinic(const QString& name) {
    go("Ctrl+N");
    if (!fill(console_.get(), "Name", name) || !press(sheet(), "Create clinic")) return false;
    return QTest::qWaitFor([&] { return !sheet() && shows(console_.get(), name); }, patience);
}

void OperatorsDay::openByCommand(const QString& clinic) {
    go("Ctrl+K");
    QTest::keyClicks(console_->workspace()->palette().line(), "open " + clinic);
    QTest::keyClick(console_->workspace()->palette().line(), Qt::Key_Return);
}

void OperatorsDay::setupWorksOnce() {
    SignInFlow flow(server_->operators);
    const auto again = wait(flow.setUp(server_->setupSecret, "mallory", "another-violet-harbor-77"));
    QVERIFY(!again.ok());
    QVERIFY(again.error().status >= 400 && again.error().status < 500);
}

void OperatorsDay::staleTokensAreRenewedOnce() {
    SignInFlow flow(server_->operators);
    ApiClient api(server_->operators);
    int refreshes = 0;
    api.channel().setRefresh([&] { return ++refreshes, flow.refresh(); });
    QVERIFY(wait(flow.signIn(operatorName, operatorPassword)).ok());
    api.channel().setAccessToken("pot_of-yesterday");
    QSignalSpy out(&api.channel(), &Channel::signedOut);
    auto first = api.server(), second = api.server(), third = api.server();
    QVERIFY(wait(first).ok());
    QVERIFY(wait(second).ok());
    QVERIFY(wait(third).ok());
    QCOMPARE(refreshes, 1);
    QCOMPARE(out.count(), 0);
}

void OperatorsDay::signedOutMeansSignedOut() {
    SignInFlow flow(server_->operators);
    ApiClient api(server_->operators);
    api.channel().setRefresh([&] { return flow.refresh(); });
    const auto token = wait(flow.signIn(operatorName, operatorPassword));
    QVERIFY(token.ok());
    api.channel().setAccessToken(*token);
    QVERIFY(wait(api.server()).ok());
    flow.signOut();
    QSignalSpy out(&api.channel(), &Channel::signedOut);
    QTRY_COMPARE_WITH_TIMEOUT(wait(api.server()).ok(), false, patience);
    QVERIFY(out.count() >= 1);
}

void OperatorsDay::tokensStayWithTheirServer() {
    ApiClient api(server_->operators);
    api.channel().setAccessToken("pot_secret");
    for (const QString& elsewhere :
         {server_->clinics.toString() + "/admin/api/Server", QString("http://127.0.0.1:1/x"), QString("https://127.0.0.1/x")}) {
        const auto reply = wait(api.channel().send({"GET", elsewhere}));
        QVERIFY2(!reply.ok() && reply.error().code == "refused", qPrintable(elsewhere));
    }
}

void OperatorsDay::wrongPasswordIsToldAtItsField() {
    console_->lock();
    QVERIFY(fill(console_.get(), "Password", "not-the-password-at-all"));
    QVERIFY(press(console_.get(), "Sign in"));
    TRY_SHOWS(console_.get(), "The password is wrong.");
    QVERIFY(findInput(console_.get(), "Password")->hasFocus());
    QVERIFY(fill(console_.get(), "Password", operatorPassword));
    QVERIFY(press(console_.get(), "Sign in"));
    QTRY_VERIFY_WITH_TIMEOUT(console_->workspace()->isVisible(), patience);
    QVERIFY(shows(console_.get(), "Getting ready"));  // back where one was
}

void OperatorsDay::importTellsTrueCounts() {
    const QString path = files_.filePath("records.ndjson");
    QVERIFY(writeFile(path, madeUpRecords(30) + R"({"resourceType":"Patient","id":"gui-x","birthDate":"yesterday"})" + '\n'));
    go("Ctrl+Shift+I");
    auto* page = console_->workspace()->findChild<ImportPage*>();
    page->start({path});
    TRY_SHOWS(console_.get(), "60 added, 0 changed, 0 unchanged, 1 refused");
    TRY_SHOWS(console_.get(), "30 Observation, 30 Patient");
    QVERIFY(rows() >= 1);
    QCOMPARE(table()->model()->index(0, 3).data().toString(), QString("61"));
    page->start({path});
    TRY_SHOWS(console_.get(), "0 added, 0 changed, 60 unchanged, 1 refused");
    go("Ctrl+3");
    TRY_SHOWS(console_.get(), "60");
}

void OperatorsDay::recordsAreShownAsTheyAre() {
    go("Ctrl+4");
    QVERIFY(console_->workspace()->findChild<Table*>());
    auto* query = findInput(console_.get(), "Search as an address");
    QVERIFY(query);
    query->setText("Observation?_id=gui-7-weight");
    QTest::keyClick(query, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 1, patience);
    table()->selectRow(0);
    QPlainTextEdit* json = nullptr;
    for (auto* each : console_->findChildren<QPlainTextEdit*>()) {
        if (each->isVisible()) json = each;
    }
    QTRY_VERIFY_WITH_TIMEOUT(json && json->toPlainText().contains("\"value\": 77.50"), patience);  // not 77.5
    for (auto* tabs : console_->findChildren<QTabBar*>()) {
        if (tabs->isVisible() && tabs->tabText(1) == "History") tabs->setCurrentIndex(1);
    }
    QTRY_VERIFY_WITH_TIMEOUT(json->toPlainText().contains("\"versionId\": \"1\"") && json->toPlainText().contains("77.50"), patience);
    query->setText("Zebra?name=x");
    QTest::keyClick(query, Qt::Key_Return);
    TRY_SHOWS(console_.get(), "This search does not work");
    go("Ctrl+5");
    QTRY_VERIFY_WITH_TIMEOUT(rows() > 3, patience);  // the reads above are in the activity
}

void OperatorsDay::systemsGetInUntilTheyAreTurnedOff() {
    go("Ctrl+3");
    go("Ctrl+Shift+A");
    QVERIFY(fill(console_.get(), "Name", "Laboratory"));
    QVERIFY(press(sheet(), "Add system"));
    TRY_SHOWS(console_.get(), "The secret is shown only now");
    const QString id = findInput(console_.get(), "Client id")->text();
    const QString secret = findInput(console_.get(), "Client secret")->text();
    const QUrl tokenUrl(findInput(console_.get(), "Where it asks for a token")->text());
    const QUrl records(findInput(console_.get(), "Where the records are")->text());
    QVERIFY(press(console_.get(), "I have copied it"));

    QNetworkAccessManager network;
    const auto status = [](QNetworkReply* reply) {
        if (!QTest::qWaitFor([&] { return reply->isFinished(); }, patience)) return 0;
        reply->deleteLater();
        return reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    };
    QNetworkRequest ask(tokenUrl);
    ask.setHeader(QNetworkRequest::ContentTypeHeader, "application/x-www-form-urlencoded");
    ask.setRawHeader("Authorization", "Basic " + (id + ':' + secret).toUtf8().toBase64());
    QNetworkReply* answer = network.post(ask, "grant_type=client_credentials&scope=system/*.rs");
    QVERIFY(QTest::qWaitFor([&] { return answer->isFinished(); }, patience));
    const QByteArray token = QJsonDocument::fromJson(answer->readAll())["access_token"].toString().toUtf8();
    QVERIFY(!token.isEmpty());
    QNetworkRequest read(QUrl(records.toString() + "/Patient/gui-1"));
    read.setRawHeader("Authorization", "Bearer " + token);
    QCOMPARE(status(network.get(read)), 200);

    TRY_SHOWS(console_.get(), "Read all records, also those that are added later.");
    QToolButton* more = nullptr;
    QTRY_VERIFY_WITH_TIMEOUT((more = qobject_cast<QToolButton*>(findButton(console_.get(), "What to do with Laboratory"))), patience);
    more->menu()->actions().at(1)->trigger();  // Turn off
    QTRY_COMPARE_WITH_TIMEOUT(status(network.get(read)), 401, patience);
}

QStringList OperatorsDay::keysOf(const QString& clinic) {
    QNetworkAccessManager network;
    QNetworkReply* reply = network.get(QNetworkRequest(QUrl(server_->clinics.toString() + "/tenant/" + clinic + "/patient/auth/jwks")));
    if (!QTest::qWaitFor([&] { return reply->isFinished(); }, patience)) return {};
    QStringList ids;
    for (const QJsonValue& key : QJsonDocument::fromJson(reply->readAll())["keys"].toArray()) ids << key["kid"].toString();
    return ids;
}

void OperatorsDay::signingKeysAreChangedWhenAsked() {
    QVERIFY(makeClinic("Beside"));
    const QStringList beside = keysOf("beside");
    openByCommand("Oak Street Clinic");
    TRY_SHOWS(console_.get(), "Oak Street Clinic");
    const QStringList before = keysOf("oak-street-clinic");
    QCOMPARE(before.size(), 1);
    TRY_SHOWS(console_.get(), "They change by themselves every 90 days");
    QVERIFY(press(console_.get(), QString::fromUtf8("Change now…")));
    TRY_SHOWS(console_.get(), "Change the signing keys of Oak Street Clinic?");
    QVERIFY(press(sheet(), "Cancel"));
    QVERIFY(!sheet());
    QCOMPARE(keysOf("oak-street-clinic"), before);
    // By the keyboard alone: the command, and the button that it comes to.
    go("Ctrl+K");
    QTest::keyClicks(console_->workspace()->palette().line(), "signing");
    QTest::keyClick(console_->workspace()->palette().line(), Qt::Key_Return);
    TRY_SHOWS(console_.get(), "Change the signing keys of Oak Street Clinic?");
    auto* go = findButton(sheet(), "Change the keys");
    for (int i = 0; i < 5 && !go->hasFocus(); ++i) QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    QVERIFY(go->hasFocus());
    QTest::keyClick(go, Qt::Key_Space);
    TRY_SHOWS(console_.get(), "Apps are shown the old key until today");
    const QStringList after = keysOf("oak-street-clinic");
    QCOMPARE(after.size(), 2);
    QVERIFY(after[0] != before[0]);
    QCOMPARE(after[1], before[0]);
    QCOMPARE(keysOf("beside"), beside);
}

void OperatorsDay::theServersActivityTellsWhoSignedIn() {
    go("Ctrl+Shift+E");
    QTRY_VERIFY_WITH_TIMEOUT(rows() > 4, patience);
    const auto told = [this](const QString& who, const QString& did, const QString& what, const QString& outcome) {
        for (int row = 0; row < rows(); ++row) {
            const auto at = [&](int column) { return table()->model()->index(row, column).data().toString(); };
            if (at(1) == who && at(2) == did && at(3) == what && at(4) == outcome) return true;
        }
        return false;
    };
    QVERIFY(told("maria", "Set up the server", "", "Done"));
    QVERIFY(told("maria", "Signed in", "", "Done"));
    QVERIFY(told("maria", "Tried to sign in", "", "Refused"));
    QVERIFY(told("maria", "Made the clinic", "beside", "Done"));
    const int all = rows();
    auto* kind = findInput<QComboBox>(console_.get(), "Kind");
    QVERIFY(kind);
    QTest::keyClick(kind, Qt::Key_End);
    QTRY_VERIFY_WITH_TIMEOUT(rows() > 1 && rows() < all, patience);
    QVERIFY(told("maria", "Tried to sign in", "", "Refused"));
    QVERIFY(!told("maria", "Made the clinic", "beside", "Done"));
    QTest::keyClick(kind, Qt::Key_Home);
    QTRY_COMPARE_WITH_TIMEOUT(rows(), all, patience);
    table()->selectRow(0);
    TRY_SHOWS(console_.get(), "Made the clinic beside");
}

void OperatorsDay::namesAreNeverMarkup() {
    const QString name = "<img src=x onerror=alert(1)><b>Bold & Co</b>";
    QVERIFY(makeClinic(name));
    for (const char* keys : {"Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4", "Ctrl+5"}) {
        go(keys);
        QTest::qWait(250);
        for (auto* each : console_->findChildren<QLabel*>()) {
            if (each->text().isEmpty()) continue;
            QVERIFY2(each->textFormat() == Qt::PlainText, qPrintable(each->text()));
        }
    }
    go("Ctrl+3");
    QVERIFY(shows(console_.get(), name));
}

void OperatorsDay::takenIdsAreOfferedOthers() {
    go("Ctrl+N");
    QVERIFY(fill(console_.get(), "Name", "Oak Street Clinic"));
    QCOMPARE(findInput(console_.get(), "Id")->text(), QString("oak-street-clinic"));
    QVERIFY(press(sheet(), "Create clinic"));
    TRY_SHOWS(console_.get(), "Another clinic has this id.");
    QVERIFY(press(console_.get(), "Use the id oak-street-clinic-2"));
    QVERIFY(press(sheet(), "Create clinic"));
    QTRY_VERIFY_WITH_TIMEOUT(!sheet() && shows(console_.get(), "oak-street-clinic-2"), patience);
}

void OperatorsDay::trashCanBeUndone() {
    QVERIFY(makeClinic("Short Lived"));
    go("Ctrl+2");
    QTRY_VERIFY_WITH_TIMEOUT((selectRow("Short Lived"), table() && table()->selectionModel()->hasSelection()), patience);
    table()->setFocus();
    QTest::keyClick(table(), Qt::Key_Delete);
    TRY_SHOWS(console_.get(), "Short Lived is in the trash.");
    QTRY_VERIFY_WITH_TIMEOUT((selectRow("Short Lived"), !table()->selectionModel()->hasSelection()), patience);
    const int before = rows();
    QVERIFY(press(console_.get(), "Undo"));
    QTRY_COMPARE_WITH_TIMEOUT(rows(), before + 1, patience);
    TRY_SHOWS(console_.get(), "Short Lived is back.");
}

void OperatorsDay::purgeAsksForTheNameAndThenIsForEver() {
    selectRow("Short Lived");
    QVERIFY(press(console_.get(), "Move to trash"));
    TRY_SHOWS(console_.get(), "Short Lived is in the trash.");
    tab(1);
    QTRY_VERIFY_WITH_TIMEOUT((selectRow("Short Lived"), table() && table()->selectionModel()->hasSelection()), patience);
    QVERIFY(press(console_.get(), QString::fromUtf8("Delete for ever…")));
    Sheet* question = sheet();
    QVERIFY(question);
    QVERIFY(!findButton(question, "Delete for ever")->isEnabled());
    QVERIFY(fill(question, "Type the clinic's name: Short Lived", "Short Lived"));
    QVERIFY(press(question, "Delete for ever"));
    TRY_SHOWS(console_.get(), "The trash is empty");
}

void OperatorsDay::closingWarnsOnlyWhereItStopsSomething() {
    Console attached({server_->operators, {}, true});
    QSignalSpy gone(&attached, &Console::closeWanted);
    attached.show();
    attached.close();
    QCOMPARE(gone.count(), 1);

    QSignalSpy wanted(console_.get(), &Console::closeWanted);
    console_->activateWindow();
    const QString path = files_.filePath("many.ndjson");
    QVERIFY(writeFile(path, madeUpRecords(12'000)));
    openByCommand("Oak Street Clinic");
    TRY_SHOWS(console_.get(), "Getting ready");
    go("Ctrl+Shift+I");
    console_->workspace()->findChild<ImportPage*>()->start({path});
    QTRY_VERIFY_WITH_TIMEOUT(findButton(console_.get(), "Cancel"), patience);
    console_->close();
    TRY_SHOWS(console_.get(), "Stop the clinics' server?");
    QVERIFY(shows(console_.get(), "One task is under way"));
    QCOMPARE(wanted.count(), 0);
    QVERIFY(console_->isVisible());
    QVERIFY(press(console_.get(), "Stop and close"));
    QTRY_COMPARE(wanted.count(), 1);
    QVERIFY(!console_->isVisible());
}

/// The same with the server in the window's own process.
class OperatorsDayInThisProcess : public OperatorsDay {
    Q_OBJECT
  public:
    OperatorsDayInThisProcess() : OperatorsDay(Where::inThisProcess) {}
};

POLYCLINIC_TEST(OperatorsDay)
POLYCLINIC_TEST(OperatorsDayInThisProcess)
#include "operator_test.moc"
