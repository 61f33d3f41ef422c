// The page beside this file names every attack of the list as tested or as waiting: none is forgotten, none counted twice.

#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include "test_case.h"

class AttackList : public QObject {
    Q_OBJECT
  private slots:
    void everyLineIsTestedOrWaits();
};

namespace {

struct Group {
    char letter;
    const char* numbers;
};

constexpr Group groups[] = {
    {'A', "01 02 03 04 10 12 14 18 19 22 24"},
    {'B', "01 02 03 04 06 09 10 11 14 15 19 21 22 30 31 33"},
    {'C', "01 02 04 05 09 10 11 12 13 14 15 18"},
    {'D', "01 02 03 04 07 08 09 11 14 15 19 20 21 23 25 26 28 33 34 37 38 39 40 42 43 44 45 46 48 49 51 52 53 55 56 57 58 59"},
    {'E', "01 02 03 04 06 09 10 11 12 14 15 17 19 20"},
    {'F', "01 04 05 06 08 09 10 11 12"},
    {'G', "01 02 03 04 06 07 08 09 15"},
    {'H', "01 02 04 05 07 10 13 14"},
    {'I', "01 03 04 05 06 08 10 11 13 15"},
    {'J', "01 02 03 04 05 06 10 11 13 15"},
    {'K', "01 02 03 04 06 08 09 11 12 14 15"},
    {'L', "01 02 06 07 08 09 10 12"},
};

}  // namespace

void AttackList::everyLineIsTestedOrWaits() {
    QFile file(POLYCLINIC_SOURCE_DIR "/tests/security/README.md");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto parts = QString::fromUtf8(file.readAll()).split("| id | waits for |");
    QCOMPARE(parts.size(), 2);
    static const QRegularExpression row("^\\| ([A-L]\\d\\d) \\| (.+) \\|$", QRegularExpression::MultilineOption);
    QStringList tested, waiting;
    for (auto matches = row.globalMatch(parts[0]); matches.hasNext();) tested << matches.next().captured(1);
    for (auto matches = row.globalMatch(parts[1]); matches.hasNext();) waiting << matches.next().captured(1);

    QStringList expected;
    for (const auto& group : groups)
        for (const auto& number : QString(group.numbers).split(' ')) expected << QChar(group.letter) + number;
    auto found = tested + waiting;
    found.sort();
    QCOMPARE(found, expected);
    qInfo("attack list: %d tested, %d waiting", int(tested.size()), int(waiting.size()));
}

POLYCLINIC_TEST(AttackList)
#include "attack_list_test.moc"
