#include "fhir/stored_form.h"

#include <vector>

#include "base/failure.h"

namespace polyclinic::fhir {
namespace {

using json::Document;
using json::Member;
using json::Value;

constexpr std::string_view aidboxExtensionUrl = "https://aidbox.app/tenant-id";

[[noreturn]] void refuse(std::string expression) {
    throw Failure::withIssues(FailureKind::unprocessable, {{Issue::Severity::error, "invariant",
                                                            "The resource does not name this tenant as its own.", std::move(expression)}});
}

bool isTenantMark(const Value& extension) {
    const auto url = extension.stringAt("url");
    return url == tenantExtensionUrl || url == aidboxExtensionUrl;
}

bool namesTenant(const Value& extension, std::string_view tenantId) {
    const Value* reference = extension.find("valueReference");
    const std::string_view text = reference ? reference->stringAt("reference") : std::string_view();
    constexpr std::string_view prefix = "Tenant/";
    return text.starts_with(prefix) && text.substr(prefix.size()) == tenantId;
}

void takeExtensions(Document& document, Value& meta, std::string_view tenantId) {
    Value* extensions = meta.find("extension");
    if (!extensions || !extensions->isArray()) return;
    std::vector<Value> others;
    for (const Value& extension : extensions->items()) {
        if (!isTenantMark(extension))
            others.push_back(extension);
        else if (!namesTenant(extension, tenantId))
            refuse("meta.extension");
    }
    if (others.size() == extensions->items().size()) return;
    if (others.empty())
        document.remove(meta, "extension");
    else
        *extensions = document.array(others);
}

Value tenantExtension(Document& document, std::string_view tenantId) {
    const Member reference{"reference", document.string("Tenant/" + std::string(tenantId))};
    const Member parts[]{{"url", document.string(tenantExtensionUrl)}, {"valueReference", document.object({&reference, 1})}};
    return document.object(parts);
}

}  // namespace

void takeTenantMark(Document& document, std::string_view tenantId) {
    Value* meta = document.root().find("meta");
    if (!meta || !meta->isObject() || meta->members().empty()) return;
    if (const Value* tenant = meta->find("tenant")) {
        if (tenant->stringAt("id") != tenantId) refuse("meta.tenant");
        document.remove(*meta, "tenant");
    }
    takeExtensions(document, *meta, tenantId);
    if (meta->members().empty()) document.remove(document.root(), "meta");
}

std::string storedForm(Document& document, const Stamp& stamp) {
    takeTenantMark(document, stamp.tenantId);
    Value& root = document.root();
    const Value* sent = root.find("meta");
    Value meta = sent && sent->isObject() ? *sent : document.object({});
    document.remove(meta, "_versionId");
    document.remove(meta, "_lastUpdated");
    document.setAt(meta, 0, "versionId", document.string(std::to_string(stamp.versionId)));
    document.setAt(meta, 1, "lastUpdated", document.string(toInstant(stamp.lastUpdated)));
    const Value mark = tenantExtension(document, stamp.tenantId);
    if (Value* extensions = meta.find("extension"); extensions && extensions->isArray()) {
        document.append(*extensions, mark);
    } else {
        document.set(meta, "extension", document.array({&mark, 1}));
    }
    if (const Value* type = root.find("resourceType")) document.setAt(root, 0, "resourceType", Value(*type));
    document.setAt(root, 1, "id", document.string(stamp.id));
    document.setAt(root, 2, "meta", meta);
    std::string out;
    json::write(root, out);
    return out;
}

}  // namespace polyclinic::fhir
