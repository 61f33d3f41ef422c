// What the house knows of the tenant of a request. Only TenantDirectory makes one.

#pragma once

#include <memory>

#include "db/tenant_session.h"
#include "tenancy/tenant.h"
#include "tenancy/tenant_address.h"

namespace polyclinic::tenancy {

/// Immutable; shared by all requests that found it. Holds the only key to the tenant's rows, and gives it to nobody but
/// tenancy/rows_of.h.
class TenantContext {
  public:
    const std::string& id() const { return record_.tenant.id; }
    const TenantRecord& record() const { return record_; }
    const TenantAddress& urls() const { return urls_; }
    /// Begins cache keys: never reused, unlike the id.
    std::int32_t number() const { return record_.number; }

  private:
    friend class TenantDirectory;
    friend struct RowAccess;         // tenancy/rows_of.h
    friend class TestTenantContext;  // tests/support
    TenantContext(TenantRecord record, db::TenantKey key) : record_(std::move(record)), urls_(record_.base, record_.tenant.id), key_(key) {}

    TenantRecord record_;
    TenantAddress urls_;
    db::TenantKey key_;
};

using TenantContextPtr = std::shared_ptr<const TenantContext>;

}  // namespace polyclinic::tenancy
