// The Tenant resource of the operator API: what an operator may say of a clinic.

#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "tenancy/branding.h"

namespace polyclinic::tenancy {

enum class TenantState { provisioning, active, suspended, trashed, purging, purged };
enum class Isolation { shared, dedicated };

std::string_view toText(TenantState state);
TenantState tenantStateOf(std::string_view text);

/// ^[a-z0-9][a-z0-9-]{1,62}$, byte for byte.
bool isTenantId(std::string_view text);

/// An id made of a clinic's name: its ASCII letters and digits, '-' between words; "clinic" where too little is left.
std::string tenantIdOf(std::string_view name);

struct Tenant {
    std::string id;
    std::string name;
    bool suspended = false;
    Isolation isolation = Isolation::shared;
    std::string timezone = "UTC";
    std::string language = "en";
    std::string phone, email;                // contact; empty: none
    std::vector<std::string> appsMayChange;  // elements of their own Patient, by patients' apps; of fhir::openableElements
    Branding branding;
};

/// Reads a PUT's body. Throws Failure(unprocessable) with one issue for every unknown or wrong member.
Tenant tenantFromJson(const nlohmann::json& body, std::string_view idInUrl);

/// Members in the documented order, without meta and endpoint.
nlohmann::ordered_json toJson(const Tenant& tenant);

/// A tenant as the directory keeps it.
struct TenantRecord {
    Tenant tenant;
    std::int32_t number = 0;
    TenantState state = TenantState::provisioning;
    std::int64_t version = 0;
    Timestamp created, updated;
    std::optional<Timestamp> trashed;
    std::string database;  // dedicated: its name
    std::string base;      // public address that its addresses are made of
};

}  // namespace polyclinic::tenancy
