#include "shell/words.h"

#include <QCoreApplication>
#include <QHostAddress>
#include <QLocale>

namespace polyclinic::ui {
namespace {

/// RFC 1918, RFC 4193 and link-local: what a router does not pass on.
bool isPrivate(const QHostAddress& host) {
    for (const char* net : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"}) {
        if (host.isInSubnet(QHostAddress::parseSubnet(QString::fromLatin1(net)))) return true;
    }
    return false;
}

QString tr(const char* text) { return QCoreApplication::translate("Words", text); }

QString dayAnd(const QString& clock, const QDateTime& local) {
    const qint64 days = local.date().daysTo(QDate::currentDate());
    if (days == 0) return tr("today at %1").arg(clock);
    if (days == 1) return tr("yesterday at %1").arg(clock);
    return tr("%1 at %2").arg(QLocale().toString(local.date(), "d MMM yyyy"), clock);
}

}  // namespace

QString number(qint64 value) { return QLocale().toString(value); }

QString bytes(qint64 value) { return QLocale().formattedDataSize(value, 1, QLocale::DataSizeTraditionalFormat); }

QString when(const QDateTime& time) {
    if (!time.isValid()) return {};
    const QDateTime local = time.toLocalTime();
    return dayAnd(QLocale().toString(local.time(), QLocale::ShortFormat), local);
}

QString whenExactly(const QDateTime& time) {
    if (!time.isValid()) return {};
    const QDateTime local = time.toLocalTime();
    return dayAnd(local.toString("HH:mm:ss"), local);
}

bool isOutside(const QUrl& address) {
    return !address.host().isEmpty() && address.host() != "localhost" && !QHostAddress(address.host()).isLoopback();
}

QString networkOf(const QUrl& address) {
    const QHostAddress host(address.host());
    if (!isOutside(address)) return tr("This computer only");
    if (address.host().endsWith(".local") || isPrivate(host)) return tr("Clinic network");
    if (host.toString() == "0.0.0.0" || host.toString() == "::") return tr("Every network of this computer");
    return tr("Internet");
}

}  // namespace polyclinic::ui
