#include "auth/signing_keys.h"

#include <nlohmann/json.hpp>

#include "base/failure.h"
#include "base/log.h"
#include "store/signing_key_store.h"

namespace polyclinic::auth {
namespace {

constexpr std::chrono::minutes remembered{1};
constexpr std::string_view purpose = "signing-key";

/// What a sealed key belongs to: in the place of another one it cannot be opened.
std::string boundTo(const db::TenantSession& session, std::string_view realm, std::string_view kid) {
    return std::to_string(session.key().number()) + '|' + std::string(realm) + '|' + std::string(kid);
}

}  // namespace

SigningKeys::SigningKeys(const KeyVault& vault, WorkerPool& workers, const Clock& clock)
    : vault_(vault), workers_(workers), clock_(clock) {}

Task<RsaKey> SigningKeys::freshKey() {
    std::optional<RsaKey> ready;
    {
        std::lock_guard lock(spare_->mutex);
        ready = std::move(spare_->key);
        spare_->key.reset();
    }
    if (!ready) ready = co_await workers_.run(&RsaKey::make);
    makeSpare();
    co_return std::move(*ready);
}

void SigningKeys::makeSpare() {
    {
        std::lock_guard lock(spare_->mutex);
        if (spare_->key || std::exchange(spare_->underWay, true)) return;
    }
    spawn([](WorkerPool& workers, std::shared_ptr<Spare> spare) -> Task<void> {
        std::optional<RsaKey> made;
        try {
            made = co_await workers.run(&RsaKey::make);
        } catch (const std::exception& error) {
            log::warn("no signing key was made in advance: {}", error.what());
        }
        std::lock_guard lock(spare->mutex);
        spare->key = std::move(made);
        spare->underWay = false;
    }(workers_, spare_));
}

Task<std::shared_ptr<const SigningKeys::Ring>> SigningKeys::ringOf(db::TenantSession& session, std::string realm) {
    const std::string name = std::to_string(session.key().number()) + '|' + realm;
    const Timestamp now = clock_.now();
    {
        std::lock_guard lock(mutex_);
        const auto found = rings_.find(name);
        if (found != rings_.end() && now - found->second->read < remembered && found->second->read <= now) co_return found->second;
    }
    auto rows = co_await store::signing_keys::all(session, realm);
    if (rows.empty() || rows.front().retired) {
        const auto key = co_await freshKey();
        const store::SigningKeyRow row{key.id(), vault_.seal(purpose, boundTo(session, realm, key.id()), key.privateJwk()),
                                       key.publicJwk(), now, false};
        co_await store::signing_keys::addFirst(session, realm, row);
        rows = co_await store::signing_keys::all(session, realm);
    }
    const auto& first = rows.at(0);
    const auto opened = vault_.open(purpose, boundTo(session, realm, first.kid), first.sealed);
    if (!opened) throw Failure(FailureKind::internal, "This clinic's signing key cannot be read.", "a signing key was sealed by another key");
    auto keys = nlohmann::ordered_json::array();
    for (const auto& row : rows) keys.push_back(nlohmann::ordered_json::parse(row.publicKey));
    const nlohmann::ordered_json document{{"keys", std::move(keys)}};
    auto ring = std::make_shared<const Ring>(Ring{RsaKey::fromPrivateJwk(*opened), document.dump(), now});
    std::lock_guard lock(mutex_);
    rings_[name] = ring;
    co_return ring;
}

Task<std::string> SigningKeys::sign(db::TenantSession& session, std::string realm, std::string payload) {
    const auto ring = co_await ringOf(session, std::move(realm));
    auto work = [ring, payload = std::move(payload)] { return ring->current.sign(payload); };
    co_return co_await workers_.run(std::move(work));
}

Task<std::string> SigningKeys::jwks(db::TenantSession& session, std::string realm) {
    const auto ring = co_await ringOf(session, std::move(realm));
    co_return ring->jwks;
}

}  // namespace polyclinic::auth
