// Reads among the entries of a transaction. They are answered after its commit, so that one which could never be answered
// stops it before anything is written, and one that finds nothing tells so in its own entry.

#include <QTest>

#include "placements.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class TransactionReadsTest : public QObject {
    Q_OBJECT
  private slots:
    void unanswerableReadsStopIt_data();
    void unanswerableReadsStopIt();
    void absentRecordsAreTold();
};

void TransactionReadsTest::unanswerableReadsStopIt_data() {
    QTest::addColumn<QString>("url");
    for (const char* url : {"Patient?_sort=nothing", "Patient?birthdate=never", "Patient?_has:Observation:patient:code=1",
                            "Patient/1/$everything", "Patient?_cursor=forged"})
        QTest::newRow(url) << QString(url);
}

void TransactionReadsTest::unanswerableReadsStopIt() {
    QFETCH(QString, url);
    const auto answer =
        ask(clinic(), "POST", "",
            bundle("transaction", Json::array({entry("POST", "Patient", patient("Halfway")), entry("GET", url.toStdString())})));
    QVERIFY2(answer.status == 400, (std::to_string(answer.status) + " " + answer.told()).c_str());
    QCOMPARE(totalOf(clinic(), "Patient?family=Halfway"), std::int64_t(0));
}

void TransactionReadsTest::absentRecordsAreTold() {
    const auto answer = ask(clinic(), "POST", "",
                            bundle("transaction", Json::array({entry("GET", "Patient/nobody"), entry("POST", "Patient", patient("Whole")),
                                                               entry("GET", "Patient?family=Whole")})));
    QVERIFY2(answer.status == 200, answer.told().c_str());
    const auto& entries = answer.json.at("entry");
    QVERIFY(entries[0].at("response").at("status") == "404");
    QVERIFY(entries[0].at("response").at("outcome").at("resourceType") == "OperationOutcome");
    QVERIFY(entries[1].at("response").at("status") == "201");
    QVERIFY(entries[2].at("resource").at("total") == 1);
    QCOMPARE(totalOf(clinic(), "Patient?family=Whole"), std::int64_t(1));
}

POLYCLINIC_TEST(TransactionReadsTest)
#include "transaction_reads_test.moc"
