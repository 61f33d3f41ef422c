// Collects what a validation finds, with places that are written out only when something is wrong.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/failure.h"

namespace polyclinic::fhir {

/// One step from the resource down to a value; lives on the stack of the walk.
struct Place {
    const Place* parent = nullptr;
    std::string_view name;  // of the element, or the type of the resource
    int index = -1;         // in a list
};

/// FHIRPath: Patient.name[0].given[1].
std::string toPath(const Place& place);

class Issues {
  public:
    explicit Issues(std::size_t limit) : limit_(limit) {}

    bool isFull() const { return errors_.size() >= limit_; }
    /// An error; dropped when there are enough.
    void add(const Place& place, const char* code, std::string diagnostics);
    /// Warnings never take the place of errors.
    void warn(const Place& place, const char* code, std::string diagnostics);
    /// Errors first.
    std::vector<Issue> take();

  private:
    std::size_t limit_;
    std::vector<Issue> errors_;
    std::vector<Issue> warnings_;
};

}  // namespace polyclinic::fhir
