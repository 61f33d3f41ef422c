#include "console.h"

#include <QApplication>
#include <QCloseEvent>
#include <QScrollArea>
#include <QShortcut>
#include <QStackedWidget>
#include <QTimer>

#include "api_client/api_client.h"
#include "desktop/sleep_block.h"
#include "desktop/under_way.h"
#include "help/help_window.h"
#include "places.h"
#include "settings/settings.h"
#include "shell/idle_lock.h"
#include "shell/starting_page.h"
#include "shell/words.h"
#include "shell/workspace.h"
#include "sign_in/sign_in_flow.h"
#include "sign_in/sign_in_page.h"
#include "sign_in/welcome_page.h"
#include "widgets/enter_key.h"
#include "widgets/icons.h"
#include "widgets/overlay.h"
#include "widgets/plain_text.h"

// A static library's resources are linked only when they are asked for; not inside a namespace (Qt's rule).
static void initializeIcons() { Q_INIT_RESOURCE(icons); }

namespace polyclinic::ui {

void Console::prepare() {
    initializeIcons();
    showTextAsWritten(*qApp);
    letEnterPress(*qApp);
    Theme::instance().apply(Settings::instance().theme());
    QApplication::setWindowIcon(icon("polyclinic", Qt::black));
}

Console::Console()
    : stack_(new QStackedWidget),
      starting_(new StartingPage),
      welcome_(new WelcomePage),
      signIn_(new SignInPage),
      idle_(new IdleLock(this)),
      awake_(new SleepBlock(this)) {
    setWindowTitle("Polyclinic");
    resize(1280, 820);
    setMinimumSize(980, 640);
    setCentralWidget(stack_);
    for (QWidget* each : std::initializer_list<QWidget*>{starting_, welcome_, signIn_}) stack_->addWidget(each);
    connect(starting_, &StartingPage::retryWanted, this, &Console::retryWanted);
    connect(starting_, &StartingPage::quitWanted, this, &QWidget::close);
    connect(welcome_, &WelcomePage::finished, this, [this](const Tenant& tenant, const QString& username) {
        entered(username);
        workspace_->openClinic(tenant);
    });
    connect(signIn_, &SignInPage::signedIn, this, [this](const QString& token, const QString& username) {
        api_->channel().setAccessToken(token);
        if (!username.isEmpty()) return signedIn(username);
        whenDone(api_->server(), this, [this](const Result<ServerStatus>& status) {
            signedIn(status && !status->operatorName.isEmpty() ? status->operatorName : tr("operator"));
        });
    });
    connect(idle_, &IdleLock::idle, this, &Console::lock);
    // Where the keyboard goes, the page follows.
    connect(qApp, &QApplication::focusChanged, this, [](QWidget*, QWidget* now) {
        for (QWidget* over = now; over; over = over->parentWidget()) {
            if (auto* area = qobject_cast<QScrollArea*>(over)) area->ensureWidgetVisible(now, 0, 24);
        }
    });
    // The workspace has a command for it.
    auto* help = new QShortcut(QKeySequence("F1"), this, [this] { HelpWindow::open(this); });
    connect(stack_, &QStackedWidget::currentChanged, this,
            [this, help] { help->setEnabled(!workspace_ || stack_->currentWidget() != workspace_); });
    showStarting(tr("Looking for the server"));
}

Console::Console(Start start) : Console() { connectTo(std::move(start)); }

Console::~Console() = default;

void Console::showStarting(QString step) {
    starting_->showStep(step);
    stack_->setCurrentWidget(starting_);
}

void Console::showFailure(QString cause, QString remedy) {
    connected_ = false;
    showReach({});
    starting_->showFailure(cause, remedy);
    stack_->setCurrentWidget(starting_);
}

/// At once, so that what it waited for acts no more.
void Console::dropSheet() {
    Sheet* const sheet = Sheet::openIn(this);
    if (!sheet) return;
    sheet->dismiss();
    delete sheet;
}

void Console::connectTo(Start start) {
    dropSheet();
    delete std::exchange(workspace_, nullptr);
    counting_ = false;
    delete flow_;
    delete api_;
    start_ = std::move(start);
    connected_ = true;
    showReach(start_.clinics);
    username_.clear();
    api_ = new ApiClient(start_.operators, this);
    flow_ = new SignInFlow(start_.operators, this);
    api_->channel().setRefresh([this] { return flow_->refresh(); });
    connect(&api_->channel(), &Channel::signedOut, this, [this] {
        if (!username_.isEmpty()) askAgain(tr("Your sign-in has ended. Enter your password to go on."));
    });
    makeWorkspace();
    signIn_->setFlow(flow_, start_.operators);
    if (start_.setupSecret.isEmpty()) {
        signIn_->askAnew();
        stack_->setCurrentWidget(signIn_);
        signIn_->focusFirst();
    } else {
        stack_->setCurrentWidget(welcome_);
        welcome_->begin(api_, flow_, start_.setupSecret);
    }
}

void Console::makeWorkspace() {
    delete workspace_;
    workspace_ = new Workspace(*api_, *flow_, start_.operators, allPlaces());
    stack_->addWidget(workspace_);
    connect(workspace_, &Workspace::lockWanted, this, &Console::lock);
    connect(workspace_, &Workspace::signOutWanted, this, &Console::signOut);
    connect(workspace_, &Workspace::clinicsAt, this, &Console::showReach);
}

void Console::signedIn(const QString& username) {
    // What one operator had open is not for the next.
    if (!username_.isEmpty() && username != username_) makeWorkspace();
    entered(username);
}

void Console::entered(const QString& username) {
    username_ = username;
    start_.setupSecret.clear();
    stack_->setCurrentWidget(workspace_);
    workspace_->enter(username);
    idle_->start();
}

void Console::lock() {
    if (!username_.isEmpty() && stack_->currentWidget() == workspace_) {
        askAgain(tr("The console is locked. The clinics go on working."));
    }
}

void Console::askAgain(const QString& why) {
    idle_->stop();
    // Nothing of the clinics stays within reach: no token, no open sheet.
    flow_->signOut();
    api_->channel().setAccessToken({});
    dropSheet();
    signIn_->askAgain(username_, why);
    stack_->setCurrentWidget(signIn_);
    signIn_->focusFirst();
}

void Console::signOut() {
    idle_->stop();
    flow_->signOut();
    // Later: the sign-out came from within the workspace, which goes with it, and its request needs time to leave.
    flow_->setParent(nullptr);
    QTimer::singleShot(5000, flow_, &QObject::deleteLater);
    flow_ = nullptr;
    QMetaObject::invokeMethod(
        this, [this] { connectTo(start_); }, Qt::QueuedConnection);
}

bool Console::stopsServer() const { return connected_ && !start_.attached; }

bool Console::staysAwake() const { return awake_->held(); }

void Console::showReach(const QUrl& clinics) {
    start_.clinics = clinics;
    awake_->hold(stopsServer() && isOutside(clinics), tr("Devices of the clinic's patients reach its server on this computer"));
}

void Console::endSession() { closing_ = true; }

void Console::comeForward() {
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
}

void Console::closeEvent(QCloseEvent* event) {
    if (closing_ || !stopsServer()) {
        event->accept();
        emit closeWanted();
        return;
    }
    event->ignore();
    countThen([this](const UnderWay& busy) { tray_&& busy.patients > 0 ? hideInTray(busy) : askBeforeStop(busy); });
}

void Console::askToStop() {
    comeForward();
    if (!stopsServer()) return void(close());
    countThen([this](const UnderWay& busy) { askBeforeStop(busy); });
}

void Console::countThen(std::function<void(const UnderWay&)> then) {
    if (counting_) return;
    if (username_.isEmpty() || !api_->channel().hasToken()) return then({});
    counting_ = true;
    askUnderWay(*api_, api_, [this, then = std::move(then)](const UnderWay& busy) {
        counting_ = false;
        then(busy);
    });
}

void Console::hideInTray(const UnderWay& busy) {
    if (Settings::instance().knowsTray()) return hide();
    if (Sheet* open = Sheet::openIn(this)) open->close();
    const QString who = busy.patients == 1 ? tr("One patient is signed in.") : tr("%1 patients are signed in.").arg(busy.patients);
    auto* question =
        new ConfirmSheet(tr("The clinics go on while the window is closed"),
                         who + ' ' + tr("The window hides in the tray: its icon there brings it back, and can stop the server too."),
                         tr("Hide the window"), false, this);
    connect(question, &ConfirmSheet::confirmed, this, [this] {
        Settings::instance().setKnowsTray();
        hide();
    });
    question->open();
}

void Console::askBeforeStop(const UnderWay& busy) {
    if (Sheet* open = Sheet::openIn(this)) open->close();
    QString title = tr("Stop the clinics' server?");
    if (busy.patients == 1) title = tr("Stop the portal for a patient who is signed in?");
    if (busy.patients > 1) title = tr("Stop the portal for %1 signed-in patients?").arg(busy.patients);
    QString text =
        tr("While Polyclinic is closed, no clinic's address answers: systems that use them wait until you open it "
           "again. The records are safe.");
    if (busy.jobs == 1) text += "\n\n" + tr("One task is under way. It goes on at the next start.");
    if (busy.jobs > 1) text += "\n\n" + tr("%1 tasks are under way. They go on at the next start.").arg(busy.jobs);
    auto* question = new ConfirmSheet(title, text, tr("Stop and close"), false, this);
    connect(question, &ConfirmSheet::confirmed, this, [this] {
        closing_ = true;
        QMetaObject::invokeMethod(this, &QWidget::close, Qt::QueuedConnection);
    });
    question->open();
}

}  // namespace polyclinic::ui
