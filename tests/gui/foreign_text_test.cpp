// Every text that comes from outside says "Smith &Sons <b>x</b> <img src=a file of ours>" and, where there is room, tables
// in tables six thousand deep. Every screen and sheet is walked with the mouse at rest on everything: the window lives,
// shows the letters, cut to a length that people read, and opens no file.

#include <sys/inotify.h>
#include <unistd.h>
#include <QAccessible>
#include <QAction>
#include <QHelpEvent>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QListView>
#include <QMenu>
#include <QMessageBox>
#include <QPointer>
#include <QStandardItemModel>
#include <QTabBar>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextFrame>
#include <QToolButton>
#include <QToolTip>

#include "api_client/api_client.h"
#include "foreign_text.h"
#include "help/help_window.h"
#include "jobs/import_page.h"
#include "made_up_records.h"
#include "people/invite_sheet.h"
#include "people/slip_panel.h"
#include "shell/command_palette.h"
#include "shell/workspace.h"
#include "sign_in/sign_in_flow.h"
#include "test_case.h"
#include "widgets/overlay.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"
#include "widgets/table.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace polyclinic::ui;

void ForeignText::cutsKeepCharacters() {
    QCOMPARE(cut("Maria", 5), QString("Maria"));
    QCOMPARE(cut("Mariana", 5), QString::fromUtf8("Mari…"));
    QCOMPARE(cut(QString::fromUtf8("abc😀de"), 5), QString::fromUtf8("abc…"));
    QCOMPARE(cut(QString::fromUtf8("ab😀cde"), 5), QString::fromUtf8("ab😀…"));
}

void ForeignText::keysAreNotMarkedByNames() {
    QCOMPARE(withoutKey("Smith &Sons && Co"), QString("Smith &&Sons &&&& Co"));
    QCOMPARE(shownOf(withoutKey("Smith &Sons && Co &")), QString("Smith &Sons && Co &"));
    QCOMPARE(shownOf("&Save"), QString("Save"));
    QCOMPARE(shownOf("Save &"), QString("Save "));
}

void ForeignText::filesGetNamesOfOneFolder() {
    QCOMPARE(asFileName("Patients of ../../etc/passwd"), QString("Patients of ..-..-etc-passwd"));
    QCOMPARE(asFileName("..hidden"), QString("hidden"));
    QCOMPARE(asFileName("a\nb\tc:d"), QString("a-b-c-d"));
    QCOMPARE(asFileName(" . "), QString("."));
    QCOMPARE(asFileName("///").size(), 3);
    QCOMPARE(asFileName(""), QString("Polyclinic"));
    QVERIFY(asFileName(QString(5000, 'x')).size() <= 80);
}

/// Whoever makes a label, Qt's own message boxes and tool tips among them.
void ForeignText::labelsOfAnyMakerShowLetters() {
    whereNow_ = "labels of any maker";
    auto* raw = new QLabel(deep_, console_.get());
    raw->resize(200, 30);
    raw->show();
    QCOMPARE(raw->textFormat(), Qt::PlainText);
    raw->grab();
    delete raw;
    QMessageBox box(QMessageBox::Warning, "Replace", deep_, QMessageBox::Ok, console_.get());
    box.setInformativeText(name_);
    box.show();
    for (const QLabel* each : box.findChildren<QLabel*>()) QVERIFY(each->text().isEmpty() || each->textFormat() == Qt::PlainText);
    box.hide();
    console_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(console_.get(), patience));  // else it hears no keys
    auto* tipped = new QWidget(console_.get());
    tipped->resize(20, 20);
    tipped->show();
    setTip(tipped, deep_);
    tipsSeen_ = 0;
    rest(tipped, QPoint(5, 5));
    QCOMPARE(tipsSeen_, 1);
    QCOMPARE(QToolTip::text(), deep_.left(longestTip - 1) + QChar(0x2026));
    delete tipped;
    // A list of Qt's own, whose rows bring their tool tips along.
    QListView list(console_.get());
    QStandardItemModel rows;
    auto* row = new QStandardItem("row");
    row->setToolTip(name_);
    rows.appendRow(row);
    list.setModel(&rows);
    list.resize(200, 100);
    list.show();
    tipsSeen_ = 0;
    rest(list.viewport(), list.visualRect(rows.index(0, 0)).center());
    QCOMPARE(tipsSeen_, 1);
    QCOMPARE(QToolTip::text(), name_);
    // What is dragged out of a label, or copied, is what it shows.
    auto* bar = new MessageBar(console_.get());
    bar->tell(Tone::Danger, name_);
    auto* words = bar->findChild<QLabel*>();
    for (auto* each : bar->findChildren<QLabel*>()) {
        if (each->text() == name_) words = each;
    }
    words->setSelection(0, int(name_.size()));
    QCOMPARE(words->selectedText(), name_);
    delete bar;
}

void ForeignText::everyPlaceOfTheServer() {
    tipsSeen_ = cellsSeen_ = 0;
    for (const char* keys : {"Ctrl+1", "Ctrl+2", "Ctrl+Shift+N", "Ctrl+Shift+E", "Ctrl+Shift+O", "Ctrl+,"}) {
        go(keys);
        QTest::qWait(300);
        look(keys);
        if (QByteArray(keys) == "Ctrl+1") TRY_SHOWS(console_.get(), "Running");
    }
    go("Ctrl+2");
    QTRY_COMPARE_WITH_TIMEOUT(cell(name_, 2), QString("Active"), patience);
    go("Ctrl+Shift+O");
    QTRY_VERIFY_WITH_TIMEOUT(shows(console_.get(), name_), patience);  // the program
    look("Operators");
    go("Ctrl+J");
    QTest::qWait(300);
    look("Jobs");
    go("Ctrl+J");
    go("Ctrl+K");
    CommandPalette& palette = console_->workspace()->palette();
    QTest::keyClicks(palette.line(), "smith");
    QVERIFY2(palette.shown().contains("Open " + name_), qPrintable(palette.shown().join('\n')));
    look("Commands");
    QTest::keyClick(palette.line(), Qt::Key_Escape);
    QVERIFY(tipsSeen_ > 5);
    QVERIFY(cellsSeen_ > 20);
}

void ForeignText::everyPlaceOfTheClinic() {
    console_->workspace()->openClinic(clinic_);
    TRY_SHOWS(console_.get(), "Getting ready");
    QTRY_VERIFY_WITH_TIMEOUT(shows(console_.get(), "Registered systems") && shows(console_.get(), name_), patience);
    for (const char* keys : {"Ctrl+3", "Ctrl+4", "Ctrl+5", "Ctrl+6", "Ctrl+7", "Ctrl+8", "Ctrl+9", "Ctrl+0", "Ctrl+Shift+I"}) {
        go(keys);
        QTest::qWait(400);
        look(keys);
    }
    QVERIFY(shows(console_.get(), "Imported, with refusals"));
    bool named = false;
    for (int row = 0; row < rows(); ++row)
        named |= table()->model()->index(row, 2).data().toString() == "Smith &Sons %2 <b>x<b> <table>.ndjson";
    QVERIFY(named);  // the file, among the faults
    go("Ctrl+4");
    QTRY_VERIFY_WITH_TIMEOUT(rows() > 0, patience);
    QVERIFY(table()->model()->index(0, 0).data().toString() == cut(deep_, longestName));
    table()->selectRow(0);
    QTest::qWait(300);
    look("A record");
    tab(1);
    QTest::qWait(300);
    look("Its history");
    go("Ctrl+5");
    QTRY_VERIFY_WITH_TIMEOUT(rows() > 0, patience);
    table()->selectRow(0);
    look("An event");
}

void ForeignText::patients() {
    go("Ctrl+6");
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 2, patience);
    const QString shown = cut(deep_, longestName);
    QCOMPARE(table()->model()->index(0, 0).data().toString(), shown);
    for (const int patient : {0, 1}) {
        go("Ctrl+6");
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 2, patience);
        const auto statusOf = [this](int row) { return table()->model()->index(row, 3).data().toString(); };
        QTRY_VERIFY_WITH_TIMEOUT(statusOf(0).startsWith("Invited") || statusOf(1).startsWith("Invited"), patience);
        const bool invited = statusOf(patient).startsWith("Invited");
        table()->selectRow(patient);
        QTest::keyClick(table(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(findButton(console_.get(), "Back to the patients"), patience);
        QTRY_VERIFY_WITH_TIMEOUT(shows(console_.get(), shown), patience);
        for (int each = 0; each < 5; ++each) {
            tab(each);
            QTest::qWait(250);
            look(QString("Patient %1, part %2").arg(patient).arg(each));
        }
        tab(0);
        if (invited) QTRY_VERIFY_WITH_TIMEOUT(findButton(console_.get(), "New invitation"), patience);
        const QStringList asked =
            invited ? QStringList{"Turn off", QString::fromUtf8("Remove the account…"), "New invitation"} : QStringList{"Invite to portal"};
        for (const QString& words : asked) {
            QVERIFY(press(console_.get(), words));
            QTRY_VERIFY_WITH_TIMEOUT(sheet(), patience);
            look(words);
            if (auto* invite = qobject_cast<InviteSheet*>(sheet())) {
                QVERIFY(press(invite, "Invite"));
                TRY_SHOWS(invite, "The invitation is made.");
                look("The slip");
                QVERIFY(invite->panel().savePdf(files_.filePath("slip.pdf")));
            }
            closeSheet();
        }
    }
}

void ForeignText::apps() {
    go("Ctrl+7");
    QTRY_COMPARE_WITH_TIMEOUT(rows(), 1, patience);
    QCOMPARE(table()->model()->index(0, 0).data().toString(), name_);
    table()->selectRow(0);
    QTest::keyClick(table(), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(findButton(console_.get(), "Back to the apps"), patience);
    QTRY_VERIFY_WITH_TIMEOUT(shows(console_.get(), name_), patience);
    QTest::qWait(600);  // the consent page's words
    look("The app");
    tab(1);
    look("Its patients");
    tab(0);
    for (const char* words : {"Turn off", "Remove…"}) {
        QVERIFY(press(console_.get(), QString::fromUtf8(words)));
        QVERIFY(sheet() && shows(sheet(), name_));
        look(QString::fromUtf8(words));
        closeSheet();
    }
}

void ForeignText::sheetsAndQuestions() {
    go("Ctrl+3");
    for (const char* keys : {"Ctrl+N", "Ctrl+Shift+A", "Ctrl+?"}) {
        go(keys);
        QVERIFY(sheet());
        look(keys);
        closeSheet();
    }
    for (const char* words : {"Edit details", "Change now…", "Show the QR code of Records (FHIR API)"}) {
        QVERIFY(press(console_.get(), QString::fromUtf8(words)));
        QVERIFY(sheet() && shows(sheet(), name_));
        look(QString::fromUtf8(words));
        closeSheet();
    }
    go("Ctrl+7");
    QVERIFY(press(console_.get(), "Add app"));
    look("Add app");
    closeSheet();
    // Away for a moment, asked for its name, and back.
    go("Ctrl+2");
    tab(0);
    QVERIFY(select(name_));
    QVERIFY(press(console_.get(), "Move to trash"));
    QTRY_VERIFY_WITH_TIMEOUT(findButton(console_.get(), "Undo"), patience);
    look("The toast");
    tab(1);
    QVERIFY(select(name_));
    QVERIFY(press(console_.get(), QString::fromUtf8("Delete for ever…")));
    QVERIFY(sheet());
    look("Delete for ever");
    QVERIFY(!findButton(sheet(), "Delete for ever")->isEnabled());
    QVERIFY(fill(sheet(), "Type the clinic's name: " + name_, name_));
    QVERIFY(findButton(sheet(), "Delete for ever")->isEnabled());
    closeSheet();
    QVERIFY(press(console_.get(), "Restore"));
    TRY_SHOWS(console_.get(), "The trash is empty");
    tab(0);
}

void ForeignText::errorsAndFiles() {
    console_->workspace()->openClinic(clinic_);
    TRY_SHOWS(console_.get(), "Getting ready");
    go("Ctrl+4");
    auto* query = findInput(console_.get(), "Search as an address");
    QVERIFY(query);
    query->setText("Patient?" + QString(QUrl::toPercentEncoding(name_)) + "=x&birthdate=" + QUrl::toPercentEncoding(name_));
    QTest::keyClick(query, Qt::Key_Return);
    TRY_SHOWS(console_.get(), "This search does not work");
    look("A search that does not work");
    go("Ctrl+Shift+I");
    const QString nothing = files_.filePath("Smith &Sons %2 <b>x<b> nothing.json");
    QVERIFY(writeFile(nothing, "<table>"));
    console_->workspace()->findChild<ImportPage*>()->start({nothing});
    QTest::qWait(800);
    QTRY_VERIFY_WITH_TIMEOUT(!console_->workspace()->findChild<ImportPage*>()->running(), patience);
    look("A file that is none");
}

void ForeignText::theStart() {
    Console console;
    console.show();
    console.showStarting(deep_);
    console.grab();
    console.showFailure(deep_, deep_);
    console.grab();
    for (const QLabel* each : console.findChildren<QLabel*>()) {
        QVERIFY(each->text().isEmpty() || each->textFormat() == Qt::PlainText);
        QVERIFY(each->text().size() <= longestText);
    }
    QVERIFY(shows(&console, name_));
    judgeDocuments();
}

POLYCLINIC_TEST(ForeignText)
