// What the server says of its network, as values.

#pragma once

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>
#include <QStringList>
#include <QUrl>

#include "api_client/resources.h"

namespace polyclinic::ui {

struct NetworkState {
    QString reach, publicUrl, listen, mode, file, keyFile;  // as they are set
    bool authorityInstalled = false;
    QStringList proxies;
    QString riskName, riskWords;
    QDateTime riskAt;
    QUrl base;
    QStringList addresses, fixed;
    QString hostName;
    // Of the certificate that others see; empty: none.
    QString words, fingerprint, subject, issuer;
    QDateTime expires;
    QList<HealthItem> checks;
    bool inviting = true;
    QString firewall, firewallRemedy;

    bool outside() const { return reach != QLatin1String("this-computer"); }

    static NetworkState fromJson(const QJsonObject& json) {
        const QJsonObject certificate = json["certificate"].toObject(), shown = json["shown"].toObject(),
                          risk = json["riskAccepted"].toObject(), firewall = json["firewall"].toObject();
        const auto list = [](const QJsonValue& value) {
            QStringList out;
            for (const auto& each : value.toArray()) out << each.toString();
            return out;
        };
        NetworkState state;
        state.reach = json["reach"].toString();
        state.publicUrl = json["publicUrl"].toString();
        state.listen = json["listen"].toString();
        state.mode = certificate["mode"].toString();
        state.file = certificate["file"].toString();
        state.keyFile = certificate["keyFile"].toString();
        state.authorityInstalled = certificate["authorityInstalled"].toBool();
        state.proxies = list(json["trustedProxies"]);
        state.riskName = risk["name"].toString();
        state.riskWords = risk["words"].toString();
        state.riskAt = QDateTime::fromString(risk["at"].toString(), Qt::ISODateWithMs);
        state.base = QUrl(json["base"].toString());
        state.addresses = list(json["addresses"]);
        state.fixed = list(json["fixed"]);
        state.hostName = json["hostName"].toString();
        state.words = shown["words"].toString();
        state.fingerprint = shown["fingerprint"].toString();
        state.subject = shown["subject"].toString();
        state.issuer = shown["issuer"].toString();
        state.expires = QDateTime::fromString(shown["expires"].toString(), Qt::ISODateWithMs);
        for (const auto& each : json["checks"].toArray()) {
            const QJsonObject one = each.toObject();
            state.checks.append({one["id"].toString(), one["state"].toString(), one["title"].toString(), one["detail"].toString(),
                                 one["remedy"].toString()});
        }
        state.inviting = json["invitations"].toObject()["allowed"].toBool(true);
        state.firewall = firewall["name"].toString();
        state.firewallRemedy = firewall["remedy"].toString();
        return state;
    }
};

}  // namespace polyclinic::ui
