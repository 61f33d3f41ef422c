// Who runs the server: the first operator, more of them, and clients of their own programs.

#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/operator_roster.h"
#include "accounts/operator_store.h"
#include "accounts/operator_tries.h"
#include "accounts/passwords.h"
#include "base/clock.h"
#include "base/task.h"
#include "db/tenant_session.h"

namespace polyclinic::accounts {

/// The console's name as a public client of the operators' authorization server.
inline constexpr std::string_view consoleClient = "polyclinic-console";

/// A caller of the operator API: a person, or a program that an operator registered.
struct Operator {
    std::string id;        // of the account, or of the client
    std::string name;      // user name, or name of the client
    std::string clientId;  // whom the token was given to
    std::string grantId;   // the sign-in that it came from
    bool person = true;
    Timestamp expires;   // of the token
    Timestamp signedIn;  // when the person proved who they are; of a program: when the token was given
};

struct OperatorClientSecret {
    std::string clientId;
    std::string clientSecret;  // shown once; the database holds its SHA-256
};

class Operators {
  public:
    Operators(db::Database& directory, Passwords& passwords, const Clock& clock = Clock::system());

    Task<bool> any();

    /// A new setup secret in place of an earlier one, in this process's memory only. Call it while there is no
    /// operator. Any thread.
    std::string beginSetup();
    bool setupPending() const;
    /// Makes the first operator and answers a login ticket, good once for 60 s at authorize. `clinic` only widens what
    /// the password must not contain. Failures: forbidden (no such secret), unprocessable (user name or password will
    /// not do; the secret stays good), conflict (there is an operator). Of many at once one works.
    Task<std::string> setUp(std::string secret, std::string username, std::string password, std::string clinic = {});

    /// The account, when name and password are right and it is not disabled. Takes as long when there is none.
    Task<std::optional<OperatorAccount>> verify(std::string username, std::string password);
    /// Its id. Failures: unprocessable (name or password will not do), conflict (the name is taken).
    Task<std::string> add(std::string username, std::string password);
    /// Ends all their sign-ins but the one of the grant `keep`, which may be empty. `current`: the password they have now;
    /// nothing where who asks may help somebody who forgot it. Failures: forbidden (`current` is not right), unprocessable
    /// (the password will not do), notFound, tooManyRequests, conflict (it was changed in the meantime).
    Task<void> changePassword(ListedOperator person, std::optional<std::string> current, std::string password, std::string keep);
    /// Whoever signs in by this name; without one, all.
    Task<std::vector<ListedOperator>> list(std::string username = {});

    Task<OperatorClientSecret> addClient(std::string name);
    Task<bool> removeClient(std::string clientId);
    /// The client, when the secret is right and it is not disabled.
    Task<std::optional<OperatorClient>> verifyClient(std::string clientId, std::string secret);

    OperatorTries& tries() { return tries_; }
    db::SystemSession session() { return db::SystemSession(directory_); }

  private:
    Task<OperatorAccount> makeAccount(std::string username, std::string password, std::string clinic);

    db::Database& directory_;
    Passwords& passwords_;
    const Clock& clock_;
    OperatorTries tries_;
    mutable std::mutex mutex_;
    std::string setupHash_;  // SHA-256 of the setup secret; empty: none
};

}  // namespace polyclinic::accounts
