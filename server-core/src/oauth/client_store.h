// Clients of one tenant. Every look-up is by (tenant, id): a client of another tenant does not exist here.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "oauth/client.h"
#include "tenancy/realm_session.h"

namespace polyclinic::oauth {

struct NewClient {
    Client client;
    std::string secret;  // shown once; the database holds its SHA-256
};

/// For client authentication.
struct ClientSecret {
    std::string hash;  // SHA-256 of the secret; empty for a client without one
    bool disabled = true;
    std::string scopes;
};

struct ClientPage {
    std::vector<Client> clients;
    std::optional<std::string> next;  // `after` of the next page
};

/// Loop threads. `now` comes from the caller's clock.
namespace client_store {

/// Gives it an id, a secret and version 1.
Task<NewClient> create(const tenancy::RealmSession& session, Client client, Timestamp now);
Task<std::optional<Client>> find(const tenancy::RealmSession& session, std::string_view id);
/// Ordered by id, those behind `after` (empty: from the start).
Task<ClientPage> list(const tenancy::RealmSession& session, std::string_view after, std::int32_t count);
/// Everything but kind and type, which stay; nothing when there is none of that id. With `expectedVersion` another
/// version is Failure(preconditionFailed). Disabling ends its tokens in the same transaction, other
/// scopes its access tokens.
Task<std::optional<Client>> update(const tenancy::RealmSession& session, Client client, std::optional<std::int64_t> expectedVersion,
                                   Timestamp now);
/// With its tokens. False when there is none.
Task<bool> remove(const tenancy::RealmSession& session, std::string_view id);
/// A new secret; the old one and every token given for it end in the same transaction. Nothing when there is no such
/// client. `expectedVersion` as above: of several at once one wins.
Task<std::optional<NewClient>> rotateSecret(const tenancy::RealmSession& session, std::string_view id,
                                            std::optional<std::int64_t> expectedVersion, Timestamp now);
Task<std::optional<ClientSecret>> findSecret(const tenancy::RealmSession& session, std::string_view id);

}  // namespace client_store
}  // namespace polyclinic::oauth
