#include "fhir/validate.h"

#include "fhir/validation/walk.h"

namespace polyclinic::fhir {

std::vector<Issue> validate(const json::Value& resource, const ValidateOptions& options) {
    Issues issues(options.issueLimit);
    Walk(Definitions::r4(), issues).resource(resource, Place(), options.expectedType);
    return issues.take();
}

}  // namespace polyclinic::fhir
