// The keyboard in sheets and on pages: Enter, the letters marked for Alt, and a sheet that keeps the keyboard to itself.

#include <QComboBox>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>

#include "api_client/api_client.h"
#include "console_test.h"
#include "made_up_records.h"
#include "shell/workspace.h"
#include "test_case.h"
#include "widgets/overlay.h"
#include "widgets/plain_text.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace polyclinic::ui;

class SheetKeys : public ConsoleTest {
    Q_OBJECT
  public:
    SheetKeys() : ConsoleTest(Where::inAnother) {}

  private slots:
    void initTestCase();
    void everySheetKeepsTheKeyboard_data();
    void everySheetKeepsTheKeyboard();
    void enterInAFieldIsTheMainButton();
    void enterInAFieldActsOnce();
    void enterPressesTheButtonThatHasTheKeyboard();
    void lettersAreUniqueOnEveryPage();
    void whatIsShownOnceIsNotClosedByEnter();

  private:
    /// Opens the sheet of this name; false where it did not come.
    bool openSheet(const QString& name);
    bool focusButton(QWidget* in, const QString& words) {
        auto* found = findButton(in, words);
        if (found) found->setFocus();
        return found && found->hasFocus();
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(QApplication::focusWidget(), key, modifiers);
    }
};

namespace {

/// The letters that are marked for Alt below a widget, with what they are marked in.
QMap<QString, QStringList> marksIn(const QWidget* in) {
    QMap<QString, QStringList> marks;
    for (const auto* each : in->findChildren<QWidget*>()) {
        if (!each->isVisible()) continue;
        QString text;
        if (const auto* label = qobject_cast<const QLabel*>(each); label && label->buddy()) text = label->text();
        if (const auto* button = qobject_cast<const QAbstractButton*>(each)) text = button->text();
        const QString letter = QKeySequence::mnemonic(text).toString();
        if (!letter.isEmpty()) marks[letter] << text;
    }
    return marks;
}

QString doubled(const QMap<QString, QStringList>& marks) {
    for (const QStringList& each : marks) {
        if (each.size() > 1) return each.join(" | ");
    }
    return {};
}

}  // namespace

void SheetKeys::initTestCase() {
    open();
    QVERIFY(createFirstClinic("Oak Street Clinic"));
    QVERIFY(importLines(madeUpRecords(3), "6 added"));
    go("Ctrl+3");
    TRY_SHOWS(console_.get(), "Getting ready");
}

bool SheetKeys::openSheet(const QString& name) {
    const auto by = [&](const char* place, const char* words) {
        go(place);
        return press(console_.get(), QString::fromUtf8(words));
    };
    if (name == "New clinic") go("Ctrl+N");
    if (name == "Add a system") go("Ctrl+Shift+A");
    if (name == "About") go("Ctrl+?");
    if (name == "Edit details" && !by("Ctrl+3", "Edit details")) return false;
    if (name == "Signing keys" && !by("Ctrl+3", "Change now…")) return false;
    if (name == "QR code" && !by("Ctrl+3", "Show the QR code of Records (FHIR API)")) return false;
    if (name == "Add an app" && !by("Ctrl+7", "Add app")) return false;
    if (name == "Add a person" && !by("Ctrl+Shift+O", "Add a person")) return false;
    if (name == "Add a program" && !by("Ctrl+Shift+O", "Add a program")) return false;
    if (name == "Change password" && !by("Ctrl+Shift+O", "Change password")) return false;
    if (name == "Invite") {
        go("Ctrl+6");
        if (!select("Maria Alvarez") || !press(console_.get(), "Invite to portal")) return false;
    }
    return QTest::qWaitFor([&] { return sheet() != nullptr; }, patience);
}

void SheetKeys::everySheetKeepsTheKeyboard_data() {
    QTest::addColumn<QString>("name");
    for (const char* each : {"New clinic", "Add a system", "About", "Edit details", "Signing keys", "QR code", "Add an app", "Add a person",
                             "Add a program", "Change password", "Invite"}) {
        QTest::newRow(each) << QString(each);
    }
}

void SheetKeys::everySheetKeepsTheKeyboard() {
    QFETCH(QString, name);
    QVERIFY(openSheet(name));
    Sheet* const open = sheet();
    QVERIFY(QApplication::focusWidget() && open->isAncestorOf(QApplication::focusWidget()));
    const auto marks = marksIn(open);
    QVERIFY2(doubled(marks).isEmpty(), qPrintable(doubled(marks)));
    for (int i = 0; i < 25; ++i) {
        key(Qt::Key_Tab);
        QVERIFY(open->isAncestorOf(QApplication::focusWidget()));
    }
    // What lies below wants the keyboard, and does not get it.
    int tried = 0;
    for (auto* each : console_->workspace()->findChildren<QWidget*>()) {
        if (!each->isVisible() || !each->isEnabled() || each->focusPolicy() == Qt::NoFocus || each->focusProxy()) continue;
        each->setFocus();
        QVERIFY2(open->isAncestorOf(QApplication::focusWidget()), each->metaObject()->className());
        ++tried;
    }
    QVERIFY(tried > 10);
    // Nor does a letter that is marked below do anything; one of the sheet's leads to its field.
    for (int letter = Qt::Key_A; letter <= Qt::Key_Z; ++letter) {
        if (marks.contains(QKeySequence(Qt::ALT | Qt::Key(letter)).toString())) continue;
        key(Qt::Key(letter), Qt::AltModifier);
        QCOMPARE(sheet(), open);
        QVERIFY(open->isAncestorOf(QApplication::focusWidget()));
    }
    for (const auto* label : open->findChildren<QLabel*>()) {
        if (!label->isVisible() || !label->buddy() || QKeySequence::mnemonic(label->text()).isEmpty()) continue;
        key(Qt::Key(QKeySequence::mnemonic(label->text())[0].key()), Qt::AltModifier);
        QCOMPARE(QApplication::focusWidget(), label->buddy()->focusProxy() ? label->buddy()->focusProxy() : label->buddy());
    }
    // Enter on the button that leaves.
    QPointer<Sheet> gone = open;
    const QString way = findButton(open, "Cancel") ? "Cancel" : "Close";
    QVERIFY(focusButton(open, way));
    key(Qt::Key_Return);
    QVERIFY(!sheet());
    QTRY_VERIFY_WITH_TIMEOUT(!gone, patience);
}

void SheetKeys::enterInAFieldIsTheMainButton() {
    QVERIFY(openSheet("New clinic"));
    findInput(sheet(), "Phone")->setFocus();
    key(Qt::Key_Return);
    QVERIFY(shows(sheet(), "What is the clinic called?"));
    closeSheet();
    QVERIFY(openSheet("Add a system"));
    findInput(sheet(), "Name")->setFocus();
    key(Qt::Key_Enter, Qt::KeypadModifier);
    QVERIFY(shows(sheet(), "What is the system called?"));
    closeSheet();
    QVERIFY(openSheet("Add a person"));
    findInput(sheet(), "Your own password")->setFocus();
    key(Qt::Key_Return);
    QVERIFY(shows(sheet(), "Choose a name to sign in with."));
    closeSheet();
    QVERIFY(openSheet("Edit details"));
    QVERIFY(fill(sheet(), "Phone", "+1 555 0142"));
    auto* language = findInput<QComboBox>(sheet(), "Language");
    QVERIFY(language);
    language->setFocus();
    key(Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(!sheet(), patience);
    TRY_SHOWS(console_.get(), "+1 555 0142");
}

/// One step of four, not two; one clinic, not two.
void SheetKeys::enterInAFieldActsOnce() {
    QVERIFY(openSheet("Add an app"));
    QVERIFY(fill(sheet(), "Name of the app", "Heart Diary"));
    QVERIFY(fill(sheet(), "Made by", "Pulse Labs"));
    key(Qt::Key_Return);
    QVERIFY(shows(sheet(), "Step 2 of 4"));
    QVERIFY2(doubled(marksIn(sheet())).isEmpty(), qPrintable(doubled(marksIn(sheet()))));
    findInput<QPlainTextEdit>(sheet(), "Where answers go (redirect addresses)")->setPlainText("https://heartdiary.example/back");
    QVERIFY(press(sheet(), "Next"));
    QVERIFY(press(sheet(), "Measurements and lab results"));
    QVERIFY2(doubled(marksIn(sheet())).isEmpty(), qPrintable(doubled(marksIn(sheet()))));
    QVERIFY(press(sheet(), "Next"));
    QVERIFY(shows(sheet(), "Step 4 of 4"));
    QVERIFY2(doubled(marksIn(sheet())).isEmpty(), qPrintable(doubled(marksIn(sheet()))));
    QVERIFY(press(sheet(), "Create app"));
    TRY_SHOWS(console_.get(), "The app is registered.");
    closeSheet();
    QVERIFY(openSheet("New clinic"));
    QVERIFY(fill(sheet(), "Name", "Riverside Practice"));
    key(Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(!sheet() && shows(console_.get(), "Riverside Practice"), 3 * patience);
    go("Ctrl+2");
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 2, patience);
    console_->workspace()->openClinic(QString("oak-street-clinic"));
    TRY_SHOWS(console_.get(), "Oak Street Clinic");
}

void SheetKeys::enterPressesTheButtonThatHasTheKeyboard() {
    go("Ctrl+1");
    QTRY_VERIFY_WITH_TIMEOUT(findButton(console_.get(), "See all"), patience);
    QVERIFY(focusButton(console_.get(), "See all"));
    key(Qt::Key_Return);
    TRY_SHOWS(console_.get(), "Each clinic has addresses");
    QVERIFY(focusButton(console_.get(), "Overview"));  // of the sidebar
    key(Qt::Key_Enter, Qt::KeypadModifier);
    TRY_SHOWS(console_.get(), "Your clinics' server at a glance");
    // Enter in a search is the search, whatever the keyboard meets afterwards.
    go("Ctrl+3");
    go("Ctrl+4");
    QTRY_VERIFY_WITH_TIMEOUT(rows() == 3, patience);
    auto* query = findInput(console_.get(), "Search as an address");
    query->setFocus();
    query->setText("Observation?_count=2");
    key(Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 2, patience);
    QVERIFY(query->hasFocus());
}

void SheetKeys::lettersAreUniqueOnEveryPage() {
    go("Ctrl+3");
    int marked = 0;
    for (const char* keys : {"Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4", "Ctrl+5", "Ctrl+6", "Ctrl+7", "Ctrl+8", "Ctrl+9", "Ctrl+0",
                             "Ctrl+Shift+I", "Ctrl+Shift+N", "Ctrl+Shift+E", "Ctrl+Shift+O", "Ctrl+,"}) {
        go(keys);
        QTest::qWait(200);
        const auto marks = marksIn(console_.get());
        marked += int(marks.size());
        QVERIFY2(doubled(marks).isEmpty(), qPrintable(QString("%1: %2").arg(keys, doubled(marks))));
    }
    go("Ctrl+6");
    QVERIFY(select("Jonas Berg"));
    QTest::keyClick(table(), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(findButton(console_.get(), "Back to the patients"), patience);
    for (int part = 0; part < 5; ++part) {
        tab(part);
        QVERIFY2(doubled(marksIn(console_.get())).isEmpty(), qPrintable(doubled(marksIn(console_.get()))));
    }
    go("Ctrl+7");
    QVERIFY(select("Heart Diary"));
    QTest::keyClick(table(), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(findButton(console_.get(), "Back to the apps"), patience);
    QVERIFY2(doubled(marksIn(console_.get())).isEmpty(), qPrintable(doubled(marksIn(console_.get()))));
    QVERIFY(marked > 8);
}

void SheetKeys::whatIsShownOnceIsNotClosedByEnter() {
    QVERIFY(openSheet("Add a system"));
    QVERIFY(fill(sheet(), "Name", "Laboratory interface"));
    key(Qt::Key_Return);
    TRY_SHOWS(console_.get(), "The secret is shown only now");
    auto* secret = findInput(sheet(), "Client secret");
    QVERIFY(secret && secret->text().size() > 20);
    secret->setFocus();
    key(Qt::Key_Return);
    QVERIFY(sheet() && shows(sheet(), "The secret is shown only now"));
    closeSheet();
    QVERIFY(openSheet("Invite"));
    QVERIFY(press(sheet(), "Invite"));
    TRY_SHOWS(console_.get(), "The invitation is made.");
    auto* focused = qobject_cast<QPushButton*>(QApplication::focusWidget());
    QVERIFY(focused);
    QCOMPARE(shownOf(focused->text()), QString("Print"));
    closeSheet();
}

POLYCLINIC_TEST(SheetKeys)
#include "sheets_test.moc"
