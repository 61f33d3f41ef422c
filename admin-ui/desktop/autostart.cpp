#include "desktop/autostart.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QSaveFile>
#include <QStandardPaths>

namespace polyclinic::ui::autostart {
namespace {

QString file() { return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + "/autostart/polyclinic.desktop"; }

/// Desktop Entry Specification, "The Exec key": quoted, and then escaped as every string of the file is.
QString quoted(QString argument) {
    for (const char c : {'\\', '"', '`', '$'}) argument.replace(QLatin1Char(c), QString("\\") + QLatin1Char(c));
    argument.replace('%', "%%");
    return '"' + argument.replace('\\', "\\\\") + '"';
}

}  // namespace

bool isOn() { return QFile::exists(file()); }

QString entry(const QString& program, const QStringList& arguments) {
    QString command = quoted(program);
    for (const QString& each : arguments) command += ' ' + quoted(each);
    return "[Desktop Entry]\nVersion=1.4\nType=Application\nName=Polyclinic\nExec=" + command +
           " --minimized\nIcon=polyclinic\nTerminal=false\n";
}

bool set(bool on, const QStringList& arguments) {
    if (!on) return !isOn() || QFile::remove(file());
    if (!QDir().mkpath(QFileInfo(file()).path())) return false;
    QSaveFile out(file());
    if (!out.open(QIODevice::WriteOnly)) return false;
    out.write(entry(QCoreApplication::applicationFilePath(), arguments).toUtf8());
    return out.commit();
}

}  // namespace polyclinic::ui::autostart
