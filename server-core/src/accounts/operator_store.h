// Operators, their clients, and what both were given: rows of the directory database.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "db/tenant_session.h"

namespace polyclinic::accounts {

struct OperatorAccount {
    std::string id;
    std::string username;
    std::string usernameKey;  // NFKC, case-folded: unique
    std::string password;     // Argon2id, encoded
    bool disabled = false;
};

struct OperatorClient {
    std::string id;
    std::string name;
    std::string secretHash;  // SHA-256
    bool disabled = false;
};

/// One sign-in of a person (`operatorId`) or one token of a client.
struct OperatorGrant {
    std::string id;
    std::optional<std::string> operatorId;
    std::string client;
    Timestamp created;
    Timestamp expires;
    std::string provenPassword = {};  // Argon2id: what a person's sign-in was checked against
};

enum class OperatorTokenKind { ticket, code, access, refresh };

struct OperatorToken {
    OperatorTokenKind kind = OperatorTokenKind::access;
    std::string hash;  // SHA-256
    std::string grantId;
    Timestamp expires;
    std::optional<std::string> redirectUri;    // codes
    std::optional<std::string> codeChallenge;  // codes
};

/// Whom a live access token speaks for.
struct OperatorBearer {
    std::string grantId;
    std::optional<std::string> operatorId;
    std::string name;  // user name or name of the client
    std::string client;
    Timestamp expires;
    Timestamp signedIn;  // when the grant began: a refresh does not make it younger
};

/// Loop threads.
namespace operator_store {

/// Taken by everything that adds, removes or turns off an operator: "the first" and "the last" are one.
inline constexpr std::string_view lockSql = "SELECT pg_advisory_xact_lock(hashtext('polyclinic operators'))";

Task<bool> any(db::SystemSession session);
/// Account, grant and ticket in one transaction, only while there is no operator; of many at once one answers true.
Task<bool> addFirst(db::SystemSession session, const OperatorAccount& account, const OperatorGrant& grant, const OperatorToken& ticket);
/// False when the user name is taken.
Task<bool> add(db::SystemSession session, const OperatorAccount& account, Timestamp now);
Task<std::optional<OperatorAccount>> find(db::SystemSession session, std::string_view usernameKey);

Task<void> addClient(db::SystemSession session, const OperatorClient& client, Timestamp now);
Task<std::optional<OperatorClient>> findClient(db::SystemSession session, std::string_view id);
/// With its tokens. False when there is none.
Task<bool> removeClient(db::SystemSession session, std::string_view id);

/// Also clears away grants that are over. Nothing is added when the person was turned off, or their password changed, since
/// it was checked: such tokens work nowhere.
Task<void> addGrant(db::SystemSession session, const OperatorGrant& grant, const std::vector<OperatorToken>& tokens);
/// Marks a one-use token as used and answers it, if it is live, unused, its grant is live and of `client`, and its
/// operator is not disabled; of many at once one gets it. Otherwise nothing; and a code or refresh token that was
/// used before has then ended its whole grant, since somebody stole it (OAuth 2.0 Security BCP, section 4.14).
struct TakenToken {
    OperatorGrant grant;
    std::optional<std::string> redirectUri, codeChallenge;
};
Task<std::optional<TakenToken>> take(db::SystemSession session, OperatorTokenKind kind, std::string_view hash, std::string_view client,
                                     Timestamp now);
/// False when the tokens' grant has ended meanwhile.
Task<bool> addTokens(db::SystemSession session, const std::vector<OperatorToken>& tokens);
Task<std::optional<OperatorBearer>> findBearer(db::SystemSession session, std::string_view hash, Timestamp now);
/// Ends the grant that an access or refresh token of `client` belongs to; an unknown token is no fault. False, and
/// nothing done, when it is another client's.
Task<bool> revoke(db::SystemSession session, std::string_view hash, std::string_view client);

}  // namespace operator_store
}  // namespace polyclinic::accounts
