// What the server says of its network, as values.

#pragma once

#include <QJsonObject>
#include <QStringList>
#include <QUrl>

#include "api_client/json.h"
#include "api_client/resources.h"

namespace polyclinic::ui {

/// A device of the network that came by the code or the page of first visits.
struct DeviceVisit {
    QString device, address;
    QDateTime at;

    bool operator==(const DeviceVisit&) const = default;
};

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
    QString labels, fingerprint, subject, issuer;
    QDateTime expires;
    QList<HealthItem> checks;
    QList<DeviceVisit> devices;  // the last first
    bool inviting = true;
    QString firewall, firewallRemedy;

    bool outside() const { return reach != QLatin1String("this-computer"); }

    static NetworkState fromJson(const QJsonObject& json) {
        const QJsonObject certificate = json["certificate"].toObject(), shown = json["shown"].toObject(),
                          risk = json["riskAccepted"].toObject(), firewall = json["firewall"].toObject();
        NetworkState state;
        state.reach = json["reach"].toString();
        state.publicUrl = json["publicUrl"].toString();
        state.listen = json["listen"].toString();
        state.mode = certificate["mode"].toString();
        state.file = certificate["file"].toString();
        state.keyFile = certificate["keyFile"].toString();
        state.authorityInstalled = certificate["authorityInstalled"].toBool();
        state.proxies = textsOf(json["trustedProxies"]);
        state.riskName = risk["name"].toString();
        state.riskWords = risk["words"].toString();
        state.riskAt = timeOf(risk["at"]);
        state.base = QUrl(json["base"].toString());
        state.addresses = textsOf(json["addresses"]);
        state.fixed = textsOf(json["fixed"]);
        state.hostName = json["hostName"].toString();
        state.labels = shown["words"].toString();
        state.fingerprint = shown["fingerprint"].toString();
        state.subject = shown["subject"].toString();
        state.issuer = shown["issuer"].toString();
        state.expires = timeOf(shown["expires"]);
        state.checks = HealthItem::listFrom(json["checks"]);
        for (const auto& each : json["devices"].toArray()) {
            const QJsonObject one = each.toObject();
            state.devices.append({one["device"].toString(), one["address"].toString(), timeOf(one["at"])});
        }
        state.inviting = json["invitations"].toObject()["allowed"].toBool(true);
        state.firewall = firewall["name"].toString();
        state.firewallRemedy = firewall["remedy"].toString();
        return state;
    }
};

}  // namespace polyclinic::ui
