// One window for one server: a second start brings the first one forward.

#pragma once

#include <QLocalServer>
#include <QLockFile>
#include <memory>

namespace polyclinic::ui {

class SingleInstance : public QObject {
    Q_OBJECT
  public:
    /// `what`: the data folder or the address that the window is for. Where this account has no folder for such things,
    /// every start is a first one; the data folder guards itself.
    explicit SingleInstance(const QString& what, QObject* parent = nullptr);

    /// False: another process has the window, and was asked to bring it forward.
    bool first() const { return first_; }

  signals:
    void calledForward();

  private:
    void listen(const QString& path);

    std::unique_ptr<QLockFile> lock_;
    QLocalServer calls_;
    bool first_ = true;
};

}  // namespace polyclinic::ui
