// What is fed with arbitrary bytes, and what must hold of it whatever they are. Each target reads one input, throws
// Broken where a property does not hold, and lets nothing else out: a crash, a hang or any other exception is a finding.

#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace polyclinic::fuzz {

/// A property that did not hold.
class Broken : public std::logic_error {
  public:
    using std::logic_error::logic_error;
};

/// Throws Broken with `property`, the sentence that should have been true.
inline void demand(bool holds, const char* property) {
    if (!holds) throw Broken(property);
}

/// Strict JSON, structural validation, stored form and index rows of a resource, entries of a Bundle.
void json(std::string_view input);
/// "[flags]Type?query" -> SearchQuery -> SQL. Flags: '!' an app of a patient, '^' strict, '>' behind a cursor.
void search(std::string_view input);
/// A byte stream of requests; its first byte says how it is cut.
void framing(std::string_view input);
/// A line that is asked for and a line that is registered.
void scopes(std::string_view input);
/// Lines: Cookie, Authorization, redirect_uri, code_verifier; the rest is a form.
void forms(std::string_view input);

struct Target {
    std::string_view name;
    void (*run)(std::string_view input);
    std::size_t longest;  // bytes of an input that are worth trying
};
std::span<const Target> targets();

/// Runs it; throws Broken as well when it takes over a second of this thread's time.
void runTimed(const Target& target, std::string_view input);

}  // namespace polyclinic::fuzz
