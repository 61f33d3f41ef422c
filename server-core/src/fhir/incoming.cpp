#include "fhir/incoming.h"

#include "base/failure.h"
#include "fhir/references.h"
#include "fhir/stored_form.h"
#include "fhir/validate.h"

namespace polyclinic::fhir {

json::Document parseBody(std::string_view body) {
    try {
        return json::Document::parse(body);
    } catch (const json::SyntaxError& error) {
        throw Failure(FailureKind::badRequest,
                      std::string("The body is not valid JSON: ") + error.what() + " (byte " + std::to_string(error.offset()) + ").")
            .withCode("structure");
    }
}

void prepareResource(json::Document& document, std::string_view type, const Owner& owner, std::string_view place) {
    if (!document.root().isObject()) throw Failure(FailureKind::badRequest, "The body must be a JSON object.").withCode("structure");
    if (document.root().stringAt("resourceType") != type)
        throw Failure(FailureKind::badRequest, "The resourceType must be " + std::string(type) + ", as in the address.")
            .withCode("invariant");
    takeTenantMark(document, owner.tenantId);
    std::vector<Issue> errors;
    for (auto& issue : validate(document.root())) {
        if (issue.severity != Issue::Severity::error && issue.severity != Issue::Severity::fatal) continue;
        if (!place.empty() && issue.expression.starts_with(type))
            issue.expression = std::string(place) + issue.expression.substr(type.size());
        errors.push_back(std::move(issue));
    }
    if (!errors.empty()) throw Failure::withIssues(FailureKind::unprocessable, std::move(errors));

    const auto own = owner.base + '/', askedBase = owner.askedBase + '/';
    forEachReference(document, document.root(), [&](json::Value& value, LinkKind kind) {
        if (kind != LinkKind::reference) return;
        const auto text = value.text();
        if (text.starts_with(own))
            value = document.string(text.substr(own.size()));
        else if (!owner.askedBase.empty() && text.starts_with(askedBase))
            value = document.string(text.substr(askedBase.size()));
    });
}

}  // namespace polyclinic::fhir
