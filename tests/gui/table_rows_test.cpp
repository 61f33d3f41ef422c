// The rows that every table shows keep the promises of a Qt model.

#include <QAbstractItemModelTester>

#include "test_case.h"
#include "widgets/table.h"

using namespace polyclinic::ui;

class TableRows : public QObject {
    Q_OBJECT
  private slots:
    void keepTheModelsPromises() {
        RowsModel model({"A", "B"}, nullptr);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows({{"1", {Cell("x"), Cell("y")}}, {"2", {Cell("z")}}});
        model.addRows({{"3", {Cell("u"), Cell("v")}}});
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.index(1, 1).data(), QVariant());
        model.setRows({});
        QCOMPARE(model.rowCount(), 0);
    }
};

POLYCLINIC_TEST(TableRows)
#include "table_rows_test.moc"
