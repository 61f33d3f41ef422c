#include "api_client/api_client.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkReply>
#include <QUrlQuery>

namespace polyclinic::ui {
namespace {

const QString api = QStringLiteral("/admin/api/");

QString part(const QString& text) { return QString::fromLatin1(QUrl::toPercentEncoding(text)); }

QString tenantPath(const QString& id, const QString& rest = {}) { return api + "Tenant/" + part(id) + rest; }

QByteArray bytes(const QJsonObject& json) { return QJsonDocument(json).toJson(QJsonDocument::Compact); }

template <class T>
QFuture<Result<T>> parsed(QFuture<Result<Reply>> reply, T (*parse)(const QJsonObject&)) {
    return reply.then([parse](const Result<Reply>& r) -> Result<T> {
        return r.map([parse](const Reply& each) { return parse(each.json); });
    });
}

TenantList tenantList(const Reply& reply) {
    const QJsonObject& bundle = reply.json;
    TenantList list;
    for (const QJsonObject& each : entries(bundle)) list.tenants.append(Tenant::fromJson(each));
    list.total = bundle["total"].toInt(int(list.tenants.size()));
    list.next = nextLink(bundle, reply.url);
    return list;
}

Counts countsFrom(const QJsonObject& json) {
    Counts counts;
    counts.total = json["total"].toInteger();
    const QJsonObject types = json["types"].toObject();
    for (auto at = types.begin(); at != types.end(); ++at) counts.types.insert(at.key(), at.value().toInteger());
    return counts;
}

QList<BackendClient> clientList(const QJsonObject& bundle) {
    QList<BackendClient> clients;
    for (const QJsonObject& each : entries(bundle)) clients.append(BackendClient::fromJson(each));
    return clients;
}

}  // namespace

ApiClient::ApiClient(QUrl operators, QObject* parent) : QObject(parent), channel_(std::move(operators)) {
    open_.setTransferTimeout(10'000);
}

QFuture<Result<ServerStatus>> ApiClient::server() {
    return parsed(channel_.send({"GET", api + "Server"}), &ServerStatus::fromJson);
}

QFuture<Result<TenantList>> ApiClient::tenants(QString nameContains, bool trashed, QString page) {
    QString query = QStringLiteral("?_count=100");
    if (!nameContains.isEmpty()) query += "&name:contains=" + part(nameContains);
    if (trashed) query += "&state=trashed";
    return channel_.send({"GET", page.isEmpty() ? api + "Tenant" + query : page})
        .then([](const Result<Reply>& r) -> Result<TenantList> { return r.map(&tenantList); });
}

QFuture<Result<Tenant>> ApiClient::tenant(QString id) {
    return parsed(channel_.send({"GET", tenantPath(id)}), &Tenant::fromJson);
}

QFuture<Result<Tenant>> ApiClient::createTenant(const Tenant& tenant) {
    // A PUT alone would change an existing clinic of that id: look first, so that a taken id is told as such.
    return channel_.send({"GET", tenantPath(tenant.id)})
        .then([this, tenant](const Result<Reply>& found) -> QFuture<Result<Tenant>> {
            if (!found && found.error().status == 404) {
                return parsed(channel_.send({"PUT", tenantPath(tenant.id), bytes(tenant.toJson())}), &Tenant::fromJson);
            }
            QPromise<Result<Tenant>> taken;
            taken.start();
            if (found || found.error().status == 410) {
                taken.addResult(ApiError{412, QStringLiteral("taken"), tr("Another clinic has this id.")});
            } else {
                taken.addResult(found.error());
            }
            taken.finish();
            return taken.future();
        })
        .unwrap();
}

QFuture<Result<Tenant>> ApiClient::changeTenant(const Tenant& tenant) {
    QByteArray version;
    if (!tenant.versionId.isEmpty()) version = "W/\"" + tenant.versionId.toUtf8() + "\"";
    return parsed(channel_.send({"PUT", tenantPath(tenant.id), bytes(tenant.toJson()), version}), &Tenant::fromJson);
}

QFuture<Result<Nothing>> ApiClient::sendForNothing(Call call) {
    return channel_.send(std::move(call)).then([](const Result<Reply>& r) -> Result<Nothing> {
        return r.map([](const Reply&) { return Nothing{}; });
    });
}

QFuture<Result<Nothing>> ApiClient::trashTenant(QString id) { return sendForNothing({"DELETE", tenantPath(id)}); }

QFuture<Result<Nothing>> ApiClient::restoreTenant(QString id) {
    return sendForNothing({"POST", tenantPath(id, "/$restore")});
}

QFuture<Result<Nothing>> ApiClient::purgeTenant(QString id) {
    return sendForNothing({"DELETE", tenantPath(id, "?purge=true")});
}

QFuture<Result<Counts>> ApiClient::counts(QString tenant) {
    return parsed(channel_.send({"GET", tenantPath(tenant, "/$counts")}), &countsFrom);
}

QFuture<Result<QList<BackendClient>>> ApiClient::clients(QString tenant) {
    return parsed(channel_.send({"GET", tenantPath(tenant, "/Client")}), &clientList);
}

QFuture<Result<BackendClient>> ApiClient::addClient(QString tenant, QString name, QString scopes) {
    const QJsonObject body{{"name", name}, {"kind", "backend-service"}, {"type", "confidential-symmetric"}, {"scopes", scopes}};
    return parsed(channel_.send({"POST", tenantPath(tenant, "/Client"), bytes(body)}), &BackendClient::fromJson);
}

QFuture<Result<BackendClient>> ApiClient::changeClient(QString tenant, QJsonObject client) {
    const QString path = tenantPath(tenant, "/Client/" + part(client["id"].toString()));
    return parsed(channel_.send({"PUT", path, bytes(client)}), &BackendClient::fromJson);
}

QFuture<Result<Nothing>> ApiClient::removeClient(QString tenant, QString client) {
    return sendForNothing({"DELETE", tenantPath(tenant, "/Client/" + part(client))});
}

QFuture<Result<QString>> ApiClient::rotateSecret(QString tenant, QString client) {
    return channel_.send({"POST", tenantPath(tenant, "/Client/" + part(client) + "/$rotate-secret")})
        .then([](const Result<Reply>& r) -> Result<QString> {
            return r.map([](const Reply& each) { return each.json["clientSecret"].toString(); });
        });
}

QFuture<Result<Job>> ApiClient::importFiles(QString tenant, QStringList paths, bool lenient) {
    const QString path = tenantPath(tenant, lenient ? "/$import?lenient=true" : "/$import");
    const QJsonObject body{{"files", QJsonArray::fromStringList(paths)}};
    return parsed(channel_.send({"POST", path, bytes(body)}), &Job::fromJson);
}

QFuture<Result<Job>> ApiClient::job(QString id) {
    return parsed(channel_.send({"GET", api + "Job/" + part(id)}), &Job::fromJson);
}

QFuture<Result<Nothing>> ApiClient::cancelJob(QString id) { return sendForNothing({"DELETE", api + "Job/" + part(id)}); }

QFuture<Result<Reply>> ApiClient::fhir(QString tenant, QString path) {
    if (path.startsWith("http")) return channel_.send({"GET", path});
    return channel_.send({"GET", tenantPath(tenant, "/fhir/" + path)});
}

QFuture<Result<Reply>> ApiClient::auditEvents(QString tenant, int count, QString page) {
    const QString path = page.isEmpty() ? tenantPath(tenant, QStringLiteral("/AuditEvent?_count=%1").arg(count)) : page;
    return channel_.send({"GET", path});
}

QFuture<Result<ApiClient::Probe>> ApiClient::probe(QUrl url) {
    auto promise = std::make_shared<QPromise<Result<Probe>>>();
    promise->start();
    QNetworkRequest request(url);
    request.setRawHeader("Accept", "application/json");
    QNetworkReply* reply = open_.get(request);
    connect(reply, &QNetworkReply::finished, this, [reply, promise] {
        reply->deleteLater();
        Probe probe;
        probe.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (probe.status != 200) probe.cause = errorOf(*reply, reply->readAll()).sentence;
        promise->addResult(probe);
        promise->finish();
    });
    return promise->future();
}

}  // namespace polyclinic::ui
