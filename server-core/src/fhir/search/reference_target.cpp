#include "fhir/search/reference_target.h"

#include "base/encoding.h"
#include "fhir/definitions/definitions.h"
#include "fhir/resource.h"

namespace polyclinic::fhir {
namespace {

struct TypeAndId {
    std::string_view type, id;
};

/// The last two segments of a path, when they are a resource's.
std::optional<TypeAndId> typeAndId(std::string_view path) {
    if (const auto history = path.find("/_history/"); history != path.npos) path = path.substr(0, history);
    const auto slash = path.rfind('/');
    if (slash == path.npos) return std::nullopt;
    const auto id = path.substr(slash + 1);
    auto type = path.substr(0, slash);
    if (const auto before = type.rfind('/'); before != type.npos) type = type.substr(before + 1);
    if (!isId(id) || !Definitions::r4().isResourceType(type)) return std::nullopt;
    return TypeAndId{type, id};
}

}  // namespace

std::optional<ReferenceTarget> parseReference(std::string_view text, std::string_view ownBase, bool canonical) {
    if (text.empty() || text.starts_with('#')) return std::nullopt;
    ReferenceTarget result;
    if (canonical) {
        text = text.substr(0, text.find('#'));
        if (const auto bar = text.find('|'); bar != text.npos) {
            result.version = indexHash(text.substr(bar + 1));
            text = text.substr(0, bar);
        }
    }
    if (!ownBase.empty() && text.size() > ownBase.size() && text.starts_with(ownBase) && text[ownBase.size()] == '/')
        text.remove_prefix(ownBase.size() + 1);
    const auto found = typeAndId(text);
    if (found) result.typeName = found->type;
    const bool absolute = text.find(':') != text.npos;
    if (found && !absolute && found->type.data() == text.data()) {
        result.target = indexHash(found->id);
        result.type = typeCode(found->type);
    } else {
        result.target = indexHash(text);
    }
    return result;
}

}  // namespace polyclinic::fhir
