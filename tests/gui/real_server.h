// The program itself with an empty data folder and ports of its own: as a child process, or in the tests' own process,
// as the window runs it.

#pragma once

#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>
#include <memory>

namespace polyclinic {
class Server;
}

namespace polyclinic::test {

enum class Where { inAnother, inThisProcess };

class RealServer {
  public:
    /// Starts it and waits until it is ready. Throws std::runtime_error with its words when it is not.
    explicit RealServer(Where where);
    ~RealServer();

    void stop();
    /// One that was stopped, once more at the same addresses. Only in another process.
    void startAgain();
    QString dataDirectory() const { return folder_.filePath("data"); }
    /// What the one in this process has logged.
    QByteArray log() const;

    QUrl operators, clinics;
    QString setupSecret;

  private:
    void startHere();
    void startThere(const QString& listen, const QString& operatorListen);

    QTemporaryDir folder_;
    QProcess process_;
    std::unique_ptr<Server> server_;
};

}  // namespace polyclinic::test
