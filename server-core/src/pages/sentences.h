// What an app may do, in words that people know: every scope becomes exactly one sentence or one refusal.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/scope.h"
#include "consent/decision.h"

namespace polyclinic::pages {

struct Sentence {
    std::string brief;   // "Your lab results" below a heading See; a whole sentence elsewhere
    std::string detail;  // empty: none
    std::string scope;   // the scopes that it stands for, separated by single spaces; the value of its box
    bool warn = false;   // to be shown with a sign of care
};

/// Groups in the order of a consent page.
struct Sentences {
    std::vector<Sentence> always;      // given with the sign-in itself: no box
    std::vector<Sentence> see;         // a box each
    std::vector<Sentence> change;      // likewise: add, change, delete
    std::vector<Sentence> notes;       // "basic facts about clinics, staff and medicines": about nobody, no box
    std::vector<std::string> refused;  // texts of scopes that no sentence can say, or that no patient can grant

    bool writes() const { return !change.empty(); }
};

/// What sentences may need to name.
struct SentenceContext {
    std::string_view language;  // of pages::languages()
    std::string_view clinic;
    std::string_view until;                        // "3 May 2027", for offline_access; empty: "until you stop it"
    access::Level level = access::Level::patient;  // of the realm that asks
};

/// Scopes of the context's level; those of others and those with a query that no sentence says go to `refused`.
/// `nonResourceScopes`: openid, fhirUser, launch/patient, offline_access...
/// Types that are not about the patient (Practitioner, Location...) become one note.
Sentences sentencesOf(const std::vector<access::Scope>& scopes, const std::vector<std::string>& nonResourceScopes,
                      const SentenceContext& context);

}  // namespace polyclinic::pages
