#include "authorization_server/signing_keys.h"

#include <nlohmann/json.hpp>

#include "authorization_server/id_token.h"
#include "base/failure.h"
#include "base/log.h"

namespace polyclinic::authorization_server {
namespace {

constexpr std::chrono::seconds remembered{60}, shownFresh{1};
constexpr std::chrono::hours signsFor{24 * 90};
// Another process may go on signing with it while it remembers; a minute more for clocks that differ.
constexpr std::chrono::seconds shownAfterwards = idTokenLife + remembered + std::chrono::minutes(1);
constexpr std::string_view purpose = "signing-key";

std::string nameOf(const tenancy::RealmSession& session) {
    return std::to_string(session.tenant().number()) + '|' + std::string(session.realm());
}

/// What a sealed key belongs to: in the place of another one it cannot be opened.
std::string boundTo(const tenancy::RealmSession& session, std::string_view kid) {
    return std::to_string(session.tenant().number()) + '|' + std::string(session.realm()) + '|' + std::string(kid);
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

Task<oauth::SigningKeyRow> SigningKeys::freshRow(const tenancy::RealmSession& session) {
    const auto key = co_await freshKey();
    co_return oauth::SigningKeyRow{key.id(), vault_.seal(purpose, boundTo(session, key.id()), key.privateJwk()), key.publicJwk(),
                                   clock_.now()};
}

Task<std::shared_ptr<const SigningKeys::Ring>> SigningKeys::ringOf(const tenancy::RealmSession& session, std::chrono::seconds age) {
    const std::string name = nameOf(session);
    const Timestamp now = clock_.now();
    {
        std::lock_guard lock(mutex_);
        const auto found = rings_.find(name);
        if (found != rings_.end() && now - found->second->read < age && found->second->read <= now) co_return found->second;
    }
    auto rows = co_await oauth::signing_key_store::all(session);
    const bool none = rows.empty() || rows.front().retired.has_value();
    if (none || now - rows.front().created >= signsFor) {
        const auto row = co_await freshRow(session);
        if (none)
            co_await oauth::signing_key_store::addFirst(session, row);
        else
            co_await oauth::signing_key_store::replace(session, rows.front().kid, row);
        rows = co_await oauth::signing_key_store::all(session);
    }
    const Timestamp over = now - shownAfterwards;
    const auto isOver = [over](const oauth::SigningKeyRow& row) { return row.retired && *row.retired <= over; };
    if (std::erase_if(rows, isOver) > 0) co_await oauth::signing_key_store::removeRetired(session, over);
    const auto& first = rows.at(0);
    const auto opened = vault_.open(purpose, boundTo(session, first.kid), first.sealed);
    if (!opened)
        throw Failure(FailureKind::internal, "This clinic's signing key cannot be read.", "a signing key was sealed by another key");
    auto keys = nlohmann::ordered_json::array();
    for (const auto& row : rows) keys.push_back(nlohmann::ordered_json::parse(row.publicKey));
    const nlohmann::ordered_json document{{"keys", std::move(keys)}};
    auto ring = std::make_shared<const Ring>(Ring{RsaKey::fromPrivateJwk(*opened), document.dump(), now});
    // One that was read before a rotation may come after one that was read behind it.
    std::lock_guard lock(mutex_);
    auto& kept = rings_[name];
    if (!kept || kept->read <= ring->read || kept->read > clock_.now()) kept = ring;
    co_return ring;
}

Task<std::string> SigningKeys::sign(const tenancy::RealmSession& session, std::string payload) {
    const auto ring = co_await ringOf(session, remembered);
    auto work = [ring, payload = std::move(payload)] { return ring->current.sign(payload); };
    co_return co_await workers_.run(std::move(work));
}

Task<std::string> SigningKeys::jwks(const tenancy::RealmSession& session) {
    const auto ring = co_await ringOf(session, shownFresh);
    co_return ring->jwks;
}

Task<SigningKeys::Rotation> SigningKeys::rotate(const tenancy::RealmSession& session) {
    const auto before = co_await ringOf(session, std::chrono::seconds(0));
    const auto row = co_await freshRow(session);
    co_await oauth::signing_key_store::replace(session, before->current.id(), row);
    const auto after = co_await ringOf(session, std::chrono::seconds(0));
    co_return Rotation{after->current.id(), before->current.id(), row.created + shownAfterwards};
}

}  // namespace polyclinic::authorization_server
