// The operator's console: one window that speaks HTTP to the operators' address and knows nothing else of the
// server. Thread: the one of the QApplication. Needs Console::prepare() once, after the QApplication.

#pragma once

#include <QMainWindow>
#include <QUrl>
#include <functional>

class QStackedWidget;

namespace polyclinic::ui {

class ApiClient;
class IdleLock;
class SignInFlow;
class SignInPage;
class SleepBlock;
class StartingPage;
struct UnderWay;
class WelcomePage;
class Workspace;

class Console : public QMainWindow {
    Q_OBJECT
  public:
    struct Start {
        QUrl operators;         // e.g. http://127.0.0.1:8081
        QString setupSecret;    // empty: there is an operator, who signs in
        bool attached = false;  // the server goes on when this window closes
        QUrl clinics = {};      // where the clinics are reached, as far as it is known
    };

    /// Icons, style and font of the application, by the saved theme.
    static void prepare();

    /// A window that shows that the server starts; connectTo() follows.
    Console();
    explicit Console(Start start);
    ~Console() override;

    /// "Starting": the step under way, with the seconds since the first.
    void showStarting(QString step);
    /// The server could not start: why, and what to do about it.
    void showFailure(QString cause, QString remedy);
    /// The server answers: first run or sign-in. What was shown of another server is dropped.
    void connectTo(Start start);

    /// There is an icon in the tray: while patients are signed in, closing the window hides it.
    void setTray(bool there) { tray_ = there; }
    /// Shows the window, above others.
    void comeForward();
    /// Closes the window for good, after a question where that stops the server.
    void askToStop();
    /// The person's session or the computer ends: from now on the window closes without a question.
    void endSession();
    /// Whether this computer is kept from sleeping, since others reach a server that runs in this program.
    bool staysAwake() const;

    Workspace* workspace() { return workspace_; }
    /// Drops the tokens and asks for the password. No effect before somebody has signed in.
    void lock();

  signals:
    /// The person has closed the window (and confirmed the stop, where it stops the server). The program may end.
    void closeWanted();
    /// The person wants another try after showFailure().
    void retryWanted();

  protected:
    void closeEvent(QCloseEvent* event) override;

  private:
    void makeWorkspace();
    void signedIn(const QString& username);
    void entered(const QString& username);
    void signOut();
    void dropSheet();
    void askAgain(const QString& why);
    bool stopsServer() const;
    /// Calls `then` with what a stop would cut off, as far as the server may be asked.
    void countThen(std::function<void(const UnderWay&)> then);
    void askBeforeStop(const UnderWay& busy);
    void hideInTray(const UnderWay& busy);
    void showReach(const QUrl& clinics);

    Start start_;
    bool connected_ = false, closing_ = false, tray_ = false, counting_ = false;
    QString username_;
    QStackedWidget* stack_;
    StartingPage* starting_;
    WelcomePage* welcome_;
    SignInPage* signIn_;
    Workspace* workspace_ = nullptr;
    ApiClient* api_ = nullptr;
    SignInFlow* flow_ = nullptr;
    IdleLock* idle_;
    SleepBlock* awake_;
};

}  // namespace polyclinic::ui
