// What a clinic knows and matches people by, and says alone: an app of a patient leaves it as it is.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"

namespace polyclinic::fhir {

/// Types that say who a person is: Patient, and Person, which says of records that they are one person's. Apps of
/// patients make and remove none.
bool saysWhoSomebodyIs(std::string_view type);

/// The first element that `after` says otherwise than `before` and that the clinic says alone: of Patient all but `open`,
/// of Person all, of RelatedPerson the identifiers, by which other systems find people. `before`: null where there is
/// nothing yet. As FHIRPath without the x of a choice ("Patient.birthDate", "Patient.deceased"); nothing: none differs.
/// Values are compared, not spellings; an extension of an element ("_birthDate") counts as the element. Of `meta` version and
/// time are the server's; tags, labels, profiles and source of Patient and Person are the clinic's, which finds people by them.
/// `id` is the server's. Any thread.
std::optional<std::string> changedClinicElement(const json::Value* before, const json::Value& after, std::span<const std::string> open);

}  // namespace polyclinic::fhir
