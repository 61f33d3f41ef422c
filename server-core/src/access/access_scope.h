// What a caller may do and how far it reaches, as a value, and the functions that say yes or no.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/failure.h"

namespace polyclinic::json {
class Value;
}

namespace polyclinic::access {

/// "refers to that resource under one of these parameters". A row of another parameter than `deciding` counts only where
/// the resource has no value of those whose bits are `decided` (fhir::PatientRule).
struct ReferencePredicate {
    std::vector<std::int32_t> params;  // fhir::parameterId
    std::string type, id;              // of what is referred to
    std::vector<std::int32_t> deciding = {};
    std::int64_t decided = 0;  // 0: every row counts
};

/// Narrows a search to what its caller may see: a resource must fit one of the references or be one of `ids`.
/// With neither nothing is found.
struct ScopePredicate {
    std::vector<ReferencePredicate> anyOf;
    std::vector<std::string> ids;  // of resources of the type searched for
};

/// The letters of SMART v2 scopes (SMART App Launch 2.2, "Scopes for requesting FHIR resources").
enum class Verb : std::uint8_t { create = 1, read = 2, update = 4, remove = 8, search = 16 };

struct TypeGrant {
    std::int32_t type = 0;  // typeCode; 0: every type
    std::uint8_t verbs = 0;
};

/// The records of one patient. With an empty id nothing at all is allowed, shared types included.
struct Compartment {
    std::string patient;                 // id of the Patient
    std::vector<std::string> open = {};  // elements of Patient that may be changed (fhir/clinic_elements.h)
};

/// Default deny: a scope without grants allows nothing.
struct AccessScope {
    std::vector<TypeGrant> grants;
    /// When set: only what fhir/compartment.h counts as that patient's own, and to read also what all patients share.
    std::optional<Compartment> compartment = {};

    static AccessScope everything() { return {{{0, 31}}}; }
    static AccessScope readEverything() { return {{{0, std::uint8_t(Verb::read) | std::uint8_t(Verb::search)}}}; }
};

/// Types of which a patient's app may read every record: who treats, where, with what, and definitions.
bool isShared(std::string_view type);

/// What decide() can ever allow an app of a patient to do with records of `type`, whatever its scopes, as bits of Verb. 0: nothing.
/// What is offered to a person and granted to an app is no more than that.
std::uint8_t verbsOfPatientApps(std::string_view type);

/// Asked by every interaction and by every entry of a Bundle, before any look at the data. `type`: typeCode; 0: all.
bool decide(const AccessScope& scope, Verb verb, std::int32_t type);

/// What somebody asks to do, for the length of a call.
struct AccessRequest {
    Verb verb;
    std::string_view type;
    std::string_view id = {};           // empty: none, or not known
    std::string_view interaction = {};  // empty: the verb's usual one
};

/// A deed that was not done, with what the audit log keeps of it: for want of a scope, because of whose record it is
/// (forbidden), or because of what is there (notFound, preconditionFailed).
class AccessDenied : public Failure {
  public:
    /// `element`: FHIRPath of what it is about; empty: the whole.
    AccessDenied(const AccessRequest& accessRequest, std::string publicMessage, std::string element = {});
    AccessDenied(const AccessRequest& accessRequest, Failure failure);
    char action() const { return action_; }
    const std::string& interaction() const { return interaction_; }
    const std::string& type() const { return type_; }
    const std::string& id() const { return id_; }

  private:
    char action_;
    std::string interaction_, type_, id_;
};

/// A write that failed by what was sent or by what is there, for the log; nothing where the server is to blame.
std::optional<AccessDenied> failedWrite(const AccessRequest& accessRequest, const Failure& failure);

/// Throws Refusal that names what is missing where decide() says no.
void demand(const AccessScope& scope, const AccessRequest& accessRequest);

/// How far `scope` reaches into a type: conditions that a search must hold besides its own. Empty where every record
/// is in reach; where none is, a condition that nothing fits.
std::vector<ScopePredicate> searchFilter(const AccessScope& scope, std::string_view type);

/// The same of one version's content. `ownBase`: TenantAddress::fhirApi().
bool permits(const AccessScope& scope, const json::Value& resource, std::string_view ownBase);

/// Whether a version may be written or written over: in reach, and nobody else's in part. `ownBase` as above.
bool mayWrite(const AccessScope& scope, const json::Value& resource, std::string_view ownBase);

/// Throws Refusal that names the element where `after` says otherwise than `before` what only the clinic may say.
/// `before`: null where there is nothing yet.
void demandClinicsWord(const AccessScope& scope, const AccessRequest& accessRequest, const json::Value* before, const json::Value& after);

}  // namespace polyclinic::access
