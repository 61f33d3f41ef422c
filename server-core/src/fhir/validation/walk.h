// The walk over a resource beside its definitions. For validation/ only.

#pragma once

#include <map>
#include <string_view>

#include "base/json.h"
#include "fhir/definitions/definitions.h"
#include "fhir/validation/issues.h"

namespace polyclinic::fhir {

class Walk {
  public:
    Walk(const Definitions& definitions, Issues& issues);

    /// A resource that stands by itself, at the root or in an entry of a Bundle.
    void resource(const json::Value& value, const Place& place, std::string_view expectedType = {});

  private:
    using Contained = std::multimap<std::string_view, std::string_view>;  // id, type

    /// What the members of one object amount to.
    struct Seen {
        std::array<std::uint64_t, 2> elements{};
        bool siblings = false;  // some member begins with an underscore
    };

    void contained(const json::Value& value, const Place& place);
    void object(const json::Value& value, const Type& type, const Place& place, const Property* holder);
    bool isComplex(const json::Value& value, const Type& type, const Place& place);
    void member(const json::Value& value, const json::Member& member, const Type& type, const Place& place, Seen& seen);
    void markSeen(const Type& type, const Property& property, const Place& place, Seen& seen);
    void refuseUnknown(const json::Value& value, const json::Member& member, const Type& type, const Place& place);
    void demandRequired(const Type& type, const Place& place, const Seen& seen);
    void demandContent(const json::Value& value, const Type& type, const Place& place, const Seen& seen);

    void complexElement(const json::Value& value, const Property& property, const Place& place);
    void complexItem(const json::Value& value, const Property& property, const Type& type, const Place& place);

    /// Either may be null, not both.
    void primitiveElement(const json::Value* value, const json::Value* sibling, const Property& property, const Place& place);
    void primitiveItem(const json::Value* value, const json::Value* sibling, const Property& property, const Place& place);
    void primitiveValue(const json::Value& value, const Property& property, const Place& place);

    void binding(const json::Value& value, const Property& property, const Type& type, const Place& place);
    void reference(const json::Value& value, const Property& property, const Place& place);
    void target(std::string_view type, const Property& property, const Place& place);

    const Definitions& definitions_;
    Issues& issues_;
    const Type* element_;
    const Type* extension_;
    const Type* reference_;
    std::size_t extensionValue_;  // places of elements within Extension
    std::size_t extensionExtension_;
    const json::Value* container_ = nullptr;  // the resource whose contained ones #id points at
    Contained contained_;                     // its contained resources
    bool isContained_ = false;
};

}  // namespace polyclinic::fhir
