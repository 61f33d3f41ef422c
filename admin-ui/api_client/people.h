// Who signs in to a clinic's pages, what they allowed which app, and what an app asks for: values of the operator API.

#pragma once

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QUrl>

namespace polyclinic::ui {

struct Account {
    QString id, realm, username, email, fhirUser, birthDate, language, status;  // status: invited, active, locked, off
    bool disabled = false;
    QDateTime created, activated, lastSignIn, invitedUntil, lockedUntil;
    QString versionId;
    QJsonObject source;

    /// The id in "Patient/p1".
    QString recordId() const { return fhirUser.section('/', 1); }
    static Account fromJson(const QJsonObject& json);
};

/// What a slip carries. Shown once: the server keeps no copy that can be read.
struct OneTimeCode {
    QUrl url;
    QString code, username;
    QDateTime expires;

    static OneTimeCode fromJson(const QJsonObject& json);
};

struct Invitation {
    Account account;
    OneTimeCode activation;
};

struct Session {
    QString id, account, username, fhirUser, device, address;
    QDateTime started, lastSeen, expires;

    static Session fromJson(const QJsonObject& json);
};

struct Grant {
    QString id, account, username, fhirUser, client, clientName, patient, scope, status, endedBy;
    QDateTime created, ends, lastUsed, ended;

    bool active() const { return status == QLatin1String("active"); }
    static Grant fromJson(const QJsonObject& json);
};

struct Sentence {
    QString brief, detail, scope;
};

/// The consent page's words for an app that asks for these scopes.
struct ConsentPreview {
    QString title, maker;
    QList<Sentence> always, see, change;
    QStringList notes, refused;

    static ConsentPreview fromJson(const QJsonObject& json);
};

}  // namespace polyclinic::ui
