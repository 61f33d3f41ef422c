// What the operator API speaks of, as values. Each keeps the JSON that it came from, so that a change sends
// back also what this program does not know.

#pragma once

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QMap>
#include <QString>
#include <QUrl>
#include <optional>

namespace polyclinic::ui {

struct Endpoint {
    QString type;  // "fhir-api", "system-auth", ...
    QUrl url;
};

struct Tenant {
    QString id, name, status, isolation, timezone, language, phone, email;
    QList<Endpoint> endpoints;
    QString versionId;
    QJsonObject source;

    bool suspended() const { return status == QLatin1String("suspended"); }
    QJsonObject toJson() const;
    static Tenant fromJson(const QJsonObject& json);
};

struct TenantList {
    QList<Tenant> tenants;
    int total = 0;
    QString next;  // address of the next page; empty at the end
};

struct Counts {
    qint64 total = 0;
    QMap<QString, qint64> types;
};

/// An app or a system that a clinic lets in.
struct Client {
    QString id, name, kind, type, scopes;  // kind: patient-app, backend-service; type: public, confidential-...
    QStringList redirectUris;
    QString launchUri, jwksUri, publisher, description, policyUri, termsUri;
    QJsonObject privacyAnswers;                                  // answers about privacy, by question
    bool offered = false, disabled = false, introspect = false;  // introspect: a system that may ask about others' tokens
    QString clientSecret;                                        // only in the answer that made it
    QString versionId;
    QJsonObject source;

    bool isPatientApp() const { return kind == QLatin1String("patient-app"); }
    QJsonObject toJson() const;
    static Client fromJson(const QJsonObject& json);
};

struct JobProblem {
    QString file;
    qint64 line = 0;
    QString severity, diagnostics, expression;
};

struct Job {
    QString id, tenant, kind, status, requestedBy;
    QDateTime begun;
    qint64 done = 0, total = 0, bytesDone = 0, bytesTotal = 0;
    QMap<QString, qint64> created, updated;
    qint64 unchanged = 0, failed = 0;
    QList<JobProblem> problems;

    bool running() const { return status == QLatin1String("queued") || status == QLatin1String("running"); }
    static Job fromJson(const QJsonObject& json);
};

struct HealthItem {
    QString id, state, title, detail, remedy;  // state: ok, warning, error, unknown

    static QList<HealthItem> listFrom(const QJsonValue& list);
};

struct ServerStatus {
    QString version, operatorName;  // who asks
    QDateTime startedAt;
    QUrl clinics, operators;
    QByteArray certificate;  // SHA-256 of what the clinics' address shows; empty: no TLS, or somebody else's
    QList<HealthItem> health;
    QString databaseKind, databaseVersion;
    std::optional<qint64> databaseSize;

    static ServerStatus fromJson(const QJsonObject& json);
};

/// The "next" link of a Bundle that came from `from`, as a whole address; empty at the end.
QString nextLink(const QJsonObject& bundle, const QUrl& from);

/// The resources of a Bundle's entries, in order.
QList<QJsonObject> entries(const QJsonObject& bundle);

}  // namespace polyclinic::ui
