// The entries of a transaction or batch Bundle (http://hl7.org/fhir/R4/http.html#transaction). Pure; any thread.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/failure.h"
#include "base/json.h"
#include "fhir/incoming.h"

namespace polyclinic::fhir {

struct BundleEntry {
    std::size_t index = 0;  // in Bundle.entry
    std::string method;     // POST, PUT, DELETE, GET
    std::string type, id;   // of request.url; POST: id drawn by assignIds
    std::string rest;       // GET: what follows type and id, e.g. "_history/3"
    std::string query;      // of request.url, percent-encoded, without '?'
    std::string fullUrl;
    std::string ifNoneExist;
    std::optional<std::int64_t> ifMatch;
    std::optional<json::Document> document;  // POST and PUT
    std::optional<Failure> refusal;          // batch: what is wrong with this entry alone
};

struct Bundle {
    bool isTransaction = false;
    std::vector<BundleEntry> entries;
};

/// Told of a resource that breaks rules but may be kept all the same; without one such a resource is refused.
using Tolerate = std::function<void(const Failure&)>;

/// Reads and checks all of it, resources included. A transaction with a bad entry throws Failure whose issues name
/// the places; a batch keeps the fault in its entry. Throws Failure(badRequest) for a Bundle of another type, an
/// address that is not relative to the base, a fullUrl or a target that stands there twice.
Bundle parseBundle(std::string_view body, const Owner& owner, std::size_t mostEntries, const Tolerate& tolerate = {});

/// Gives POST entries their ids: a fresh one, or the uuid of their urn:uuid when `keepUuids`.
void assignIds(Bundle& bundle, bool keepUuids);

/// fullUrl -> "Type/id" of every entry with a resource.
std::unordered_map<std::string, std::string> targetsOf(const Bundle& bundle);

/// Rewrites references, uris and links in the narrative that name a key of `targets`. Only a transaction does that.
void rewriteLinks(json::Document& document, const std::unordered_map<std::string, std::string>& targets);

/// Conditional references ("Practitioner?identifier=...") of a resource, each once.
std::vector<std::string> conditionalReferences(json::Document& document);

}  // namespace polyclinic::fhir
