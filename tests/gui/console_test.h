// The base of the tests that drive the whole console: a server, a window, and the hands that work it.

#pragma once

#include <QDir>
#include <QTableView>
#include <QTemporaryDir>

#include "console.h"
#include "drive.h"
#include "real_server.h"

namespace polyclinic::ui {
class Sheet;
}

namespace polyclinic::test {

constexpr auto operatorName = "maria";
constexpr auto operatorPassword = "violet-harbor-mitten-92";

class ConsoleTest : public QObject {
    Q_OBJECT
  protected slots:
    void cleanup() { pictureOfFailure(console_.get()); }

  protected:
    explicit ConsoleTest(Where where) : where_(where) {}

    /// Server and window, without an operator yet.
    void open(QSize size = {1280, 820});
    /// The first run of a console, to the clinic's home. False when it did not come up.
    bool createFirstClinic(const QString& name);
    /// Imports these lines of NDJSON by the import page; `told`: what it says at the end.
    bool importLines(const QByteArray& lines, const QString& told);

    void go(const char* keys) { QTest::keySequence(console_.get(), QKeySequence(keys)); }
    ui::Sheet* sheet() const;
    void closeSheet();
    /// The list that is in sight, or nullptr.
    QTableView* table() const;
    int rows() const { return table() ? table()->model()->rowCount() : 0; }
    /// Of the row whose first column is `name`; empty when there is none.
    QString cell(const QString& name, int column) const;
    /// Selects that row, once it is there.
    bool select(const QString& name);
    void tab(int index);

    /// The window, light and dark, as NAME-light.png and NAME-dark.png in the folder POLYCLINIC_SCREENS.
    void take(const QString& name);
    void takeAsItIs(const QString& name);

    const Where where_;
    QTemporaryDir files_;  // the server, which may be another account, can read what is in it
    std::unique_ptr<RealServer> server_;
    std::unique_ptr<ui::Console> console_;
};

}  // namespace polyclinic::test
