// The program itself, as a child process with an empty data folder and ports of its own.

#pragma once

#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

namespace polyclinic::test {

class RealServer {
  public:
    /// Starts it and waits until it is ready. Throws std::runtime_error with its words when it is not.
    RealServer();
    ~RealServer();

    QUrl operators, clinics;
    QString setupSecret;

  private:
    QTemporaryDir folder_;
    QProcess process_;
};

}  // namespace polyclinic::test
