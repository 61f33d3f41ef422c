// The commands of README's "Backup", with the role that is made for them.

#include <QProcess>
#include <QTest>

#include "database_fixture.h"
#include "temp_cluster.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class BackupRoleTest : public QObject {
    Q_OBJECT
  private slots:
    void dumpsAllTenantsAndIsWholeToRead();
    void changesNothing();

  private:
    TempCluster cluster_;
};

namespace {

/// Peer authentication maps both accounts; answers the exit code, `output` gets both streams.
int run(const QString& program, const QStringList& arguments, QByteArray* output = nullptr) {
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    if (!process.waitForFinished(60'000)) return -1;
    const auto text = process.readAll();
    if (output) *output = text;
    return process.exitCode();
}

}  // namespace

void BackupRoleTest::dumpsAllTenantsAndIsWholeToRead() {
    RunningLoops loops(1);
    OpenDatabase owner(cluster_.asBootstrap(), loops);
    for (const int tenant : {clinicA, clinicB})
        oneNow(loops, *owner,
               "INSERT INTO resource (tenant_id, type, id, rid, id_hash, version, updated, pack, deleted, content) VALUES (" +
                   std::to_string(tenant) + ", 1, 'canary-" + std::to_string(tenant) + "', 1, 1, 1, now(), 40, false, 'x')");
    const auto file = QString::fromStdString((cluster_.scratch() / "clinics.dump").string());
    QByteArray said;
    QVERIFY2(run("pg_dump", {"-d", QString::fromStdString(cluster_.asBackup()), "-Fc", "-f", file}, &said) == 0, said);
    QByteArray text;
    QVERIFY2(run("pg_restore", {"-f", "-", file}, &text) == 0, text);
    QVERIFY(text.contains("canary-101"));
    QVERIFY(text.contains("canary-102"));
}

void BackupRoleTest::changesNothing() {
    RunningLoops loops(1);
    OpenDatabase backup(cluster_.asBackup(), loops);
    QVERIFY_EXCEPTION_THROWN(oneNow(loops, *backup, "DELETE FROM resource"), Failure);
}

POLYCLINIC_TEST(BackupRoleTest)
#include "backup_role_test.moc"
