// The window knows places, not screens: a screen is a folder, its page and the row that it gives.

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include "test_case.h"

namespace {

const QString adminUi = POLYCLINIC_SOURCE_DIR "/admin-ui/";

/// Includes of another folder's pages, as "path -> include". Screens meet by their folders' places.h.
QStringList strangersIn(const QString& path, const QString& text) {
    static const QRegularExpression page("#include \"(([a-z_]+)/[a-z_]+_pages?\\.h)\"");
    // What every screen is made of, and the pages before anybody has signed in.
    static const QStringList shared{"shell/page.h", "shell/list_page.h", "sign_in/front_page.h"};
    QStringList found;
    auto matches = page.globalMatch(text);
    while (matches.hasNext()) {
        const auto match = matches.next();
        if (shared.contains(match.captured(1)) || match.captured(2) == path.section('/', 0, 0)) continue;
        found << path + " -> " + match.captured(1);
    }
    return found;
}

}  // namespace

class PlacesTest : public QObject {
    Q_OBJECT
  private slots:
    void screensMeetByTheirPlaces();
    void everyFolderWithPlacesIsARow();
    void plantedIncludesAreFound();
};

void PlacesTest::screensMeetByTheirPlaces() {
    QStringList found;
    int files = 0;
    QDirIterator all(adminUi, {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
    while (all.hasNext()) {
        QFile file(all.next());
        const QString path = file.fileName().mid(adminUi.size());
        if (!path.contains('/')) continue;  // the console itself, which joins them
        QVERIFY(file.open(QIODevice::ReadOnly));
        found += strangersIn(path, file.readAll());
        ++files;
    }
    QVERIFY(files > 150);
    QVERIFY2(found.isEmpty(), qPrintable(found.join('\n')));
}

/// A row that a folder gives and nobody takes would be a screen that nobody finds.
void PlacesTest::everyFolderWithPlacesIsARow() {
    QFile list(adminUi + "places.cpp");
    QVERIFY(list.open(QIODevice::ReadOnly));
    const QString rows = list.readAll();
    static const QRegularExpression row("^Place (\\w+)\\(\\);", QRegularExpression::MultilineOption);
    QDirIterator all(adminUi, {"places.h"}, QDir::Files, QDirIterator::Subdirectories);
    int given = 0;
    while (all.hasNext()) {
        QFile header(all.next());
        QVERIFY(header.open(QIODevice::ReadOnly));
        auto matches = row.globalMatch(header.readAll());
        while (matches.hasNext()) {
            const QString name = matches.next().captured(1);
            QVERIFY2(rows.contains(name + "()"), qPrintable(name));
            ++given;
        }
    }
    QVERIFY(given >= 17);
    QCOMPARE(given, int(rows.count("Place()")));
}

void PlacesTest::plantedIncludesAreFound() {
    QCOMPARE(strangersIn("shell/workspace.cpp", "#include \"data/data_page.h\"\n"), QStringList{"shell/workspace.cpp -> data/data_page.h"});
    QCOMPARE(strangersIn("people/x.cpp", "#include \"access/access_pages.h\"\n"), QStringList{"people/x.cpp -> access/access_pages.h"});
    QCOMPARE(strangersIn("people/x.cpp", "#include \"people/patient_page.h\"\n#include \"shell/page.h\"\n#include \"data/places.h\"\n"),
             QStringList());
}

POLYCLINIC_TEST(PlacesTest)
#include "places_test.moc"
