#include "fhir/references.h"

#include <optional>

#include "fhir/definitions/definitions.h"

namespace polyclinic::fhir {
namespace {

using Visitor = std::function<void(json::Value&, LinkKind)>;

std::optional<LinkKind> linkKind(Primitive primitive) {
    switch (primitive) {
        case Primitive::uri:
            return LinkKind::uri;
        case Primitive::url:
            return LinkKind::url;
        case Primitive::canonical:
            return LinkKind::canonical;
        case Primitive::oid:
            return LinkKind::oid;
        case Primitive::uuid:
            return LinkKind::uuid;
        default:
            return std::nullopt;
    }
}

class Walk {
  public:
    Walk(const Definitions& definitions, const Visitor& visitor)
        : definitions_(definitions), element_(*definitions.type("Element")), reference_(definitions.type("Reference")), visitor_(visitor) {}

    void resource(json::Value& value) {
        const Type* type = definitions_.resourceType(value.stringAt("resourceType"));
        if (type) object(value, *type);
    }

  private:
    void object(json::Value& value, const Type& type) {
        for (json::Member& member : value.members()) {
            if (member.name.starts_with('_')) {  // extensions of a primitive
                each(member.value, element_);
                continue;
            }
            const Property* property = definitions_.property(type, member.name);
            if (!property) continue;
            if (&type == reference_ && member.name == "reference") {
                if (member.value.isString()) visitor_(member.value, LinkKind::reference);
            } else {
                each(member.value, definitions_.typeOf(*property));
            }
        }
    }

    void each(json::Value& value, const Type& type) {
        if (value.isArray()) {
            for (json::Value& item : value.items()) one(item, type);
        } else {
            one(value, type);
        }
    }

    void one(json::Value& value, const Type& type) {
        if (type.kind == TypeKind::resource) {
            resource(value);
        } else if (type.kind != TypeKind::primitive) {
            object(value, type);
        } else if (const auto kind = linkKind(type.primitive); kind && value.isString()) {
            visitor_(value, *kind);
        }
    }

    const Definitions& definitions_;
    const Type& element_;
    const Type* reference_;
    const Visitor& visitor_;
};

}  // namespace

void forEachReference(json::Document&, json::Value& resource, const Visitor& visitor) {
    Walk(Definitions::r4(), visitor).resource(resource);
}

}  // namespace polyclinic::fhir
