#include "accounts/operators.h"

#include <chrono>

#include "accounts/text.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "base/random.h"

namespace polyclinic::accounts {
namespace {

constexpr std::chrono::seconds ticketLife{60};
constexpr std::chrono::hours grantLife{24 * 30};

Failure unfitOperator(std::string member, std::string sentence) {
    return Failure::withIssues(FailureKind::unprocessable, {{Issue::Severity::error, "value", std::move(sentence), std::move(member)}});
}

}  // namespace

Operators::Operators(db::Database& directory, Passwords& passwords, const Clock& clock)
    : directory_(directory), passwords_(passwords), clock_(clock), tries_(directory, clock) {}

Task<bool> Operators::any() { co_return co_await operator_store::any(session()); }

std::string Operators::beginSetup() {
    std::string secret = randomToken();
    std::lock_guard lock(mutex_);
    setupHash_ = sha256(secret);
    return secret;
}

bool Operators::setupPending() const {
    std::lock_guard lock(mutex_);
    return !setupHash_.empty();
}

Task<OperatorAccount> Operators::makeAccount(std::string username, std::string password, std::string clinic) {
    const auto key = usernameKey(username);
    if (!key) throw unfitOperator("username", "Choose a user name of 1 to 100 visible characters.");
    const PasswordOwner owner{{*key, clinic}, {}, {}};
    co_await passwords_.demandFit(password, owner);
    OperatorAccount account;
    account.id = randomUuid();
    account.username = username;
    account.usernameKey = *key;
    account.password = co_await passwords_.hashPassword(std::move(password));
    co_return account;
}

Task<std::string> Operators::setUp(std::string secret, std::string username, std::string password, std::string clinic) {
    {
        const std::string hash = sha256(secret);
        std::lock_guard lock(mutex_);
        if (setupHash_.empty() || !equalInConstantTime(hash, setupHash_))
            throw Failure(FailureKind::forbidden, "This setup address is not valid, or it has been used.");
    }
    const auto account = co_await makeAccount(std::move(username), std::move(password), std::move(clinic));
    const Timestamp now = clock_.now();
    const std::string ticket = randomToken();
    const OperatorGrant grant{randomUuid(), account.id, std::string(consoleClient), now, now + grantLife};
    const OperatorToken token{OperatorTokenKind::ticket, sha256(ticket), grant.id, now + ticketLife, {}, {}};
    const bool first = co_await operator_store::addFirst(session(), account, grant, token);
    {
        std::lock_guard lock(mutex_);
        setupHash_.clear();  // there is an operator now, this one or another
    }
    if (!first) throw Failure(FailureKind::conflict, "There is an operator already. Sign in instead.");
    co_return ticket;
}

Task<std::optional<OperatorAccount>> Operators::verify(std::string username, std::string password) {
    // One look-up and one hash, whoever is asked for.
    const std::string key = usernameKey(username).value_or(std::string());
    auto account = co_await operator_store::find(session(), key);
    std::string encoded;
    if (account) encoded = account->password;
    const bool right = co_await passwords_.verifyPassword(std::move(password), std::move(encoded));
    if (!right || account->disabled) co_return std::nullopt;
    co_return account;
}

Task<std::string> Operators::add(std::string username, std::string password) {
    const auto account = co_await makeAccount(std::move(username), std::move(password), {});
    const bool added = co_await operator_store::add(session(), account, clock_.now());
    if (!added) throw Failure(FailureKind::conflict, "There is an operator of that name already.");
    std::lock_guard lock(mutex_);
    setupHash_.clear();
    co_return account.id;
}

Task<std::vector<ListedOperator>> Operators::list(std::string username) {
    const auto key = usernameKey(username);
    if (!username.empty() && !key) co_return std::vector<ListedOperator>();
    const std::string_view wanted = username.empty() ? std::string_view() : *key;
    co_return co_await operator_store::list(session(), wanted);
}

Task<void> Operators::changePassword(ListedOperator person, std::optional<std::string> current, std::string password, std::string keep) {
    std::string was;
    if (current) {
        const auto tried = tries_.ofSignIn(person.id, keep);
        co_await tries_.begin(tried);
        std::optional<OperatorAccount> account;
        try {
            account = co_await verify(person.username, std::move(*current));
        } catch (...) {
            tries_.withdrawn(tried);
            throw;
        }
        if (!account || account->id != person.id) {
            co_await tries_.failed(tried);
            throw Failure::withIssues(FailureKind::forbidden,
                                      {{Issue::Severity::error, "forbidden", "The current password is not right.", "current"}});
        }
        co_await tries_.proved(tried);
        was = account->password;
    }
    const PasswordOwner owner{{person.username}, {}, {}};
    co_await passwords_.demandFit(password, owner);
    const std::string encoded = co_await passwords_.hashPassword(std::move(password));
    const auto changed = co_await operator_store::changePassword(session(), person.id, encoded, was, keep);
    if (changed == RosterChange::unknown) throw Failure(FailureKind::notFound, "There is no such operator.");
    if (changed == RosterChange::overtaken)
        throw Failure(FailureKind::conflict, "The password was changed in the meantime. Sign in again.");
}

Task<OperatorClientSecret> Operators::addClient(std::string name) {
    if (name.empty() || name.size() > 200 || !nfkc(name)) throw unfitOperator("name", "Give the client a name of 1 to 200 bytes.");
    OperatorClientSecret made{randomUuid(), "pos_" + randomToken()};
    const OperatorClient client{made.clientId, std::move(name), sha256(made.clientSecret), false};
    co_await operator_store::addClient(session(), client, clock_.now());
    co_return made;
}

Task<bool> Operators::removeClient(std::string clientId) { co_return co_await operator_store::removeClient(session(), clientId); }

Task<std::optional<OperatorClient>> Operators::verifyClient(std::string clientId, std::string secret) {
    auto client = co_await operator_store::findClient(session(), clientId);
    const std::string expected = client ? client->secretHash : std::string(32, '\0');
    const bool right = equalInConstantTime(sha256(secret), expected);
    if (!right || !client || client->disabled) co_return std::nullopt;
    co_return client;
}

}  // namespace polyclinic::accounts
