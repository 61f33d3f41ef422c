// Text from outside reaches the window as letters. What could take it for markup, or one of its letters for a key, stands
// in one place each, and nowhere else.

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include "test_case.h"

namespace {

struct Forbidden {
    const char* pattern;
    QStringList allowed;  // the ends of the paths of files that may
};

const QList<Forbidden>& forbidden() {
    static const QList<Forbidden> all{
        // Labels take what begins like markup for markup: ui::label(), paragraph() and shortened() do not.
        {R"(\bnew\s+QLabel\b|\bQLabel\s+\w+\s*[;({])", {"admin-ui/widgets/parts.cpp"}},
        {R"(\bsetToolTip\s*\()", {"admin-ui/widgets/plain_text.cpp", "admin-ui/desktop/tray.cpp"}},
        {R"(\b(ToolTipRole|WhatsThisRole|StatusTipRole|setWhatsThis|setStatusTip|QWhatsThis|QToolTip::)\b)", {}},
        {R"(\b(QMessageBox|QErrorMessage|QInputDialog|QProgressDialog|QSplashScreen|QWizard|QDockWidget|QGroupBox|showMessage)\b)", {}},
        {R"(\bQTextBrowser\b)", {"admin-ui/help/help_window.h", "admin-ui/help/help_window.cpp"}},
        {R"(\b(QTextEdit|QStaticText|setHtml|insertHtml|appendHtml|fromHtml|setMarkdown|insertMarkdown|RichText|MarkdownText)\b)", {}},
        {R"(\bAutoText\b)", {"admin-ui/widgets/plain_text.cpp"}},
        {R"(\bQTextDocument\b)", {"admin-ui/widgets/table_output.cpp", "admin-ui/data/json_text.cpp"}},
        // && and the marks of keys have one reader and one writer.
        {R"((remove|replace)\s*\(\s*'&')", {"admin-ui/widgets/plain_text.cpp"}},
        {R"(\bsetWindowTitle\s*\((?!\s*(tr\s*\(\s*)?"))", {}},
    };
    return all;
}

/// What a file does that it may not, as "path: words".
QStringList findingsIn(const QString& path, QString text) {
    static const QRegularExpression comment("//[^\\n]*");
    text.remove(comment);
    QStringList found;
    for (const Forbidden& each : forbidden()) {
        if (std::any_of(each.allowed.begin(), each.allowed.end(), [&](const QString& end) { return path.endsWith(end); })) continue;
        auto matches = QRegularExpression(each.pattern).globalMatch(text);
        while (matches.hasNext()) found << path + ": " + matches.next().captured(0);
    }
    return found;
}

}  // namespace

class PlainTextTest : public QObject {
    Q_OBJECT
  private slots:
    void theWindowShowsLetters();
    void plantedMarkupIsFound();
};

void PlainTextTest::theWindowShowsLetters() {
    const QString root = POLYCLINIC_SOURCE_DIR;
    QStringList found;
    int files = 0;
    for (const char* folder : {"/admin-ui", "/portal-ui/view"}) {
        QDirIterator all(root + folder, {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
        while (all.hasNext()) {
            QFile file(all.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            found += findingsIn(file.fileName(), file.readAll());
            ++files;
        }
    }
    QFile program(root + "/app/polyclinic.cpp");
    QVERIFY(program.open(QIODevice::ReadOnly));
    found += findingsIn(program.fileName(), program.readAll());
    QVERIFY(files > 150);
    QVERIFY2(found.isEmpty(), qPrintable(found.join('\n')));
}

void PlainTextTest::plantedMarkupIsFound() {
    const QString page = "admin-ui/people/x.cpp";
    for (const char* planted :
         {"auto* l = new QLabel(name);", "QLabel l(name);", "row->setToolTip(client.name);", "item->setData(Qt::ToolTipRole, name);",
          "QMessageBox::warning(this, title, name);", "text->setHtml(name);", "auto* t = new QTextEdit;",
          "label->setTextFormat(Qt::RichText);", "QString(name).replace('&', \"&&\")", "setWindowTitle(tenant.name);"}) {
        QCOMPARE(findingsIn(page, planted).size(), 1);
    }
    for (const char* fine : {"auto* l = label(name);", "QLabel* title_;", "setTip(row, name);", "// new QLabel",
                             "setWindowTitle(\"Polyclinic\");", "setWindowTitle(tr(\"Help\"));", "class QLabel;"}) {
        QCOMPARE(findingsIn(page, fine), QStringList());
    }
    QCOMPARE(findingsIn("admin-ui/widgets/parts.cpp", "new QLabel"), QStringList());
}

POLYCLINIC_TEST(PlainTextTest)
#include "plain_text_test.moc"
