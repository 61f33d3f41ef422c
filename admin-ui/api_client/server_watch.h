// Whether the server answers, looked at from time to time without any token.

#pragma once

#include <QNetworkAccessManager>
#include <QTimer>
#include <QUrl>

namespace polyclinic::ui {

class ServerWatch : public QObject {
    Q_OBJECT
  public:
    /// `server`: the address of the operators. Looks only between start() and stop().
    explicit ServerWatch(QUrl server, QObject* parent);

    void start();
    void stop();
    bool lost() const { return lost_; }

  signals:
    /// It has not answered twice, one look after the other. Any answer counts, an error's too.
    void gone();
    /// It answers again.
    void back();

  private:
    void check();

    QUrl address_;
    QNetworkAccessManager network_;
    QTimer next_;
    int missed_ = 0;
    bool lost_ = false, looking_ = false;
};

}  // namespace polyclinic::ui
