#include "audit/audit_heads.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "base/encoding.h"

namespace polyclinic::audit {

AuditHeads::AuditHeads(std::string_view kept) {
    const auto json = nlohmann::json::parse(kept, nullptr, false);
    if (!json.is_object()) return;
    for (const auto& entry : json.items()) {
        const auto& head = entry.value();
        if (!head.is_object() || !head.contains("seal") || !head.contains("hash") || !head["hash"].is_string()) continue;
        const auto hash = base64Decode(head["hash"].get<std::string>());
        std::int32_t tenant = 0;
        const auto& key = entry.key();
        const bool isNumber = std::from_chars(key.data(), key.data() + key.size(), tenant).ptr == key.data() + key.size();
        if (hash && isNumber && head["seal"].is_number_integer()) heads_[tenant] = {head["seal"].get<std::int64_t>(), *hash};
    }
}

SealHead AuditHeads::of(std::int32_t tenant) const {
    std::lock_guard lock(mutex_);
    const auto found = heads_.find(tenant);
    return found == heads_.end() ? SealHead() : found->second;
}

void AuditHeads::remember(std::int32_t tenant, SealHead head) {
    std::lock_guard lock(mutex_);
    auto& known = heads_[tenant];
    if (head.sequence <= known.sequence) return;
    known = std::move(head);
    changed_ = true;
}

bool AuditHeads::changed() {
    std::lock_guard lock(mutex_);
    return std::exchange(changed_, false);
}

std::string AuditHeads::text() const {
    std::lock_guard lock(mutex_);
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const auto& [tenant, head] : heads_) json[std::to_string(tenant)] = {{"seal", head.sequence}, {"hash", base64Encode(head.hash)}};
    return json.dump(1) + "\n";
}

void AuditHeads::setTrouble(std::int32_t tenant, std::string sentence) {
    std::lock_guard lock(mutex_);
    if (sentence.empty())
        troubles_.erase(tenant);
    else
        troubles_[tenant] = std::move(sentence);
}

std::vector<std::string> AuditHeads::troubles() const {
    std::lock_guard lock(mutex_);
    std::vector<std::string> sentences;
    for (const auto& [tenant, sentence] : troubles_) sentences.push_back(sentence);
    return sentences;
}

}  // namespace polyclinic::audit
