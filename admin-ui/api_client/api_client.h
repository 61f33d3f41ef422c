// The operator API as functions: the one client between the window and the server. No widget knows where the
// server runs. Every call answers a future; thread: the client's.

#pragma once

#include <QJsonObject>
#include <QStringList>

#include "api_client/channel.h"
#include "api_client/operators.h"
#include "api_client/people.h"
#include "api_client/resources.h"

namespace polyclinic::ui {

class ApiClient : public QObject {
    Q_OBJECT
  public:
    explicit ApiClient(QUrl operators, QObject* parent = nullptr);

    Channel& channel() { return channel_; }

    QFuture<Result<ServerStatus>> server();

    /// Clinics whose name holds `nameContains`; `page` is a TenantList::next or empty for the first.
    QFuture<Result<TenantList>> tenants(QString nameContains = {}, bool trashed = false, QString page = {});
    QFuture<Result<Tenant>> tenant(QString id);
    /// Fails with 412 when a clinic of that id exists already.
    QFuture<Result<Tenant>> createTenant(const Tenant& tenant);
    QFuture<Result<Tenant>> changeTenant(const Tenant& tenant);
    QFuture<Result<Nothing>> trashTenant(QString id);
    QFuture<Result<Nothing>> restoreTenant(QString id);
    /// For ever. Fails with 401 and code "login" when the operator's sign-in is older than 5 minutes.
    QFuture<Result<Nothing>> purgeTenant(QString id);
    QFuture<Result<Counts>> counts(QString tenant);

    QFuture<Result<QList<Client>>> clients(QString tenant);
    /// The answer holds the secret, where the client has one, this once.
    QFuture<Result<Client>> addClient(QString tenant, const Client& client);
    QFuture<Result<Client>> changeClient(QString tenant, QJsonObject client);
    QFuture<Result<Nothing>> removeClient(QString tenant, QString client);
    QFuture<Result<QString>> rotateSecret(QString tenant, QString client);

    /// What the consent page would say to a patient, in `language`.
    QFuture<Result<ConsentPreview>> consentPreview(QString tenant, const Client& client, QString language);

    /// All accounts that `query` names ("realm=patient&status=active"), page after page.
    QFuture<Result<QList<Account>>> accounts(QString tenant, QString query);
    QFuture<Result<Invitation>> invite(QString tenant, QJsonObject account);
    QFuture<Result<OneTimeCode>> inviteAgain(QString tenant, QString account);
    QFuture<Result<OneTimeCode>> resetCode(QString tenant, QString account);
    QFuture<Result<Nothing>> unlock(QString tenant, QString account);
    QFuture<Result<Account>> changeAccount(QString tenant, QJsonObject account);
    QFuture<Result<Nothing>> removeAccount(QString tenant, QString account);
    QFuture<Result<QList<Session>>> sessions(QString tenant, QString query = {});
    QFuture<Result<Nothing>> endSession(QString tenant, QString session);
    QFuture<Result<QList<Grant>>> grants(QString tenant, QString query = {});
    QFuture<Result<Nothing>> endGrant(QString tenant, QString grant);

    QFuture<Result<Job>> importFiles(QString tenant, QStringList paths, bool lenient);
    QFuture<Result<Job>> job(QString id);
    QFuture<Result<QList<Job>>> jobs();
    QFuture<Result<Nothing>> cancelJob(QString id);

    /// A read of the clinic's records; `path` is what follows `/fhir/`, percent-encoded, or a next link.
    QFuture<Result<Reply>> fhir(QString tenant, QString path);
    /// `query`: further conditions, "agent=maria"; `page`: a next link, which holds them already.
    QFuture<Result<Reply>> auditEvents(QString tenant, int count, QString page = {}, QString query = {});

    /// Who runs the server. What changes them fails with 401 and code "login" when the operator's sign-in is older than 5
    /// minutes, and with 409 where nobody could sign in any more.
    QFuture<Result<QList<Operator>>> operators();
    QFuture<Result<Nothing>> addOperator(QString username, QString password);
    QFuture<Result<Nothing>> setOperatorDisabled(QString id, bool disabled);
    QFuture<Result<Nothing>> removeOperator(QString id);
    /// Of who is signed in here. Ends all their other sign-ins.
    QFuture<Result<Nothing>> changePassword(QString id, QString current, QString password);
    QFuture<Result<QList<Program>>> programs();
    QFuture<Result<ProgramSecret>> addProgram(QString name);
    QFuture<Result<Nothing>> removeProgram(QString id);

    /// What operators did on the server: sign-ins, its network, clinics made and removed.
    QFuture<Result<Reply>> operatorEvents(int count, QString page = {});
    /// Has the log read again against its seals: {"sealed","verified","broken":[]}. Of the server where `tenant` is empty.
    QFuture<Result<Reply>> verifyLog(QString tenant);
    /// New signing keys at once; until when the old ones are still accepted.
    QFuture<Result<QDateTime>> rotateSigningKeys(QString tenant);

    /// What an address answers to anyone, without the operator's token: the status, and a plain cause.
    struct Probe {
        int status = 0;
        QString cause;  // empty when it answers as it should
    };
    QFuture<Result<Probe>> probe(QUrl url);
    /// SHA-256 of the certificate that this very server shows, which a browser need not know for probe() to go on.
    void trust(const QByteArray& certificate) { certificate_ = certificate; }

  private:
    QFuture<Result<Nothing>> sendForNothing(Call call);
    template <class T>
    QFuture<Result<QList<T>>> all(QString path, QList<T> before = {});

    Channel channel_;
    QNetworkAccessManager open_;  // holds no token
    QByteArray certificate_;
};

}  // namespace polyclinic::ui
