// How the window behaves whatever it shows: locked, small, by the keyboard, and for who cannot see it.

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QHeaderView>

#include "console_test.h"
#include "shell/command_palette.h"
#include "shell/idle_lock.h"
#include "shell/workspace.h"
#include "test_case.h"
#include "widgets/overlay.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace polyclinic::ui;

class WindowManners : public ConsoleTest {
    Q_OBJECT
  public:
    WindowManners() : ConsoleTest(Where::inAnother) {}

  private slots:
    void initTestCase();
    void idleConsolesLock();
    void passwordsAreForgotten();
    void everythingIsReachedInASmallWindow();
    void theChosenOneOfSeveralHasTheKeyboard();
    void everyControlSaysWhatItIs();
    void shortcutsAreUnique();
    void commandsFindClinics();
};

void WindowManners::initTestCase() {
    open();
    QVERIFY(createFirstClinic("Oak Street Clinic"));
}

void WindowManners::idleConsolesLock() {
    auto* idle = console_->findChild<IdleLock*>();
    idle->setSpan(300);
    QTest::keyClick(console_.get(), Qt::Key_Shift);
    TRY_SHOWS(console_.get(), "The console is locked");
    QVERIFY(!console_->workspace()->isVisible());
    QVERIFY(fill(console_.get(), "Password", operatorPassword));
    QVERIFY(press(console_.get(), "Sign in"));
    QTRY_VERIFY_WITH_TIMEOUT(console_->workspace()->isVisible(), patience);
}

/// Who looked at the password while typing it leaves nothing behind for the next, who may press Undo.
void WindowManners::passwordsAreForgotten() {
    console_->lock();
    TRY_SHOWS(console_.get(), "The console is locked");
    QVERIFY(fill(console_.get(), "Password", operatorPassword));
    QVERIFY(press(console_.get(), "Show password"));
    auto* password = findInput(console_.get(), "Password");
    QCOMPARE(password->echoMode(), QLineEdit::Normal);
    QVERIFY(press(console_.get(), "Sign in"));
    QTRY_VERIFY_WITH_TIMEOUT(console_->workspace()->isVisible(), patience);
    console_->lock();
    TRY_SHOWS(console_.get(), "The console is locked");
    password->undo();
    password->undo();
    QCOMPARE(password->text(), QString());
    QCOMPARE(password->echoMode(), QLineEdit::Password);
    QVERIFY(fill(console_.get(), "Password", "not-the-password-at-all"));
    QVERIFY(press(console_.get(), "Sign in"));
    TRY_SHOWS(console_.get(), "The password is wrong.");
    QVERIFY(fill(console_.get(), "Password", operatorPassword));
    QVERIFY(press(console_.get(), "Sign in"));
    QTRY_VERIFY_WITH_TIMEOUT(console_->workspace()->isVisible(), patience);
}

void WindowManners::everythingIsReachedInASmallWindow() {
    const QSize before = console_->size();
    console_->resize(console_->minimumSize());
    const auto seenOf = [this](QWidget* each) {
        QRect left(each->mapTo(console_.get(), QPoint()), each->size());
        for (auto* over = each->parentWidget(); over; over = over->parentWidget())
            left &= QRect(over->mapTo(console_.get(), QPoint()), over->size());
        return left.size();
    };
    const auto walk = [&] {
        for (int i = 0; i < 40; ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            QTest::qWait(1);
            auto* now = QApplication::focusWidget();
            const QSize seen = seenOf(now);
            QVERIFY2(seen.width() >= std::min(now->width(), 20) && seen.height() >= 20,
                     qPrintable(QString("%1 %2: %3 by %4 of %5 by %6")
                                    .arg(now->metaObject()->className(), now->accessibleName() + now->property("text").toString())
                                    .arg(seen.width())
                                    .arg(seen.height())
                                    .arg(now->width())
                                    .arg(now->height())));
        }
    };
    go("Ctrl+3");
    go("Ctrl+Shift+A");
    QVERIFY(press(sheet(), "Only some kinds of record"));
    walk();
    closeSheet();
    go("Ctrl+?");
    walk();
    closeSheet();
    go("Ctrl+N");
    walk();
    closeSheet();
    for (const char* keys : {"Ctrl+3", "Ctrl+4", "Ctrl+Shift+E", "Ctrl+,"}) {
        go(keys);
        QTest::qWait(200);
        walk();  // the sidebar too
    }
    console_->resize(before);
}

void WindowManners::theChosenOneOfSeveralHasTheKeyboard() {
    go("Ctrl+3");
    go("Ctrl+Shift+A");
    QVERIFY(press(sheet(), "Only some kinds of record"));
    findInput(console_.get(), "Name")->setFocus();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    QCOMPARE(QApplication::focusWidget(), findButton(sheet(), "Only some kinds of record"));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Up);
    QVERIFY(findButton(sheet(), "Read, add, change and remove all records")->isChecked());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Backtab, Qt::ShiftModifier);
    QCOMPARE(QApplication::focusWidget(), findInput(console_.get(), "Name"));
    closeSheet();
}

void WindowManners::everyControlSaysWhatItIs() {
    const auto look = [&](const QString& where) {
        QTest::qWait(200);
        for (auto* each : console_->findChildren<QWidget*>()) {
            const bool control = qobject_cast<QAbstractButton*>(each) || qobject_cast<QLineEdit*>(each) || qobject_cast<QComboBox*>(each) ||
                                 qobject_cast<QAbstractItemView*>(each);
            if (!control || !each->isVisible() || qobject_cast<QComboBox*>(each->parent())) continue;
            const auto* button = qobject_cast<QAbstractButton*>(each);
            const bool said = !each->accessibleName().isEmpty() || (button && !button->text().isEmpty());
            // Qt's own clear button and table corner name themselves.
            if (!said && QByteArray(each->metaObject()->className()).startsWith("QLineEditIconButton")) continue;
            if (!said && (qobject_cast<QHeaderView*>(each) || QByteArray(each->metaObject()->className()) == "QTableCornerButton"))
                continue;
            QVERIFY2(said, qPrintable(where + ": " + each->metaObject()->className() + " in " + each->parent()->metaObject()->className()));
            if (button && button->isVisible() && !qobject_cast<const QCheckBox*>(button)) {
                QVERIFY2(each->width() >= 24 && each->height() >= 24,
                         qPrintable(where + ": too small: " + each->accessibleName() + button->text()));
            }
        }
    };
    go("Ctrl+2");
    tab(0);
    QTRY_VERIFY_WITH_TIMEOUT(rows() > 0, patience);
    for (const char* keys : {"Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4", "Ctrl+5", "Ctrl+Shift+I", "Ctrl+Shift+E", "Ctrl+,"}) {
        go(keys);
        look(keys);
    }
    go("Ctrl+N");
    look("New clinic");
    QVERIFY(sheet());
    // The keyboard stays in the sheet, all the way round.
    for (int i = 0; i < 20; ++i) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QVERIFY(sheet()->isAncestorOf(QApplication::focusWidget()));
    }
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QVERIFY(!sheet());
    int windows = 0;
    for (const QWidget* each : QApplication::topLevelWidgets()) windows += each->isVisible();
    QCOMPARE(windows, 1);  // nothing without a parent has become a window
}

void WindowManners::shortcutsAreUnique() {
    QSet<QString> seen;
    for (const QAction* action : console_->workspace()->commands()) {
        QVERIFY(!action->text().isEmpty());
        const QString keys = action->shortcut().toString();
        QVERIFY2(keys.isEmpty() || !seen.contains(keys), qPrintable(keys));
        seen << keys;
    }
    QVERIFY(seen.contains("Ctrl+K") && seen.contains("F5") && seen.contains("F6") && seen.contains("Ctrl+F"));
}

void WindowManners::commandsFindClinics() {
    go("Ctrl+1");
    go("Ctrl+K");
    CommandPalette& palette = console_->workspace()->palette();
    QVERIFY(palette.isVisible());
    QTest::keyClicks(palette.line(), "oak str");
    QVERIFY(palette.shown().contains("Open Oak Street Clinic"));
    QTest::keyClick(palette.line(), Qt::Key_Return);
    QVERIFY(!palette.isVisible());
    TRY_SHOWS(console_.get(), "Getting ready");
}

POLYCLINIC_TEST(WindowManners)
#include "manners_test.moc"
