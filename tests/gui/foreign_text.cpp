// The walk over what is in sight, and the foreign text that is there to be met.

#include "foreign_text.h"

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

namespace polyclinic::test {

void ForeignText::initTestCase() {
    canary_ = files_.filePath("canary.png");
    QImage picture(4, 4, QImage::Format_RGB32);
    picture.fill(Qt::red);
    QVERIFY(picture.save(canary_));
    watch_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    QVERIFY(watch_ >= 0 && ::inotify_add_watch(watch_, QFile::encodeName(canary_).constData(), IN_OPEN | IN_ACCESS) >= 0);
    name_ = "Smith &Sons %2 <b>x</b> <img src=\"file://" + canary_ + "\">";
    QVERIFY(name_.size() < 150);
    deep_ = name_ + QString("<table><tr><td>").repeated(6000);
    open();
    QVERIFY(createFirstClinic(name_));

    SignInFlow flow(server_->operators);
    ApiClient api(server_->operators);
    api.channel().setRefresh([&] { return flow.refresh(); });
    api.channel().setAccessToken(wait(flow.signIn(operatorName, operatorPassword)));
    const TenantList clinics = wait(api.tenants());
    QCOMPARE(clinics.tenants.size(), 1);
    clinic_ = clinics.tenants.first().id;
    Client app;
    app.name = name_;
    app.kind = "patient-app";
    app.type = "public";
    app.publisher = name_;
    app.description = name_;
    app.scopes = "launch/patient openid fhirUser patient/Observation.rs";
    app.redirectUris = QStringList{"http://127.0.0.1/cb"};
    app.offered = true;
    wait(api.addClient(clinic_, app));
    Client system;
    system.name = name_;
    system.kind = "backend-service";
    system.type = "confidential-symmetric";
    system.scopes = "system/*.rs";
    wait(api.addClient(clinic_, system));
    wait(api.addProgram(name_));

    QByteArray lines;
    for (const char* id : {"p1", "p2"}) {
        const QJsonObject patient{{"resourceType", "Patient"},
                                  {"id", id},
                                  {"birthDate", "1980-05-23"},
                                  {"gender", "female"},
                                  {"name", QJsonArray{QJsonObject{{"text", deep_}, {"family", name_}}}},
                                  {"identifier", QJsonArray{QJsonObject{{"system", "urn:oid:2.999.1"}, {"value", deep_}}}},
                                  {"contact", QJsonArray{QJsonObject{{"name", QJsonObject{{"text", deep_}}}}}}};
        const QJsonObject weight{{"resourceType", "Observation"},
                                 {"id", id},
                                 {"status", "final"},
                                 {"code", QJsonObject{{"text", deep_}}},
                                 {"subject", QJsonObject{{"reference", QString("Patient/") + id}, {"display", deep_}}},
                                 {"valueString", deep_}};
        for (const QJsonObject& each : {patient, weight}) lines += QJsonDocument(each).toJson(QJsonDocument::Compact) + '\n';
    }
    const QJsonObject broken{{"resourceType", "Patient"}, {"id", "p3"}, {"gender", name_}, {"birthDate", deep_}};
    lines += QJsonDocument(broken).toJson(QJsonDocument::Compact) + '\n';
    const QString path = files_.filePath("Smith &Sons %2 <b>x<b> <table>.ndjson");
    QVERIFY(writeFile(path, lines));
    go("Ctrl+Shift+I");
    console_->workspace()->findChild<ImportPage*>()->start({path});
    TRY_SHOWS(console_.get(), "Imported, with refusals");
    QVERIFY(shows(console_.get(), "4 added"));
    QJsonObject account{{"realm", "patient"}, {"fhirUser", "Patient/p1"}};
    wait(api.invite(clinic_, account));
}

/// After each part: nothing was found, and the file of the pictures was opened by nobody.
void ForeignText::cleanup() {
    ConsoleTest::cleanup();
    QTest::qWait(50);
    char events[4096];
    const auto opened = ::read(watch_, events, sizeof events);
    const QStringList complaints = std::exchange(complaints_, {});
    QVERIFY2(complaints.isEmpty(), qPrintable(complaints.mid(0, 10).join('\n')));
    QVERIFY2(opened <= 0, "a picture that a text names was opened");
}

void ForeignText::judge(const QLabel& label) {
    if (label.text().isEmpty()) return;
    const QString words = label.text().left(80);
    if (label.textFormat() != Qt::PlainText) complain("a label takes its text for markup: " + words);
    if (label.text().size() > 5000) complain("a label is too long: " + words);
    if (label.buddy()) judgeMarks(label.text(), label);
}

/// Of our name every letter is shown, and none is a key.
void ForeignText::judgeMarks(const QString& text, const QObject& of) {
    if (!text.contains("Smith")) return;
    if (!shownOf(text).contains("Smith &Sons %2 <b>x"))
        complain(QString("%1 shows \"%2\"").arg(of.metaObject()->className(), shownOf(text).left(80)));
}

/// What Qt lays out as a document holds paragraphs only. The help is our own.
void ForeignText::judgeDocuments() {
    QList<QTextDocument*> documents;
    for (QWidget* window : QApplication::topLevelWidgets()) {
        if (!qobject_cast<HelpWindow*>(window)) documents += window->findChildren<QTextDocument*>();
    }
    for (const QTextDocument* each : documents) {
        if (!each->rootFrame()->childFrames().isEmpty()) complain("a text became a table");
        for (QTextBlock block = each->begin(); block.isValid(); block = block.next()) {
            for (auto part = block.begin(); !part.atEnd(); ++part) {
                if (part.fragment().charFormat().isImageFormat()) complain("a text became a picture");
            }
        }
    }
}

void ForeignText::rest(QWidget* on, QPoint at) {
    QHelpEvent event(QEvent::ToolTip, at, on->mapToGlobal(at));
    QApplication::sendEvent(on, &event);
    if (QToolTip::text().isEmpty()) return;
    for (QWidget* each : QApplication::topLevelWidgets()) {
        auto* tip = qobject_cast<QLabel*>(each);
        if (!tip || !tip->inherits("QTipLabel") || !tip->isVisible()) continue;
        ++tipsSeen_;
        judge(*tip);
        if (tip->text().size() > longestTip) complain("a tool tip is too long: " + tip->text().left(80));
        tip->grab();
    }
}

void ForeignText::look(const QString& where) {
    whereNow_ = where;
    QTest::qWait(150);
    console_->grab();
    QList<QPointer<QWidget>> all;
    for (QWidget* each : console_->findChildren<QWidget*>()) {
        if (each->isVisible()) all << each;
    }
    for (const QPointer<QWidget>& each : all) {
        if (!each || !each->isVisible()) continue;
        rest(each, each->rect().center());
        if (auto* view = each ? qobject_cast<QAbstractItemView*>(each) : nullptr; view && view->model()) {
            for (int row = 0; row < std::min(12, view->model()->rowCount()); ++row) {
                for (int column = 0; column < view->model()->columnCount(); ++column) {
                    const QModelIndex index = view->model()->index(row, column);
                    if (index.data().toString().size() > 5000) complain("a cell is too long");
                    rest(view->viewport(), view->visualRect(index).center());
                    ++cellsSeen_;
                }
            }
        }
        if (auto* button = qobject_cast<QAbstractButton*>(each)) judgeMarks(button->text(), *button);
        if (auto* menuButton = qobject_cast<QToolButton*>(each); menuButton && menuButton->menu()) {
            for (QAction* action : menuButton->menu()->actions()) judgeMarks(action->text(), *action);
            menuButton->menu()->grab();  // drawn without coming up: it would take the window's keyboard away
        }
        if (auto* spoken = each ? QAccessible::queryAccessibleInterface(each) : nullptr) spoken->text(QAccessible::Name);
    }
    for (QWidget* window : QApplication::topLevelWidgets()) {
        if (qobject_cast<HelpWindow*>(window)) continue;
        for (const QLabel* label : window->findChildren<QLabel*>()) judge(*label);
        if (window->windowTitle().size() > longestTip) complain("a title is too long");
    }
    for (const QAction* action : console_->findChildren<QAction*>()) judgeMarks(action->text(), *action);
    judgeDocuments();
    console_->activateWindow();
    if (!QTest::qWaitForWindowActive(console_.get(), patience)) complain("the window has lost the keyboard");
}

void ForeignText::cleanupTestCase() {
    console_.reset();
    server_.reset();
}

}  // namespace polyclinic::test
