// Sign-in, sessions and passwords. Codes are in people_codes.cpp, what the clinic does in people_clinic.cpp.

#include "accounts/account_service.h"

#include <array>

#include "accounts/account_service_parts.h"
#include "accounts/cookies.h"
#include "accounts/devices.h"
#include "accounts/known_device_store.h"
#include "accounts/patient_summary.h"
#include "accounts/text.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "base/random.h"

namespace polyclinic::accounts {
namespace {

using namespace std::chrono_literals;

constexpr auto idle = 15min;
constexpr auto longestSession = 8h;
constexpr std::size_t cookieLength = 43;
constexpr std::chrono::seconds deviceLife = 24h * 400;  // as long as browsers keep a cookie (RFC 6265bis section 5.5)

PersonSession personOf(const Session& session, std::string hash, std::string cookie) {
    return {session.id,      session.account, session.username, session.fhirUser, session.language,
            session.started, session.expires, std::move(hash),  std::move(cookie)};
}

}  // namespace

AccountService::AccountService(Passwords& passwords, const KeyVault& vault, audit::AuditLog& audit, const Clock& clock)
    : passwords_(passwords), vault_(vault), audit_(audit), clock_(clock), tries_(vault, clock) {}

Task<void> AccountService::note(const tenancy::TenantContext& tenant, audit::Actor actor, std::string interaction, std::string accountId,
                                char action, int outcome) {
    audit::AuditEntry entry;
    entry.action = action;
    entry.interaction = std::move(interaction);
    entry.resourceId = std::move(accountId);
    entry.outcome = outcome;
    co_await audit_.note(tenant.session(), std::move(actor), std::move(entry), db::QueryClass::control);
}

Task<void> AccountService::demandPassword(const tenancy::TenantContext& tenant, const std::string& password, const Account& account) const {
    PasswordOwner owner{{account.username, tenant.record().tenant.name, tenant.id()}, {}, account.birthDate.value_or(std::string())};
    if (account.fhirUser.starts_with(patientPrefix)) {
        auto session = tenant.session();
        const auto record = account.fhirUser.substr(patientPrefix.size());
        const auto summary = co_await patientSummary(session, record);
        if (summary) owner.names = {summary->given, summary->family, summary->fullName()};
        if (summary && !summary->birthDate.empty()) owner.birthDate = summary->birthDate;
        if (account.secondFact) owner.birthDate = *account.secondFact;
    }
    if (account.email) owner.names.push_back(*account.email);
    Passwords::demandFit(password, owner);
}

Task<std::optional<SignedIn>> AccountService::begin(const tenancy::TenantContext& tenant, std::string_view realm, const Account& account,
                                                    const ClientInfo& clientInfo) {
    auto session = tenant.session();
    const Timestamp now = clock_.now();
    const std::string name = cookieName(realm, tenant);
    const std::string old = cookieValue(clientInfo.cookies, name);
    if (old.size() == cookieLength) co_await session_store::endByHash(session, realm, sha256(old));

    const std::string cookie = randomToken();
    Session made;
    made.id = randomUuid();
    made.account = account.id;
    made.device = deviceName(clientInfo.userAgent);
    made.address = clientInfo.peer;
    made.started = made.lastSeen = now;
    made.expires = now + longestSession;
    made.username = account.username;
    made.fhirUser = account.fhirUser;
    made.language = account.language;
    // A new name for the browser each time: nobody is known by what somebody else planted.
    const std::string device = randomToken(), known = deviceHash(tenant, realm, clientInfo);
    made.knownDevice = sha256(device);
    const std::string hash = sha256(cookie);
    const bool begun = co_await session_store::add(session, realm, hash, made, account.password);
    if (!begun) co_return std::nullopt;
    co_await account_store::noteSignIn(session, realm, account.id, now);
    co_await known_devices::keep(session, realm, account.id, known, made.knownDevice, now);
    SignedIn signedIn{setCookie(name, cookie), personOf(made, hash, cookie),
                      keepCookie(deviceCookieName(realm, tenant), device, deviceLife)};
    co_return signedIn;
}

std::string AccountService::deviceHash(const tenancy::TenantContext& tenant, std::string_view realm, const ClientInfo& clientInfo) const {
    const std::string device = cookieValue(clientInfo.cookies, deviceCookieName(realm, tenant));
    return device.size() == cookieLength ? sha256(device) : std::string();
}

Task<std::optional<SignedIn>> AccountService::signIn(const tenancy::TenantContext& tenant, std::string_view realm, std::string username,
                                                     std::string password, ClientInfo clientInfo) {
    const std::string key = usernameKey(username).value_or(std::string());
    auto session = tenant.session();
    const std::string device = deviceHash(tenant, realm, clientInfo);
    bool known = false;
    if (!device.empty()) known = co_await known_devices::isKnown(session, realm, device, key, clock_.now() - deviceLife);
    PersonTry tried;
    if (known)
        tried = tries_.ofDevice(tenant, realm, key, device);
    else
        tried = tries_.ofPassword(tenant, realm, key, clientInfo.peer);
    co_await tries_.begin(tenant, realm, tried);
    std::optional<Account> account;
    bool right = false;
    try {
        // One look-up, one hash and one line in the log, whoever is asked for.
        account = co_await account_store::findByName(session, realm, key);
        std::string encoded;
        if (account) encoded = account->password;
        right = co_await passwords_.verifyPassword(std::move(password), std::move(encoded));
    } catch (...) {
        tries_.withdrawn(tried);
        throw;
    }
    right = right && account && !account->disabled;
    if (right)
        co_await tries_.proved(tenant, realm, tried);
    else
        co_await tries_.failed(tenant, realm, tried);
    const std::string id = account ? account->id : std::string("unknown");
    audit::Actor actor{std::string(realm), id, clientInfo.request, clientInfo.peer};
    if (right) actor.account = id;
    std::string whom = account ? id : std::string();
    co_await note(tenant, std::move(actor), "sign-in", std::move(whom), 'E', right ? 0 : 4);
    if (!right) co_return std::nullopt;
    auto signedIn = co_await begin(tenant, realm, *account, clientInfo);
    co_return signedIn;
}

Task<std::optional<PersonSession>> AccountService::session(const tenancy::TenantContext& tenant, std::string_view realm,
                                                           std::string_view cookies) {
    const std::string cookie = cookieValue(cookies, cookieName(realm, tenant));
    if (cookie.size() != cookieLength) co_return std::nullopt;
    auto session = tenant.session();
    const std::string hash = sha256(cookie);
    const Timestamp now = clock_.now();
    const auto found = co_await session_store::find(session, realm, hash, now, now - idle);
    if (!found) co_return std::nullopt;
    co_return personOf(*found, hash, cookie);
}

Task<std::string> AccountService::signOut(const tenancy::TenantContext& tenant, std::string_view realm, ClientInfo clientInfo) {
    const auto person = co_await session(tenant, realm, clientInfo.cookies);
    if (person) {
        auto session = tenant.session();
        co_await session_store::endByHash(session, realm, person->hash);
        auto actor = audit::Actor{std::string(realm), person->accountId, clientInfo.request, clientInfo.peer}.as(person->accountId);
        co_await note(tenant, std::move(actor), "sign-out", person->accountId, 'E');
    }
    co_return clearCookie(cookieName(realm, tenant));
}

Task<std::vector<Session>> AccountService::sessionsOf(const tenancy::TenantContext& tenant, std::string_view realm, std::string accountId) {
    auto session = tenant.session();
    const Timestamp now = clock_.now();
    co_return co_await session_store::list(session, realm, accountId, now, now - idle);
}

Task<bool> AccountService::endSession(const tenancy::TenantContext& tenant, std::string_view realm, const PersonSession& person,
                                      std::string sessionId, ClientInfo clientInfo) {
    auto session = tenant.session();
    const bool ended = co_await session_store::end(session, realm, sessionId, person.accountId);
    auto actor = audit::Actor{std::string(realm), person.accountId, clientInfo.request, clientInfo.peer}.as(person.accountId);
    co_await note(tenant, std::move(actor), "session-end", person.accountId, 'D', ended ? 0 : 4);
    co_return ended;
}

Task<bool> AccountService::endAnySession(const tenancy::TenantContext& tenant, std::string_view realm, std::string sessionId,
                                         audit::Actor actor) {
    auto session = tenant.session();
    const bool ended = co_await session_store::end(session, realm, sessionId, "");
    if (ended) co_await note(tenant, std::move(actor), "session-end", sessionId, 'D');
    co_return ended;
}

Task<std::size_t> AccountService::endOtherSessions(const tenancy::TenantContext& tenant, std::string_view realm,
                                                   const PersonSession& person, ClientInfo clientInfo) {
    auto session = tenant.session();
    const auto ended = co_await session_store::endOthers(session, realm, person.accountId, person.id);
    auto actor = audit::Actor{std::string(realm), person.accountId, clientInfo.request, clientInfo.peer}.as(person.accountId);
    co_await note(tenant, std::move(actor), "session-end-others", person.accountId, 'D');
    co_return ended;
}

Task<SignedIn> AccountService::changePassword(const tenancy::TenantContext& tenant, std::string_view realm, const PersonSession& person,
                                              std::string current, std::string password, bool stopApps, ClientInfo clientInfo) {
    auto session = tenant.session();
    auto account = co_await account_store::find(session, realm, person.accountId);
    if (!account || account->disabled) throw Failure(FailureKind::forbidden, "Sign in again.");
    // Counted on this session alone: strangers cannot slow its owner down, nor a thief of it the owner elsewhere.
    const auto tried = tries_.ofDevice(tenant, realm, account->usernameKey, person.hash);
    co_await tries_.begin(tenant, realm, tried);
    auto actor = audit::Actor{std::string(realm), account->id, clientInfo.request, clientInfo.peer}.as(account->id);
    bool right = false;
    try {
        right = co_await passwords_.verifyPassword(std::move(current), account->password);
    } catch (...) {
        tries_.withdrawn(tried);
        throw;
    }
    if (!right) {
        co_await tries_.failed(tenant, realm, tried);
        co_await note(tenant, std::move(actor), "password-change", account->id, 'U', 4);
        throw Failure(FailureKind::forbidden, "The current password is not right.");
    }
    co_await tries_.proved(tenant, realm, tried);
    co_await demandPassword(tenant, password, *account);
    auto encoded = co_await passwords_.hashPassword(std::move(password));
    const bool changed =
        co_await account_store::setPassword(session, realm, account->id, encoded, std::nullopt, account->password, stopApps, clock_.now());
    const Failure overtaken(FailureKind::conflict, "The password was changed in the meantime. Sign in again.");
    if (!changed) throw overtaken;
    co_await note(tenant, std::move(actor), "password-change", account->id, 'U');
    account->password = std::move(encoded);
    auto signedIn = co_await begin(tenant, realm, *account, clientInfo);
    if (!signedIn) throw overtaken;
    co_return std::move(*signedIn);
}

}  // namespace polyclinic::accounts
