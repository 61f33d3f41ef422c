#include "console_test.h"

#include <QTabBar>

#include "jobs/import_page.h"
#include "made_up_records.h"
#include "shell/workspace.h"
#include "widgets/overlay.h"
#include "widgets/theme.h"

namespace polyclinic::test {

void ConsoleTest::open(QSize size) {
    QVERIFY(QFile::setPermissions(files_.path(), QFile::Permissions(0x7755)));
    QFile::remove(qEnvironmentVariable("XDG_CONFIG_HOME") + "/polyclinic/console.ini");  // what the class before chose
    server_ = std::make_unique<RealServer>(where_);
    console_ = std::make_unique<ui::Console>(ui::Console::Start{server_->operators, server_->setupSecret, false, server_->clinics});
    console_->resize(size);
    console_->show();
    console_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(console_.get(), patience));
}

bool ConsoleTest::createFirstClinic(const QString& name) {
    if (!fill(console_.get(), "Clinic's name", name) || !fill(console_.get(), "Your user name", operatorName) ||
        !fill(console_.get(), "Your password", operatorPassword) || !press(console_.get(), "Create clinic")) {
        return false;
    }
    return QTest::qWaitFor([&] { return shows(console_.get(), "Getting ready") && shows(console_.get(), name); }, 3 * patience);
}

bool ConsoleTest::importLines(const QByteArray& lines, const QString& told) {
    const QString path = files_.filePath("records.ndjson");
    if (!writeFile(path, lines)) return false;
    go("Ctrl+Shift+I");
    console_->workspace()->findChild<ui::ImportPage*>()->start({path});
    return QTest::qWaitFor([&] { return shows(console_.get(), told); }, patience);
}

ui::Sheet* ConsoleTest::sheet() const { return ui::Sheet::openIn(console_.get()); }

void ConsoleTest::closeSheet() {
    if (auto* open = sheet()) open->close();
}

QTableView* ConsoleTest::table() const {
    for (auto* each : console_->findChildren<QTableView*>()) {
        if (each->isVisible()) return each;
    }
    return nullptr;
}

QString ConsoleTest::cell(const QString& name, int column) const {
    for (int row = 0; row < rows(); ++row) {
        if (table()->model()->index(row, 0).data().toString() == name) return table()->model()->index(row, column).data().toString();
    }
    return {};
}

bool ConsoleTest::select(const QString& name) {
    return QTest::qWaitFor(
        [&] {
            for (int row = 0; row < rows(); ++row) {
                if (table()->model()->index(row, 0).data().toString() != name) continue;
                table()->selectRow(row);
                return true;
            }
            return false;
        },
        patience);
}

void ConsoleTest::tab(int index) {
    for (auto* tabs : console_->findChildren<QTabBar*>()) {
        if (tabs->isVisible()) tabs->setCurrentIndex(index);
    }
}

void ConsoleTest::takeAsItIs(const QString& name) {
    const QString folder = qEnvironmentVariable("POLYCLINIC_SCREENS");
    if (folder.isEmpty()) return;
    QTest::qWait(200);  // what moves comes to rest
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(console_->grab().save(QDir(folder).filePath(name + ".png")));
}

void ConsoleTest::take(const QString& name) {
    using Choice = ui::Theme::Choice;
    if (!qEnvironmentVariableIsSet("POLYCLINIC_SCREENS")) return;
    for (const auto& [choice, suffix] : {std::pair{Choice::Dark, "-dark"}, std::pair{Choice::Light, "-light"}}) {
        ui::Theme::instance().apply(choice);
        takeAsItIs(name + suffix);
    }
}

}  // namespace polyclinic::test
