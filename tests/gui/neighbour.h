// Another computer on a network of its own with this one (a network namespace); it is gone with this.

#pragma once

#include <unistd.h>
#include <QProcess>

namespace polyclinic::test {

class Neighbour {
  public:
    Neighbour() {
        const QString name = name_;
        there_ = run("ip netns add " + name + " && ip link add " + name + "a type veth peer name " + name + "b netns " + name +
                     " && ip addr add 10.213.78.1/24 dev " + name + "a && ip link set " + name + "a up && ip netns exec " + name +
                     " sh -c 'ip addr add 10.213.78.2/24 dev " + name + "b && ip link set " + name +
                     "b up && ip link set lo up && ip route add default via 10.213.78.1'") == 0;
    }
    ~Neighbour() { run("ip link del " + name_ + "a; ip netns del " + name_); }

    bool there() const { return there_; }
    /// What this computer is called there.
    static QString host() { return "10.213.78.1"; }
    /// HTTP status of a visit; 0: no answer.
    int visits(const QString& url, const QString& userAgent) const {
        return run("exit $(ip netns exec " + name_ + " curl -sk -o /dev/null -w '%{http_code}' --max-time 10 -A '" + userAgent + "' '" +
                   url + "' | cut -c1)") *
               100;
    }

    /// A program runs there to its end; `told`: what it printed, or what went wrong. False where it failed.
    bool does(const QStringList& words, QByteArray& told) const {
        QProcess process;
        process.start("ip", QStringList{"netns", "exec", name_} + words);
        const bool good = process.waitForFinished(60'000) && process.exitCode() == 0;
        told = good ? process.readAllStandardOutput() : process.readAllStandardError();
        return good;
    }

  private:
    static int run(const QString& command) { return QProcess::execute("sh", {"-c", "{ " + command + "; } 2>/dev/null"}); }

    const QString name_ = "pcgui" + QString::number(::getpid());
    bool there_ = false;
};

}  // namespace polyclinic::test
