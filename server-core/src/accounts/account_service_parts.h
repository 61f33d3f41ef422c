// What the files of People share.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "accounts/try_networks.h"
#include "base/failure.h"
#include "base/fair_workers.h"
#include "tenancy/realm_session.h"

namespace polyclinic::accounts {

/// Of a fhirUser that is a patient's.
inline constexpr std::string_view patientPrefix = "Patient/";

/// Whose turn a password's hash takes: the clinic's, and in it the household's that asks.
inline WorkOwner ownerOf(const tenancy::TenantContext& tenant, std::string_view peer) {
    return {tenant.number(), std::hash<std::string>()(networksOf(peer).front().name)};
}

inline Failure tooManyTries(int wait) {
    return Failure(FailureKind::tooManyRequests, "Too many tries. Wait a while, then try again.").withRetryAfter(wait);
}

/// `member` is what people or programs gave and may correct.
inline Failure unfit(std::string member, std::string sentence) {
    return Failure::withIssues(FailureKind::unprocessable, {{Issue::Severity::error, "value", std::move(sentence), std::move(member)}});
}

}  // namespace polyclinic::accounts
