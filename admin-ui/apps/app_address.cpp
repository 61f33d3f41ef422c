#include "apps/app_address.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QUrl>

namespace polyclinic::ui {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("AppAddress", text); }

QString textProblem(const QString& address) {
    static const QRegularExpression plain("^[\\x21-\\x7e]+$"), odd("[\"<>\\\\^`{|}]");
    if (address.size() > 2000) return tr("An address has 2000 characters at most.");
    if (address.contains(' ')) return tr("There is a space in it.");
    if (!plain.match(address).hasMatch() || odd.match(address).hasMatch()) return tr("A character in it must be percent-encoded.");
    if (address.contains('#')) return tr("What follows the # never reaches the app: leave it out.");
    if (address.contains('*')) return tr("No * in it: each address is written out, so that codes go nowhere else.");
    return {};
}

QString webProblem(const QString& address) {
    const QUrl url(address, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty()) return tr("There is no host name after its //.");
    if (!url.userInfo().isEmpty() || address.contains('@')) return tr("No user name or @ in it: browsers are tricked by that.");
    const bool here = url.host() == "127.0.0.1" || url.host() == "::1" || url.host() == "localhost";
    if (url.scheme() == "http" && !here)
        return tr("http:// can be read on the way. Use https://; plain http is for this computer (127.0.0.1) only.");
    return {};
}

}  // namespace

QString redirectProblem(const QString& address) {
    if (address.isEmpty()) return tr("Where does the app want the answer? Its maker names the address.");
    const QString wrong = textProblem(address);
    if (!wrong.isEmpty()) return wrong;
    static const QRegularExpression scheme("^([A-Za-z][A-Za-z0-9+.-]*):(.*)$");
    const auto match = scheme.match(address);
    if (!match.hasMatch()) return tr("Begin with https://.");
    if (match.captured(1) == "https" || match.captured(1) == "http") return webProblem(address);
    if (!match.captured(1).contains('.') || match.captured(1).endsWith('.') || match.captured(1) != match.captured(1).toLower()) {
        return tr("It must be https://, or a scheme of the app's own with a dot, such as com.example.app:/back.");
    }
    return match.captured(2).isEmpty() ? tr("Something must follow its scheme.") : QString();
}

QString pageProblem(const QString& address) {
    if (address.isEmpty()) return {};
    const QString wrong = textProblem(address);
    if (!wrong.isEmpty()) return wrong;
    if (!address.startsWith("https://") && !address.startsWith("http://")) return tr("Begin with https://.");
    return webProblem(address);
}

}  // namespace polyclinic::ui
