#include "api_client/api_client.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkReply>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslError>
#include <QUrlQuery>

#include "api_client/json.h"

namespace polyclinic::ui {
namespace {

const QString api = QStringLiteral("/admin/api/");

QString part(const QString& text) { return QString::fromLatin1(QUrl::toPercentEncoding(text)); }

QString tenantPath(const QString& id, const QString& rest = {}) { return api + "Tenant/" + part(id) + rest; }

QByteArray bytes(const QJsonObject& json) { return QJsonDocument(json).toJson(QJsonDocument::Compact); }

template <class T>
QFuture<Result<T>> parsed(QFuture<Result<Reply>> reply, T (*parse)(const QJsonObject&)) {
    return reply.then(
        [parse](const Result<Reply>& r) -> Result<T> { return r.map([parse](const Reply& each) { return parse(each.json); }); });
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

template <class T>
QFuture<T> already(T value) {
    QPromise<T> promise;
    promise.start();
    promise.addResult(std::move(value));
    promise.finish();
    return promise.future();
}

Invitation invitationFrom(const QJsonObject& json) {
    return {Account::fromJson(json), OneTimeCode::fromJson(json["activation"].toObject())};
}

/// A code stands alone or beside the account that it is for.
OneTimeCode codeFrom(const QJsonObject& json) {
    for (const char* name : {"activation", "reset"}) {
        if (json[QLatin1String(name)].isObject()) return OneTimeCode::fromJson(json[QLatin1String(name)].toObject());
    }
    return OneTimeCode::fromJson(json);
}

}  // namespace

ApiClient::ApiClient(QUrl operators, QObject* parent) : QObject(parent), channel_(std::move(operators)) {
    open_.setTransferTimeout(10'000);
}

QFuture<Result<ServerStatus>> ApiClient::server() { return parsed(channel_.send({"GET", api + "Server"}), &ServerStatus::fromJson); }

QFuture<Result<TenantList>> ApiClient::tenants(QString nameContains, bool trashed, QString page) {
    QString query = QStringLiteral("?_count=100");
    if (!nameContains.isEmpty()) query += "&name:contains=" + part(nameContains);
    if (trashed) query += "&state=trashed";
    return channel_.send({"GET", page.isEmpty() ? api + "Tenant" + query : page}).then([](const Result<Reply>& r) -> Result<TenantList> {
        return r.map(&tenantList);
    });
}

QFuture<Result<Tenant>> ApiClient::tenant(QString id) { return parsed(channel_.send({"GET", tenantPath(id)}), &Tenant::fromJson); }

QFuture<Result<Tenant>> ApiClient::createTenant(const Tenant& tenant) {
    // A PUT alone would change an existing clinic of that id: look first, so that a taken id is told as such.
    return channel_.send({"GET", tenantPath(tenant.id)})
        .then([this, tenant](const Result<Reply>& found) -> QFuture<Result<Tenant>> {
            if (!found && found.error().status == 404) {
                return parsed(channel_.send({"PUT", tenantPath(tenant.id), bytes(tenant.toJson())}), &Tenant::fromJson);
            }
            if (!found && found.error().status != 410) return already(Result<Tenant>(found.error()));
            return already(Result<Tenant>(ApiError{412, QStringLiteral("taken"), tr("Another clinic has this id.")}));
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

QFuture<Result<Nothing>> ApiClient::restoreTenant(QString id) { return sendForNothing({"POST", tenantPath(id, "/$restore")}); }

QFuture<Result<Nothing>> ApiClient::purgeTenant(QString id) { return sendForNothing({"DELETE", tenantPath(id, "?purge=true")}); }

QFuture<Result<Counts>> ApiClient::counts(QString tenant) {
    return parsed(channel_.send({"GET", tenantPath(tenant, "/$counts")}), &countsFrom);
}

QFuture<Result<QList<Client>>> ApiClient::clients(QString tenant) { return all<Client>(tenantPath(tenant, "/Client")); }

QFuture<Result<Client>> ApiClient::addClient(QString tenant, const Client& client) {
    return parsed(channel_.send({"POST", tenantPath(tenant, "/Client"), bytes(client.toJson())}), &Client::fromJson);
}

QFuture<Result<Client>> ApiClient::changeClient(QString tenant, QJsonObject client) {
    const QString path = tenantPath(tenant, "/Client/" + part(client["id"].toString()));
    return parsed(channel_.send({"PUT", path, bytes(client)}), &Client::fromJson);
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

QFuture<Result<ConsentPreview>> ApiClient::consentPreview(QString tenant, const Client& client, QString language) {
    QJsonObject body{{"name", client.name}, {"scopes", client.scopes}};
    if (!client.publisher.isEmpty()) body["publisher"] = client.publisher;
    if (!client.redirectUris.isEmpty()) body["redirectUri"] = client.redirectUris.first();
    if (!language.isEmpty()) body["language"] = language;
    return parsed(channel_.send({"POST", tenantPath(tenant, "/$consent-preview"), bytes(body)}), &ConsentPreview::fromJson);
}

template <class T>
QFuture<Result<QList<T>>> ApiClient::all(QString path, QList<T> before) {
    return channel_.send({"GET", path})
        .then([this, before](const Result<Reply>& reply) -> QFuture<Result<QList<T>>> {
            if (!reply) return already(Result<QList<T>>(reply.error()));
            QList<T> list = before;
            for (const QJsonObject& each : entries(reply->json)) list.append(T::fromJson(each));
            const QString next = nextLink(reply->json, reply->url);
            if (next.isEmpty()) return already(Result<QList<T>>(list));
            return all<T>(next, list);
        })
        .unwrap();
}

QFuture<Result<QList<Account>>> ApiClient::accounts(QString tenant, QString query) {
    return all<Account>(tenantPath(tenant, "/Account?" + query));
}

QFuture<Result<Invitation>> ApiClient::invite(QString tenant, QJsonObject account) {
    return parsed(channel_.send({"POST", tenantPath(tenant, "/Account"), bytes(account)}), &invitationFrom);
}

QFuture<Result<OneTimeCode>> ApiClient::inviteAgain(QString tenant, QString account) {
    return parsed(channel_.send({"POST", tenantPath(tenant, "/Account/" + part(account) + "/$invite")}), &codeFrom);
}

QFuture<Result<OneTimeCode>> ApiClient::resetCode(QString tenant, QString account) {
    return parsed(channel_.send({"POST", tenantPath(tenant, "/Account/" + part(account) + "/$reset-code"),
                                 bytes(QJsonObject{{"identityChecked", true}})}),
                  &codeFrom);
}

QFuture<Result<Nothing>> ApiClient::unlock(QString tenant, QString account) {
    return sendForNothing({"POST", tenantPath(tenant, "/Account/" + part(account) + "/$unlock")});
}

QFuture<Result<Account>> ApiClient::changeAccount(QString tenant, QJsonObject account) {
    const QString version = account["meta"].toObject()["versionId"].toString();
    QByteArray match;
    if (!version.isEmpty()) match = "W/\"" + version.toUtf8() + "\"";
    return parsed(channel_.send({"PUT", tenantPath(tenant, "/Account/" + part(account["id"].toString())), bytes(account), match}),
                  &Account::fromJson);
}

QFuture<Result<Nothing>> ApiClient::removeAccount(QString tenant, QString account) {
    return sendForNothing({"DELETE", tenantPath(tenant, "/Account/" + part(account))});
}

QFuture<Result<QList<Session>>> ApiClient::sessions(QString tenant, QString query) {
    return all<Session>(tenantPath(tenant, "/Session?" + query));
}

QFuture<Result<Nothing>> ApiClient::endSession(QString tenant, QString session) {
    return sendForNothing({"DELETE", tenantPath(tenant, "/Session/" + part(session))});
}

QFuture<Result<QList<Grant>>> ApiClient::grants(QString tenant, QString query) { return all<Grant>(tenantPath(tenant, "/Grant?" + query)); }

QFuture<Result<Nothing>> ApiClient::endGrant(QString tenant, QString grant) {
    return sendForNothing({"DELETE", tenantPath(tenant, "/Grant/" + part(grant))});
}

QFuture<Result<QList<Job>>> ApiClient::jobs() { return all<Job>(api + "Job"); }

QFuture<Result<Job>> ApiClient::importFiles(QString tenant, QStringList paths, bool lenient) {
    const QString path = tenantPath(tenant, lenient ? "/$import?lenient=true" : "/$import");
    const QJsonObject body{{"files", QJsonArray::fromStringList(paths)}};
    return parsed(channel_.send({"POST", path, bytes(body)}), &Job::fromJson);
}

QFuture<Result<Job>> ApiClient::job(QString id) { return parsed(channel_.send({"GET", api + "Job/" + part(id)}), &Job::fromJson); }

QFuture<Result<Nothing>> ApiClient::cancelJob(QString id) { return sendForNothing({"DELETE", api + "Job/" + part(id)}); }

QFuture<Result<Reply>> ApiClient::fhir(QString tenant, QString path) {
    if (path.startsWith("http")) return channel_.send({"GET", path});
    return channel_.send({"GET", tenantPath(tenant, "/fhir/" + path)});
}

QFuture<Result<Reply>> ApiClient::auditEvents(QString tenant, int count, QString page, QString query) {
    QString path = tenantPath(tenant, QStringLiteral("/AuditEvent?_count=%1").arg(count));
    if (!query.isEmpty()) path += '&' + query;
    return channel_.send({"GET", page.isEmpty() ? path : page});
}

QFuture<Result<QList<Operator>>> ApiClient::operators() { return all<Operator>(api + "Operator"); }

QFuture<Result<Nothing>> ApiClient::addOperator(QString username, QString password) {
    return sendForNothing({"POST", api + "Operator", bytes({{"username", username}, {"password", password}})});
}

QFuture<Result<Nothing>> ApiClient::setOperatorDisabled(QString id, bool disabled) {
    return sendForNothing({"PUT", api + "Operator/" + part(id), bytes({{"disabled", disabled}})});
}

QFuture<Result<Nothing>> ApiClient::removeOperator(QString id) { return sendForNothing({"DELETE", api + "Operator/" + part(id)}); }

QFuture<Result<Nothing>> ApiClient::changePassword(QString id, QString current, QString password) {
    return sendForNothing(
        {"POST", api + "Operator/" + part(id) + "/$change-password", bytes({{"current", current}, {"password", password}})});
}

QFuture<Result<QList<Program>>> ApiClient::programs() { return all<Program>(api + "OperatorClient"); }

QFuture<Result<ProgramSecret>> ApiClient::addProgram(QString name) {
    return parsed(channel_.send({"POST", api + "OperatorClient", bytes({{"name", name}})}), &ProgramSecret::fromJson);
}

QFuture<Result<Nothing>> ApiClient::removeProgram(QString id) { return sendForNothing({"DELETE", api + "OperatorClient/" + part(id)}); }

QFuture<Result<Reply>> ApiClient::operatorEvents(int count, QString page) {
    return channel_.send({"GET", page.isEmpty() ? api + QStringLiteral("AuditEvent?_count=%1").arg(count) : page});
}

QFuture<Result<Reply>> ApiClient::verifyLog(QString tenant) {
    return channel_.send({"POST", tenant.isEmpty() ? api + "AuditEvent/$verify" : tenantPath(tenant, "/AuditEvent/$verify")});
}

QFuture<Result<QDateTime>> ApiClient::rotateSigningKeys(QString tenant) {
    return channel_.send({"POST", tenantPath(tenant, "/$rotate-signing-key")}).then([](const Result<Reply>& r) -> Result<QDateTime> {
        return r.map([](const Reply& each) { return timeOf(each.json["rotated"].toArray().first()["previousShownUntil"]); });
    });
}

QFuture<Result<ApiClient::Probe>> ApiClient::probe(QUrl url) {
    auto promise = std::make_shared<QPromise<Result<Probe>>>();
    promise->start();
    QNetworkRequest request(url);
    request.setRawHeader("Accept", "application/json, text/html;q=0.9");
    QNetworkReply* reply = open_.get(request);
    connect(reply, &QNetworkReply::sslErrors, this, [this, reply](const QList<QSslError>&) {
        const auto shown = reply->sslConfiguration().peerCertificate().digest(QCryptographicHash::Sha256);
        if (!certificate_.isEmpty() && shown == certificate_) reply->ignoreSslErrors();
    });
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
