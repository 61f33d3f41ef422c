// Both packages as `./dev package` made them last: what is inside, how the programs were built, and that Debian would take them.

#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "test_case.h"

namespace {

const QString project = POLYCLINIC_SOURCE_DIR;

QString run(const QString& program, const QStringList& words, int expected = 0) {
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("LC_ALL", "C.UTF-8");
    process.setProcessEnvironment(environment);
    process.start(program, words);
    if (!process.waitForFinished(60'000) || process.exitCode() != expected) return "FAILED: " + QString::fromUtf8(process.readAll());
    return QString::fromUtf8(process.readAll());
}

}  // namespace

class PackagesTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void holdHelpAndManual();
    void hardened();
    void tellNothingOfTheirBuild();
    void debianWouldTakeThem();
    void theServiceProgramWorks();

  private:
    QString file(const QString& package) const { return folder_ + '/' + QDir(folder_).entryList({package + "_*.deb"}).value(0); }
    QString inside(const QString& path) const { return unpacked_.filePath(path); }
    QString folder_ = project + "/build/packages";
    QTemporaryDir unpacked_{"/tmp/polyclinic-packages-XXXXXX"};
};

void PackagesTest::initTestCase() {
    for (const char* package : {"polyclinicd", "polyclinic"}) {
        const QFileInfo deb(file(package));
        if (!deb.isFile()) QSKIP("no packages were made: ./dev package");
        for (const char* source : {"installer/CMakeLists.txt", "installer/cpack.cmake", "resources/help/index.md"})
            if (deb.lastModified() < QFileInfo(project + '/' + source).lastModified())
                QSKIP("the packages are older than the project: ./dev package");
        QCOMPARE(run("dpkg-deb", {"-x", deb.filePath(), inside(package)}), QString());
    }
}

void PackagesTest::holdHelpAndManual() {
    const auto pages = QDir(project + "/resources/help", "*.md").entryList();
    QVERIFY(pages.size() >= 14);
    for (const QString package : {"polyclinicd", "polyclinic"}) {
        const auto place = inside(package) + "/usr/share/doc/" + package + "/help/";
        for (const auto& page : pages)
            QVERIFY2(QFile::exists(place + QString(page).replace(".md", ".html")), qPrintable(package + ' ' + page));
        QVERIFY(QFile::exists(place + "welcome.png"));
        QVERIFY(QFile::exists(inside(package) + "/usr/share/man/man1/" + package + ".1.gz"));
        QVERIFY(run("man", {"--warnings", "-E", "UTF-8", "-l", inside(package) + "/usr/share/man/man1/" + package + ".1.gz"})
                    .contains("/usr/share/doc/" + package + "/help/"));
    }
    QVERIFY(QFile::exists(inside("polyclinicd") + "/usr/share/man/man5/polyclinicd.toml.5.gz"));
}

void PackagesTest::hardened() {
    for (const QString package : {"polyclinicd", "polyclinic"}) {
        const auto program = inside(package) + "/usr/bin/" + package;
        QVERIFY(run("readelf", {"-h", program}).contains("DYN (Position-Independent Executable file)"));
        QVERIFY(run("readelf", {"-d", program}).contains("BIND_NOW"));
        QVERIFY(run("readelf", {"-lW", program}).contains("GNU_RELRO"));
        const auto needs = run("readelf", {"--dyn-syms", "-W", program});
        QVERIFY2(needs.contains("_chk@GLIBC"), "-D_FORTIFY_SOURCE");
        QVERIFY2(needs.contains("__stack_chk_fail@GLIBC"), "-fstack-protector");
    }
}

void PackagesTest::tellNothingOfTheirBuild() {
    for (const QString package : {"polyclinicd", "polyclinic"}) {
        QFile program(inside(package) + "/usr/bin/" + package);
        QVERIFY(program.open(QIODevice::ReadOnly));
        QVERIFY2(!program.readAll().contains(QByteArray(POLYCLINIC_SOURCE_DIR "/")), "the folder that it was built in");
        const auto fields = run("dpkg-deb", {"-f", file(package)});
        QVERIFY2(fields.contains("\nMaintainer: "), qPrintable(fields));
    }
}

/// Its dependencies are in Debian, as apt sees it on this computer; nothing is installed.
void PackagesTest::debianWouldTakeThem() {
    const auto plan = run("apt-get", {"-s", "install", "--no-install-recommends", file("polyclinicd"), file("polyclinic")});
    if (plan.contains("Unable to locate") || plan.contains("Package lists")) QSKIP("apt's lists are not here: apt-get update");
    for (const char* package : {"polyclinicd", "polyclinic"}) QVERIFY2(plan.contains(QString("Inst ") + package + ' '), qPrintable(plan));
}

void PackagesTest::theServiceProgramWorks() {
    const auto program = inside("polyclinicd") + "/usr/bin/polyclinicd";
    QVERIFY(run(program, {"--version"}).startsWith("0.1.0"));
    QCOMPARE(run(program, {"check-config", "--config", inside("polyclinicd") + "/etc/polyclinic/polyclinicd.toml"}),
             QString("The configuration is in order.\n"));
}

POLYCLINIC_TEST(PackagesTest)
#include "packages_test.moc"
