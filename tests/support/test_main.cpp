// Runs every test class of a folder; with class names as arguments (before "--"), only those.
// What stands after "--" goes to Qt Test.

#include <QCoreApplication>
#include <QStringList>
#include <cstdio>
#include <vector>

#include "after_class.h"
#include "test_case.h"

/// Of Qt Test itself. A class that skips in initTestCase() leaves this on, and the next one would run nothing and pass.
class QTestResult {
  public:
    static void setSkipCurrentTest(bool value);
};

namespace polyclinic::test {
namespace {

std::vector<std::function<std::unique_ptr<QObject>()>>& classes() {
    static std::vector<std::function<std::unique_ptr<QObject>()>> all;
    return all;
}

}  // namespace

bool add(std::function<std::unique_ptr<QObject>()> make) {
    classes().push_back(std::move(make));
    return true;
}

int runAll(QStringList arguments) {
    const auto split = arguments.indexOf("--");
    QStringList names = split < 0 ? arguments.mid(1) : arguments.mid(1, split - 1);
    // Its handler of crashes can go round for ever after an exception that nobody caught.
    const QStringList forQtTest =
        QStringList{arguments.first(), "-nocrashhandler"} + (split < 0 ? QStringList{} : arguments.mid(split + 1));
    int failed = 0;
    for (const auto& make : classes()) {
        const auto object = make();
        if (!names.isEmpty() && !names.contains(object->metaObject()->className())) continue;
        QTestResult::setSkipCurrentTest(false);
        failed += QTest::qExec(object.get(), forQtTest) != 0;
        for (const auto& ask : afterEachClass()) {
            const auto told = ask();
            if (told.empty()) continue;
            ++failed;  // said as Qt Test says it: who counts reads its lines
            std::printf("FAIL!  : %s::afterwards() %s\nTotals: 0 passed, 1 failed, 0 skipped, 0 blacklisted, 0ms\n",
                        object->metaObject()->className(), told.c_str());
            std::fflush(stdout);
        }
    }
    return failed == 0 ? 0 : 1;
}

}  // namespace polyclinic::test

// A folder that needs an application of its own (tests/gui) defines main itself and calls runAll.
#ifndef POLYCLINIC_OWN_MAIN
__attribute__((weak)) int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    return polyclinic::test::runAll(application.arguments());
}
#endif
