// The end of every chain of seals as this server has seen it, kept in a file of the data folder: who can take the newest
// events and their seals out of the database cannot take them out of here.

#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "audit/audit_seal.h"

namespace polyclinic::audit {

/// Any thread.
class AuditHeads {
  public:
    /// Number under which the operators' chain is kept; tenants have theirs.
    static constexpr std::int32_t operators = 0;

    /// `kept`: what text() was; empty or not readable: nothing is known yet.
    explicit AuditHeads(std::string_view kept);

    /// Of sequence 0 where none is known.
    SealHead of(std::int32_t tenant) const;
    /// Kept unless a later one is known already.
    void remember(std::int32_t tenant, SealHead head);
    /// Whether something was remembered since the last call.
    bool changed();
    /// As JSON.
    std::string text() const;

    /// What a nightly look found wrong, in words for people; empty: nothing.
    void setTrouble(std::int32_t tenant, std::string sentence);
    std::vector<std::string> troubles() const;

  private:
    mutable std::mutex mutex_;
    std::map<std::int32_t, SealHead> heads_;
    std::map<std::int32_t, std::string> troubles_;
    bool changed_ = false;
};

}  // namespace polyclinic::audit
