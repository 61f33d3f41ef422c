// Sign-in, sessions and passwords. Codes are in account_service_codes.cpp, what the clinic does in account_service_clinic.cpp.

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

Task<void> AccountService::note(const tenancy::RealmSession& session, audit::Actor actor, std::string interaction, std::string accountId,
                                char action, int outcome) {
    audit::AuditEntry entry;
    entry.action = action;
    entry.interaction = std::move(interaction);
    entry.resourceId = std::move(accountId);
    entry.outcome = outcome;
    co_await audit_.note(session.tenant(), std::move(actor), std::move(entry), db::QueryClass::control);
}

Task<void> AccountService::demandPassword(const tenancy::RealmSession& session, const std::string& password, const Account& account) const {
    PasswordOwner owner{
        {account.username, session.tenant().record().tenant.name, session.tenant().id()}, {}, account.birthDate.value_or(std::string())};
    if (account.fhirUser.starts_with(patientPrefix)) {
        const auto record = account.fhirUser.substr(patientPrefix.size());
        const auto summary = co_await patientSummary(session.tenant(), record);
        if (summary) {
            owner.names = summary->names;
            owner.names.push_back(summary->fullName());
        }
        if (summary && !summary->birthDate.empty()) owner.birthDate = summary->birthDate;
        if (account.secondFact) owner.birthDate = *account.secondFact;
    }
    if (account.email) owner.names.push_back(*account.email);
    const WorkOwner whose{session.tenant().number()};
    co_await passwords_.demandFit(password, owner, whose);
}

Task<std::optional<SignedIn>> AccountService::begin(const tenancy::RealmSession& session, const Account& account,
                                                    const ClientInfo& clientInfo) {
    const Timestamp now = clock_.now();
    const std::string name = cookieName(session);
    const std::string old = cookieValue(clientInfo.cookies, name);
    if (old.size() == cookieLength) co_await session_store::endByHash(session, sha256(old));

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
    const std::string device = randomToken(), known = deviceHash(session, clientInfo);
    made.knownDevice = sha256(device);
    const std::string hash = sha256(cookie);
    const bool begun = co_await session_store::add(session, hash, made, account.password);
    if (!begun) co_return std::nullopt;
    co_await account_store::noteSignIn(session, account.id, now);
    co_await known_devices::keep(session, account.id, known, made.knownDevice, now);
    SignedIn signedIn{setCookie(name, cookie), personOf(made, hash, cookie), keepCookie(deviceCookieName(session), device, deviceLife)};
    co_return signedIn;
}

std::string AccountService::deviceHash(const tenancy::RealmSession& session, const ClientInfo& clientInfo) const {
    const std::string device = cookieValue(clientInfo.cookies, deviceCookieName(session));
    return device.size() == cookieLength ? sha256(device) : std::string();
}

Task<std::optional<SignedIn>> AccountService::signIn(const tenancy::RealmSession& session, std::string username, std::string password,
                                                     ClientInfo clientInfo) {
    const std::string key = usernameKey(username).value_or(std::string());
    const std::string device = deviceHash(session, clientInfo);
    bool known = false;
    if (!device.empty()) known = co_await known_devices::isKnown(session, device, key, clock_.now() - deviceLife);
    PersonTry tried;
    if (known)
        tried = tries_.ofDevice(session, key, device);
    else
        tried = tries_.ofPassword(session, key, clientInfo.peer);
    co_await tries_.begin(session, tried);
    std::optional<Account> account;
    bool right = false;
    try {
        // One look-up, one hash and one line in the log, whoever is asked for.
        account = co_await account_store::findByName(session, key);
        std::string encoded;
        if (account) encoded = account->password;
        right = co_await passwords_.verifyPassword(std::move(password), std::move(encoded), ownerOf(session.tenant(), clientInfo.peer));
    } catch (...) {
        tries_.withdrawn(tried);
        throw;
    }
    right = right && account && !account->disabled;
    if (right)
        co_await tries_.proved(session, tried);
    else
        co_await tries_.failed(session, tried);
    const std::string id = account ? account->id : std::string("unknown");
    audit::Actor actor{std::string(session.realm()), id, clientInfo.request, clientInfo.peer};
    if (right) actor.account = id;
    std::string whom = account ? id : std::string();
    co_await note(session, std::move(actor), "sign-in", std::move(whom), 'E', right ? 0 : 4);
    if (!right) co_return std::nullopt;
    auto signedIn = co_await begin(session, *account, clientInfo);
    co_return signedIn;
}

Task<std::optional<PersonSession>> AccountService::session(const tenancy::RealmSession& session, std::string_view cookies) {
    const std::string cookie = cookieValue(cookies, cookieName(session));
    if (cookie.size() != cookieLength) co_return std::nullopt;
    const std::string hash = sha256(cookie);
    const Timestamp now = clock_.now();
    const auto found = co_await session_store::find(session, hash, now, now - idle);
    if (!found) co_return std::nullopt;
    co_return personOf(*found, hash, cookie);
}

Task<std::string> AccountService::signOut(const tenancy::RealmSession& session, ClientInfo clientInfo) {
    const auto person = co_await this->session(session, clientInfo.cookies);
    if (person) {
        co_await session_store::endByHash(session, person->hash);
        auto actor =
            audit::Actor{std::string(session.realm()), person->accountId, clientInfo.request, clientInfo.peer}.as(person->accountId);
        co_await note(session, std::move(actor), "sign-out", person->accountId, 'E');
    }
    co_return clearCookie(cookieName(session));
}

Task<std::vector<Session>> AccountService::sessionsOf(const tenancy::RealmSession& session, std::string accountId) {
    const Timestamp now = clock_.now();
    co_return co_await session_store::list(session, accountId, now, now - idle);
}

Task<bool> AccountService::endSession(const tenancy::RealmSession& session, const PersonSession& person, std::string sessionId,
                                      ClientInfo clientInfo) {
    const bool ended = co_await session_store::end(session, sessionId, person.accountId);
    auto actor = audit::Actor{std::string(session.realm()), person.accountId, clientInfo.request, clientInfo.peer}.as(person.accountId);
    co_await note(session, std::move(actor), "session-end", person.accountId, 'D', ended ? 0 : 4);
    co_return ended;
}

Task<bool> AccountService::endAnySession(const tenancy::RealmSession& session, std::string sessionId, audit::Actor actor) {
    const bool ended = co_await session_store::end(session, sessionId, "");
    if (ended) co_await note(session, std::move(actor), "session-end", sessionId, 'D');
    co_return ended;
}

Task<std::size_t> AccountService::endOtherSessions(const tenancy::RealmSession& session, const PersonSession& person,
                                                   ClientInfo clientInfo) {
    const auto ended = co_await session_store::endOthers(session, person.accountId, person.id);
    auto actor = audit::Actor{std::string(session.realm()), person.accountId, clientInfo.request, clientInfo.peer}.as(person.accountId);
    co_await note(session, std::move(actor), "session-end-others", person.accountId, 'D');
    co_return ended;
}

Task<SignedIn> AccountService::changePassword(const tenancy::RealmSession& session, const PersonSession& person, std::string current,
                                              std::string password, bool stopApps, ClientInfo clientInfo) {
    auto account = co_await account_store::find(session, person.accountId);
    if (!account || account->disabled) throw Failure(FailureKind::forbidden, "Sign in again.");
    // Counted on this session alone: strangers cannot slow its owner down, nor a thief of it the owner elsewhere.
    const auto tried = tries_.ofDevice(session, account->usernameKey, person.hash);
    co_await tries_.begin(session, tried);
    auto actor = audit::Actor{std::string(session.realm()), account->id, clientInfo.request, clientInfo.peer}.as(account->id);
    bool right = false;
    try {
        right = co_await passwords_.verifyPassword(std::move(current), account->password, ownerOf(session.tenant(), clientInfo.peer));
    } catch (...) {
        tries_.withdrawn(tried);
        throw;
    }
    if (!right) {
        co_await tries_.failed(session, tried);
        co_await note(session, std::move(actor), "password-change", account->id, 'U', 4);
        throw Failure(FailureKind::forbidden, "The current password is not right.");
    }
    co_await tries_.proved(session, tried);
    co_await demandPassword(session, password, *account);
    auto encoded = co_await passwords_.hashPassword(std::move(password), ownerOf(session.tenant(), clientInfo.peer));
    const bool changed =
        co_await account_store::setPassword(session, account->id, encoded, std::nullopt, account->password, stopApps, clock_.now());
    const Failure overtaken(FailureKind::conflict, "The password was changed in the meantime. Sign in again.");
    if (!changed) throw overtaken;
    co_await note(session, std::move(actor), "password-change", account->id, 'U');
    account->password = std::move(encoded);
    auto signedIn = co_await begin(session, *account, clientInfo);
    if (!signedIn) throw overtaken;
    co_return std::move(*signedIn);
}

}  // namespace polyclinic::accounts
