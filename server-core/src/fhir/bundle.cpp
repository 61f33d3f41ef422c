#include "fhir/bundle.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "base/random.h"
#include "base/version_tag.h"
#include "fhir/definitions/definitions.h"
#include "fhir/references.h"
#include "fhir/resource.h"
#include "fhir/validate.h"

namespace polyclinic::fhir {
namespace {

Failure fault(std::size_t index, const std::string& member, const std::string& sentence, const std::string& code = "value") {
    return Failure::withIssues(FailureKind::badRequest,
                               {{Issue::Severity::error, code, sentence, "Bundle.entry[" + std::to_string(index) + "]" + member}});
}

std::int64_t versionOf(std::string_view tag, std::size_t index) {
    const auto version = versionOfTag(tag);
    if (!version) throw fault(index, ".request.ifMatch", "must be a version tag such as W/\"3\"");
    return *version;
}

/// request.url: "Type", "Type/id", "Type?query", and for GET also what read offers.
void readUrl(BundleEntry& entry, std::string_view url) {
    const auto place = ".request.url";
    const auto mark = url.find('?');
    if (mark != url.npos) entry.query = url.substr(mark + 1);
    auto path = url.substr(0, mark);
    // Relative to the base, as the specification says: no scheme, no way up, no other tenant.
    const auto slash = std::min(path.find('/'), path.size());
    entry.type = path.substr(0, slash);
    if (!Definitions::r4().isResourceType(entry.type))
        throw fault(entry.index, place, "must be relative to the base and begin with a resource type");
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (path.empty()) return;
    const auto next = std::min(path.find('/'), path.size());
    entry.id = path.substr(0, next);
    entry.rest = path.substr(std::min(next + 1, path.size()));
    if (!isId(entry.id) && !(entry.method == "GET" && entry.id.starts_with('_'))) throw fault(entry.index, place, "holds no valid id");
    if (!entry.rest.empty() && entry.method != "GET") throw fault(entry.index, place, "has too many parts");
}

void readEntry(BundleEntry& entry, const json::Value& value, const Owner& owner, const Tolerate& tolerate) {
    if (!value.isObject()) throw fault(entry.index, "", "must be an object", "structure");
    entry.fullUrl = value.stringAt("fullUrl");
    const auto* request = value.find("request");
    if (!request || !request->isObject()) throw fault(entry.index, ".request", "is required", "required");
    entry.method = request->stringAt("method");
    if (entry.method != "POST" && entry.method != "PUT" && entry.method != "DELETE" && entry.method != "GET")
        throw fault(entry.index, ".request.method", "must be GET, POST, PUT or DELETE", "not-supported");
    readUrl(entry, request->stringAt("url"));
    entry.ifNoneExist = request->stringAt("ifNoneExist");
    if (const auto tag = request->stringAt("ifMatch"); !tag.empty()) entry.ifMatch = versionOf(tag, entry.index);

    const auto* resource = value.find("resource");
    if (entry.method == "GET") return;
    if (entry.method != "POST" && entry.id.empty())
        throw fault(entry.index, ".request.url",
                    entry.query.empty() ? "must name an id" : "conditional update and delete are not offered yet", "not-supported");
    if (entry.method == "DELETE") return;
    if (entry.method == "POST" && (!entry.id.empty() || !entry.query.empty()))
        throw fault(entry.index, ".request.url", "must be a resource type alone");
    if (!resource || !resource->isObject()) throw fault(entry.index, ".resource", "is required", "required");

    const auto place = "Bundle.entry[" + std::to_string(entry.index) + "].resource";
    json::Document document;
    document.setRoot(document.copy(*resource));
    try {
        prepareResource(document, entry.type, owner, place);
    } catch (const Failure& failure) {
        if (!tolerate || failure.issues().empty()) throw;
        tolerate(failure);
    }
    if (entry.method == "PUT" && document.root().stringAt("id") != entry.id)
        throw fault(entry.index, ".resource.id", "must be the id of request.url", "invariant");
    entry.document = std::move(document);
}

/// The Bundle without its resources, which are checked one by one.
void validateShell(json::Document& bundle) {
    json::Document shell;
    shell.setRoot(shell.copy(bundle.root()));
    if (auto* entries = shell.root().find("entry"))
        for (auto& entry : entries->items())
            if (entry.isObject()) shell.remove(entry, "resource");
    std::vector<Issue> errors;
    for (auto& issue : validate(shell.root()))
        if (issue.severity == Issue::Severity::error) errors.push_back(std::move(issue));
    if (!errors.empty()) throw Failure::withIssues(FailureKind::badRequest, std::move(errors));
}

void refuseRepetitions(const Bundle& bundle) {
    std::set<std::string> fullUrls, targets;
    for (const auto& entry : bundle.entries) {
        if (entry.refusal) continue;
        if (!entry.fullUrl.empty() && entry.document && !fullUrls.insert(entry.fullUrl).second)
            throw fault(entry.index, ".fullUrl", "stands there twice", "duplicate");
        if ((entry.method == "PUT" || entry.method == "DELETE") && !targets.insert(entry.type + '/' + entry.id).second)
            throw fault(entry.index, ".request.url", "two entries change the same resource", "duplicate");
    }
}

/// Replaces every urn:... of a narrative that `targets` knows.
std::string rewriteNarrative(std::string_view div, const std::unordered_map<std::string, std::string>& targets) {
    std::string out;
    while (!div.empty()) {
        const auto at = div.find("urn:");
        out += div.substr(0, at);
        if (at == div.npos) break;
        div.remove_prefix(at);
        const auto end = std::min(div.find_first_of("\"'<> \t\r\n#"), div.size());
        const auto found = targets.find(std::string(div.substr(0, end)));
        out += found == targets.end() ? std::string(div.substr(0, end)) : found->second;
        div.remove_prefix(end);
    }
    return out;
}

}  // namespace

Bundle parseBundle(std::string_view body, const Owner& owner, std::size_t mostEntries, const Tolerate& tolerate) {
    auto document = parseBody(body);
    if (!document.root().isObject() || document.root().stringAt("resourceType") != "Bundle")
        throw Failure(FailureKind::badRequest, "The body must be a Bundle.").withCode("structure");
    Bundle bundle;
    const auto type = document.root().stringAt("type");
    bundle.isTransaction = type == "transaction";
    if (!bundle.isTransaction && type != "batch")
        throw Failure::withIssues(FailureKind::badRequest,
                                  {{Issue::Severity::error, "value", "must be transaction or batch to be processed here", "Bundle.type"}});
    const auto* entries = document.root().find("entry");
    const std::size_t count = entries && entries->isArray() ? entries->items().size() : 0;
    if (count > mostEntries)
        throw Failure::withIssues(FailureKind::payloadTooLarge,
                                  {{Issue::Severity::error, "too-costly",
                                    "A Bundle may have " + std::to_string(mostEntries) + " entries here.", "Bundle.entry"}});
    validateShell(document);

    std::vector<Issue> issues;
    auto kind = FailureKind::badRequest;
    bundle.entries.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        auto& entry = bundle.entries[i];
        entry.index = i;
        try {
            readEntry(entry, entries->items()[i], owner, tolerate);
        } catch (Failure& failure) {
            if (!bundle.isTransaction) {
                entry.refusal = std::move(failure);
                continue;
            }
            kind = failure.kind();
            if (failure.issues().empty())
                issues.push_back({Issue::Severity::error, failure.code().empty() ? "invalid" : failure.code(), failure.publicMessage(),
                                  "Bundle.entry[" + std::to_string(i) + "].resource"});
            for (const auto& issue : failure.issues())
                if (issues.size() < 100) issues.push_back(issue);
        }
    }
    if (!issues.empty()) throw Failure::withIssues(kind, std::move(issues));
    refuseRepetitions(bundle);
    return bundle;
}

void assignIds(Bundle& bundle, bool keepUuids) {
    constexpr std::string_view scheme = "urn:uuid:";
    for (auto& entry : bundle.entries) {
        if (entry.method != "POST" || !entry.document) continue;
        if (keepUuids && entry.fullUrl.starts_with(scheme) && isId(std::string_view(entry.fullUrl).substr(scheme.size())))
            entry.id = entry.fullUrl.substr(scheme.size());
        else
            entry.id = randomUuid();
    }
}

std::unordered_map<std::string, std::string> targetsOf(const Bundle& bundle) {
    std::unordered_map<std::string, std::string> targets;
    for (const auto& entry : bundle.entries)
        if (entry.document && !entry.fullUrl.empty()) targets[entry.fullUrl] = entry.type + '/' + entry.id;
    return targets;
}

void rewriteLinks(json::Document& document, const std::unordered_map<std::string, std::string>& targets) {
    forEachReference(document, document.root(), [&](json::Value& value, LinkKind) {
        if (const auto found = targets.find(std::string(value.text())); found != targets.end()) value = document.string(found->second);
    });
    if (auto* text = document.root().find("text"))
        if (auto* div = text->find("div"); div && div->text().find("urn:") != std::string_view::npos)
            *div = document.string(rewriteNarrative(div->text(), targets));
}

std::vector<std::string> conditionalReferences(json::Document& document) {
    std::vector<std::string> found;
    std::unordered_set<std::string_view> known;
    forEachReference(document, document.root(), [&](json::Value& value, LinkKind kind) {
        if (kind != LinkKind::reference) return;
        const auto text = value.text();
        const auto mark = text.find('?');
        if (mark == text.npos || !Definitions::r4().isResourceType(text.substr(0, mark))) return;
        if (known.insert(text).second) found.emplace_back(text);
    });
    return found;
}

}  // namespace polyclinic::fhir
