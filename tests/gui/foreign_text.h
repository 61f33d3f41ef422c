// Every text that comes from outside says "Smith &Sons <b>x</b> <img src=a file of ours>" and, where there is room, tables
// in tables six thousand deep. Every screen and sheet is walked with the mouse at rest on everything: the window lives,
// shows the letters, cut to a length that people read, and opens no file.

#pragma once

#include <unistd.h>

#include <QFuture>

#include "api_client/api_client.h"
#include "console_test.h"
#include "widgets/parts.h"

namespace polyclinic::test {

class ForeignText : public ConsoleTest {
    Q_OBJECT
  public:
    ForeignText() : ConsoleTest(Where::inAnother) {}
    ~ForeignText() override { ::close(watch_); }

  private slots:
    void initTestCase();
    void cleanup();
    void cutsKeepCharacters();
    void keysAreNotMarkedByNames();
    void filesGetNamesOfOneFolder();
    void labelsOfAnyMakerShowLetters();
    void everyPlaceOfTheServer();
    void everyPlaceOfTheClinic();
    void patients();
    void apps();
    void sheetsAndQuestions();
    void errorsAndFiles();
    void theStart();
    void cleanupTestCase();

  private:
    template <class T>
    T wait(QFuture<ui::Result<T>> future) {
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, patience)) qFatal("No answer in time");
        if (!future.result()) qFatal("%s", qPrintable(future.result().error().sentence));
        return future.result().value();
    }
    void complain(const QString& about) { complaints_ << whereNow_ + ": " + about; }
    /// The mouse rests at a place of a widget: what comes up is letters, and not too many.
    void rest(QWidget* on, QPoint at);
    void judge(const QLabel& label);
    void judgeMarks(const QString& text, const QObject& of);
    void judgeDocuments();
    /// All that is in sight now.
    void look(const QString& where);

    QString canary_, name_, deep_, clinic_, whereNow_;
    int watch_ = -1, tipsSeen_ = 0, cellsSeen_ = 0;
    QStringList complaints_;
};

}  // namespace polyclinic::test
