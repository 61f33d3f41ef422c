// The console's tests need a QApplication. They run without a display, and leave the person's own settings alone.

#include <QApplication>
#include <QTemporaryDir>

#include "console.h"

namespace polyclinic::test {
int runAll(QStringList arguments);
}

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QTemporaryDir configuration;
    qputenv("XDG_CONFIG_HOME", configuration.path().toUtf8());
    // Nobody's own; the D-Bus library reads this once. The login manager of the tests puts a bus there.
    qputenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=" + configuration.path().toUtf8() + "/system-bus");
    // Qt's own five minutes a test are fewer than a few patient waits on a machine with other work.
    if (!qEnvironmentVariableIsSet("QTEST_FUNCTION_TIMEOUT")) qputenv("QTEST_FUNCTION_TIMEOUT", "1800000");
    QCoreApplication::setAttribute(Qt::AA_ShareOpenGLContexts);  // as the program
    QApplication application(argc, argv);
    QLocale::setDefault(QLocale("en_US"));
    polyclinic::ui::Console::prepare();
    return polyclinic::test::runAll(application.arguments());
}
