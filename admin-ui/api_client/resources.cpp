#include "api_client/resources.h"

#include "api_client/json.h"

namespace polyclinic::ui {
namespace {

qint64 whole(const QJsonValue& value) { return value.toInteger(); }

QMap<QString, qint64> countsOf(const QJsonObject& json) {
    QMap<QString, qint64> counts;
    for (auto at = json.begin(); at != json.end(); ++at) counts.insert(at.key(), whole(at.value()));
    return counts;
}

}  // namespace

Tenant Tenant::fromJson(const QJsonObject& json) {
    Tenant tenant;
    tenant.source = json;
    tenant.id = json["id"].toString();
    tenant.name = json["name"].toString();
    tenant.status = json["status"].toString();
    tenant.isolation = json["isolation"].toString();
    tenant.timezone = json["timezone"].toString();
    tenant.language = json["language"].toString();
    tenant.phone = json["contact"].toObject()["phone"].toString();
    tenant.email = json["contact"].toObject()["email"].toString();
    tenant.versionId = json["meta"].toObject()["versionId"].toString();
    for (const QJsonValue& each : json["endpoint"].toArray()) {
        tenant.endpoints.append({each["type"].toString(), QUrl(each["url"].toString())});
    }
    return tenant;
}

QJsonObject Tenant::toJson() const {
    QJsonObject json = source;
    for (const char* answered : {"endpoint", "meta", "trashed"}) json.remove(QLatin1String(answered));
    json["resourceType"] = "Tenant";
    json["id"] = id;
    json["name"] = name;
    const auto put = [](QJsonObject& into, const char* key, const QString& value) {
        if (value.isEmpty()) {
            into.remove(QLatin1String(key));
        } else {
            into[QLatin1String(key)] = value;
        }
    };
    put(json, "status", status);
    put(json, "isolation", isolation);
    put(json, "timezone", timezone);
    put(json, "language", language);
    QJsonObject contact = json["contact"].toObject();
    put(contact, "phone", phone);
    put(contact, "email", email);
    if (contact.isEmpty()) {
        json.remove("contact");
    } else {
        json["contact"] = contact;
    }
    return json;
}

Client Client::fromJson(const QJsonObject& json) {
    Client client;
    client.source = json;
    client.id = json["id"].toString();
    client.name = json["name"].toString();
    client.kind = json["kind"].toString();
    client.type = json["type"].toString();
    client.scopes = json["scopes"].toString();
    client.redirectUris = textsOf(json["redirectUris"]);
    client.launchUri = json["launchUri"].toString();
    client.jwksUri = json["jwksUri"].toString();
    client.publisher = json["publisher"].toString();
    client.description = json["description"].toString();
    client.policyUri = json["policyUri"].toString();
    client.termsUri = json["termsUri"].toString();
    client.privacyAnswers = json["facts"].toObject();
    client.offered = json["offered"].toBool();
    client.disabled = json["disabled"].toBool();
    client.introspect = json["introspect"].toBool();
    client.versionId = json["meta"]["versionId"].toString();
    client.clientSecret = json["clientSecret"].toString();
    return client;
}

QJsonObject Client::toJson() const {
    QJsonObject json = source;
    for (const char* answered : {"meta", "clientSecret", "created", "updated"}) json.remove(QLatin1String(answered));
    const auto put = [&json](const char* key, const QString& value) {
        if (value.isEmpty()) {
            json.remove(QLatin1String(key));
        } else {
            json[QLatin1String(key)] = value;
        }
    };
    for (const auto& [key, value] : std::initializer_list<std::pair<const char*, const QString&>>{{"name", name},
                                                                                                  {"kind", kind},
                                                                                                  {"type", type},
                                                                                                  {"scopes", scopes},
                                                                                                  {"launchUri", launchUri},
                                                                                                  {"jwksUri", jwksUri},
                                                                                                  {"publisher", publisher},
                                                                                                  {"description", description},
                                                                                                  {"policyUri", policyUri},
                                                                                                  {"termsUri", termsUri}}) {
        put(key, value);
    }
    if (kind == QLatin1String("patient-app")) {
        json["redirectUris"] = QJsonArray::fromStringList(redirectUris);
        json["offered"] = offered;
        json.remove("facts");
        if (!privacyAnswers.isEmpty()) json["facts"] = privacyAnswers;
    } else {
        json["introspect"] = introspect;
    }
    if (disabled || json.contains("disabled")) json["disabled"] = disabled;
    return json;
}

Job Job::fromJson(const QJsonObject& json) {
    Job job;
    job.id = json["id"].toString();
    job.tenant = json["tenant"].toString();
    job.kind = json["kind"].toString();
    job.status = json["status"].toString();
    job.requestedBy = json["requestedBy"].toString();
    job.begun = timeOf(json["created"]);
    const QJsonObject progress = json["progress"].toObject();
    job.done = whole(progress["done"]);
    job.total = whole(progress["total"]);
    job.bytesDone = whole(progress["bytesDone"]);
    job.bytesTotal = whole(progress["bytesTotal"]);
    const QJsonObject result = json["result"].toObject();
    job.created = countsOf(result["created"].toObject());
    job.updated = countsOf(result["updated"].toObject());
    job.unchanged = whole(result["unchanged"]);
    job.failed = whole(result["failed"]);
    for (const QJsonValue& each : json["error"].toArray()) {
        job.problems.append({each["file"].toString(), whole(each["line"]), each["severity"].toString(), each["diagnostics"].toString(),
                             each["expression"].toString()});
    }
    return job;
}

QList<HealthItem> HealthItem::listFrom(const QJsonValue& list) {
    QList<HealthItem> items;
    for (const QJsonValue& each : list.toArray()) {
        items.append({each["id"].toString(), each["state"].toString(), each["title"].toString(), each["detail"].toString(),
                      each["remedy"].toString()});
    }
    return items;
}

ServerStatus ServerStatus::fromJson(const QJsonObject& json) {
    ServerStatus status;
    status.version = json["version"].toString();
    status.operatorName = json["operator"].toString();
    status.startedAt = timeOf(json["startedAt"]);
    status.clinics = QUrl(json["addresses"].toObject()["clinics"].toString());
    status.operators = QUrl(json["addresses"].toObject()["operators"].toString());
    status.certificate = QByteArray::fromHex(json["certificate"].toObject()["fingerprint"].toString().toLatin1());
    status.health = HealthItem::listFrom(json["health"]);
    const QJsonObject database = json["database"].toObject();
    status.databaseKind = database["kind"].toString();
    status.databaseVersion = database["version"].toVariant().toString();
    if (database["size"].isDouble()) status.databaseSize = whole(database["size"]);
    return status;
}

QString nextLink(const QJsonObject& bundle, const QUrl& from) {
    for (const QJsonValue& link : bundle["link"].toArray()) {
        if (link["relation"].toString() == QLatin1String("next"))
            return from.resolved(QUrl(link["url"].toString())).toString(QUrl::FullyEncoded);
    }
    return {};
}

QList<QJsonObject> entries(const QJsonObject& bundle) {
    QList<QJsonObject> resources;
    for (const QJsonValue& entry : bundle["entry"].toArray()) resources.append(entry["resource"].toObject());
    return resources;
}

}  // namespace polyclinic::ui
