// The desktop program: the core in this process, or a running server that it attaches to, and the operator's window.

#include <unistd.h>
#include <CLI/CLI.hpp>
#include <QApplication>
#include <QDir>
#include <QTimer>
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>

#include "console.h"
#include "core/server.h"
#include "desktop/single_instance.h"
#include "desktop/tray.h"

using namespace polyclinic;

namespace {

constexpr int noDisplay = 1, alreadyOpen = 2;  // exit status

/// Starts the core off the window's thread and brings the outcome back to it.
class Core {
  public:
    Core(Settings settings, ui::Console& window) : settings_(std::move(settings)), window_(window) {}
    ~Core() { stop(); }

    void start() {
        stop();
        if (attach()) return;
        thread_ = std::thread([this] {
            auto result = Server::start(settings_, [this](std::string_view step) {
                post([this, text = QString::fromUtf8(step.data(), qsizetype(step.size()))] { window_.showStarting(text); });
            });
            if (!result) {
                // Another program took the folder a moment ago: the one that runs is as good.
                const auto fault = result.fault();
                post([this, fault] {
                    if (fault.exitCode == 2 && attach()) return;
                    window_.showFailure(QString::fromStdString(fault.cause), QString::fromStdString(fault.remedy));
                    window_.comeForward();
                });
                return;
            }
            server_ = std::move(result.value());
            post([this] {
                window_.connectTo({QUrl(QString::fromStdString(server_->operators())), QString::fromStdString(server_->setupSecret()),
                                   false, QUrl(QString::fromStdString(server_->base()))});
            });
        });
    }

    void stop() {
        if (thread_.joinable()) thread_.join();
        server_.reset();
    }

  private:
    bool attach() {
        const auto running = findRunning(settings_.dataDirectory);
        if (running.operators.empty()) return false;
        window_.connectTo({QUrl(QString::fromStdString(running.operators)), QString(), true});
        return true;
    }

    static void post(std::function<void()> work) { QMetaObject::invokeMethod(qApp, std::move(work), Qt::QueuedConnection); }

    Settings settings_;
    ui::Console& window_;
    std::unique_ptr<Server> server_;
    std::thread thread_;
};

/// Nobody can be asked any more: windows close, whatever is open in them.
void endSession() {
    for (QWidget* each : QApplication::topLevelWidgets()) {
        if (auto* window = qobject_cast<ui::Console*>(each)) window->endSession();
    }
}

/// TERM and INT end the program without a question, PostgreSQL included. Before any other thread starts.
void quitOnSignals() {
    sigset_t ending;
    sigemptyset(&ending);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&ending, signal);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);
    std::thread([ending] {
        int signal = 0;
        sigwait(&ending, &signal);
        if (!qApp) std::_Exit(128 + signal);  // nothing has begun
        QMetaObject::invokeMethod(
            qApp,
            [] {
                endSession();
                QCoreApplication::exit(0);  // quit() would ask the windows, and wait for dialogs
            },
            Qt::QueuedConnection);
    }).detach();
}

/// Whether one of the words stands among the arguments.
bool asksFor(std::initializer_list<std::string_view> options, int argc, char** argv) {
    return std::any_of(argv + 1, argv + argc,
                       [&](std::string_view each) { return std::find(options.begin(), options.end(), each) != options.end(); });
}

/// Qt ends the program with a core dump where it finds no display.
bool hasDisplay(int argc, char** argv) {
    const auto set = [](const char* name) { return std::getenv(name) && *std::getenv(name); };
    return set("DISPLAY") || set("WAYLAND_DISPLAY") || set("WAYLAND_SOCKET") || set("QT_QPA_PLATFORM") ||
           asksFor({"-platform", "--platform", "-display", "--display"}, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
    Settings settings;
    settings.logLevel = "warn";
    settings.dropRoot = false;  // the window cannot change its account half-way
    std::string attach;
    bool minimized = false, noTray = false;

    quitOnSignals();
    CLI::App options("Polyclinic: the server and its window.", "polyclinic");
    options.set_version_flag("--version", std::string(version()));
    options.add_option("--data-dir", settings.dataDirectory, "Where everything is kept")->envname("POLYCLINIC_DATA_DIR");
    options.add_option("--listen", settings.listen, "ADDRESS:PORT of the clinics' listener")->envname("POLYCLINIC_LISTEN");
    options.add_option("--operator-listen", settings.operatorListen, "ADDRESS:PORT of the operators' listener")
        ->envname("POLYCLINIC_OPERATOR_LISTEN");
    options.add_option("--database", settings.database, "Address of a PostgreSQL that is there already")->envname("POLYCLINIC_DATABASE");
    options.add_option("--attach", attach, "Show the server at this operators' address instead of starting one");
    options.add_flag("--demo", settings.demo, "Add a clinic with made-up patients");
    options.add_flag("--minimized", minimized, "Start without the window in sight: in the tray, or in the task bar");
    options.add_flag("--no-tray", noTray, "Put no icon into the tray");
    if (asksFor({"--help", "-h", "--version"}, argc, argv)) CLI11_PARSE(options, argc, argv);  // for which no display is needed
    if (!hasDisplay(argc, argv)) {
        std::cerr << "polyclinic: there is no display for its window. polyclinicd is the server without one.\n";
        return noDisplay;
    }

    QCoreApplication::setAttribute(Qt::AA_ShareOpenGLContexts);  // the embedded browser, when it is loaded later, needs it
    QApplication application(argc, argv);                        // takes Qt's own options out of the arguments
    QApplication::setApplicationName("polyclinic");
    QApplication::setApplicationDisplayName("Polyclinic");
    QApplication::setDesktopFileName("polyclinic");
    QApplication::setApplicationVersion(QString::fromUtf8(version().data(), qsizetype(version().size())));
    QObject::connect(
        &application, &QGuiApplication::commitDataRequest, &application, [] { endSession(); }, Qt::DirectConnection);
    CLI11_PARSE(options, argc, argv);

    if (::geteuid() == 0) std::cerr << "polyclinic: running as root; an ordinary account is safer.\n";
    std::signal(SIGPIPE, SIG_IGN);

    const auto folder = settings.dataDirectory.empty() ? defaultDataDirectory() : settings.dataDirectory;
    ui::SingleInstance instance(attach.empty() ? QDir(QString::fromStdString(folder)).absolutePath() : QString::fromStdString(attach));
    if (!instance.first()) {
        std::cerr << "polyclinic: its window is open already, and comes to the front.\n";
        return alreadyOpen;
    }

    ui::Console::prepare();
    ui::Console window;
    std::unique_ptr<ui::Tray> tray;
    if (!noTray && QSystemTrayIcon::isSystemTrayAvailable()) tray = std::make_unique<ui::Tray>(window);
    QApplication::setQuitOnLastWindowClosed(false);  // the window says itself when it is the end
    Core core(settings, window);
    QObject::connect(&instance, &ui::SingleInstance::calledForward, &window, &ui::Console::comeForward);
    QObject::connect(&window, &ui::Console::retryWanted, [&] { core.start(); });
    QObject::connect(&window, &ui::Console::closeWanted, &application, &QApplication::quit);
    if (!minimized) {
        window.show();
    } else if (!tray) {
        window.showMinimized();
    }
    if (attach.empty())
        QTimer::singleShot(0, [&] { core.start(); });
    else
        window.connectTo({QUrl(QString::fromStdString(attach)), QString(), true});
    return application.exec();
}
