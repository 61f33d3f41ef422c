// Where a resource points at others.

#pragma once

#include <functional>

#include "base/json.h"

namespace polyclinic::fhir {

/// `reference`: Reference.reference. The others: the value of an element of that type, whatever it is for.
enum class LinkKind { reference, uri, url, canonical, oid, uuid };

/// Calls `visitor` for each string that may hold a link, by the type of its element: in the resource itself, in
/// contained resources, in extensions, in resources inside a Bundle. `visitor` may replace the Value it is
/// given. What does not fit the definitions is passed over.
void forEachReference(json::Document& document, json::Value& resource, const std::function<void(json::Value&, LinkKind)>& visitor);

}  // namespace polyclinic::fhir
