#include "fhir/search/query.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/failure.h"
#include "fhir/search/query_values.h"
#include "fhir/search/types/types.h"

namespace polyclinic::fhir {
namespace {

constexpr std::ptrdiff_t mostParameters = 200;

[[noreturn]] void malformed(std::string sentence) { throw Failure(FailureKind::badRequest, std::move(sentence)).withCode("invalid"); }

/// For messages: names that look like a parameter's, nothing else.
std::string shown(std::string_view name) {
    const bool plain = name.size() <= 64 && std::ranges::all_of(name, [](char c) {
                           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
                       });
    return plain ? " " + std::string(name) : "";
}

class Parser {
  public:
    Parser(std::string_view type, const QueryOptions& options) : options_(options) {
        query_.type = type;
        query_.count = options.defaultCount;
    }

    SearchQuery run(const FormFields& fields) {
        std::string_view cursor;
        std::ptrdiff_t parameters = 0;
        // The cursor is ours: the longest search has a next page too.
        for (const auto& [name, value] : fields)
            if (name != "_cursor" && ++parameters > mostParameters) tooCostly(name, "A search may have 200 parameters.");
        for (const auto& [name, value] : fields) {
            if (value.find('\0') != value.npos || name.find('\0') != name.npos) malformed("A search may not contain NUL.");
            if (name == "_cursor")
                cursor = value;
            else if (name != "_format" && name != "_pretty" && readField(name, value))
                query_.applied.emplace_back(name, value);
        }
        FormFields identity = query_.applied;
        std::erase_if(identity, [](const auto& field) { return field.first == "_count" || field.first == "_total"; });
        query_.seal = CursorSeal(options_.cursorKey, options_.tenant, query_.type + "?" + encodeForm(identity));
        if (!cursor.empty()) {
            query_.after = query_.seal.open(cursor);
            if (!query_.after || query_.after->keys.size() != query_.sort.size()) malformed("The cursor does not belong to this search.");
        }
        return std::move(query_);
    }

  private:
    /// False when the field was ignored.
    bool readField(const std::string& name, const std::string& value) {
        if (name == "_count") return readCount(value);
        if (name == "_sort") return readSort(value);
        if (name == "_total") return readTotal(value);
        if (name == "_summary") return readSummary(name, value);
        const std::string_view whole = name;
        const auto end = whole.find_first_of(":.");
        const auto code = whole.substr(0, end);
        if (refinesOnly(code)) return ignore(name, false);
        if (addsOnly(code)) return ignore(name, options_.strict);
        if (isUnbuilt(code)) notOffered("Search parameter" + shown(code) + " is not offered.");
        const Parameter* parameter = findParameter(query_.type, code);
        if (!parameter) return ignore(name, options_.strict);
        if (parameter->storage == Storage::none) notOffered("Search parameter " + std::string(code) + " is not offered.");
        const auto modifier = end == whole.npos ? std::string_view() : whole.substr(end + 1);
        if (end != whole.npos && (whole[end] == '.' || modifier.find('.') != modifier.npos))
            notOffered("Chained search parameters are not offered.");
        if (end != whole.npos && modifier.empty()) refuse(*parameter, "The modifier is empty.");
        readPredicate(*parameter, modifier, value);
        return true;
    }

    void readPredicate(const Parameter& parameter, std::string_view modifier, const std::string& value) {
        if (value.empty()) refuse(parameter, "The value is empty.");
        if (modifier == "missing" && parameter.storage == Storage::index) {
            if (value != "true" && value != "false") refuse(parameter, "The modifier missing takes true or false.");
            query_.where.nodes.push_back({Predicate{&parameter, value == "true" ? Match::missing : Match::present, parameter.id, {}}});
            spend(parameter.code, 1);
            return;
        }
        const auto& row = rowOf(parameter, modifier);
        Predicate predicate{&parameter, row.match, row.paramOf(parameter), {}};
        const auto alternatives = splitEscaped(value, ',');
        spend(parameter.code, alternatives.size());  // one each at least
        for (const auto text : alternatives) {
            if (text.empty()) refuse(parameter, "One of the values is empty.");
            const auto before = predicate.anyOf.size();
            row.read({parameter, text, options_, row.modifier.empty() ? modifier : ""}, predicate.anyOf);
            std::size_t cost = 0;
            for (auto i = before; i < predicate.anyOf.size(); ++i) cost += predicate.anyOf[i].cost();
            spend(parameter.code, cost - 1);
        }
        if (!row.negated) return query_.where.nodes.push_back({std::move(predicate)});
        Not none;
        none.nodes.push_back({std::move(predicate)});
        query_.where.nodes.push_back({std::move(none)});
    }

    /// Parameters of the answer's form that a server may leave out without a wrong answer.
    static bool refinesOnly(std::string_view code) { return code == "_elements" || code == "_contained" || code == "_containedType"; }

    /// Parameters that bring more resources along with what is found; the answer says that it did not.
    static bool addsOnly(std::string_view code) { return code == "_include" || code == "_revinclude"; }

    /// Parameters that would change what is found.
    static bool isUnbuilt(std::string_view code) {
        static const std::set<std::string_view> names{"_has", "_filter", "_list", "_query", "_type", "_text", "_content"};
        return names.contains(code);
    }

    bool ignore(const std::string& name, bool refuseIt) {
        if (refuseIt)
            notOffered(query_.type + " has no search parameter" + shown(std::string_view(name).substr(0, name.find_first_of(":."))) + ".");
        query_.ignored.push_back(name);
        return false;
    }

    bool readCount(const std::string& value) {
        std::size_t count = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
        const bool digits = !value.empty() && value.find_first_not_of("0123456789") == value.npos;
        if (!digits) malformed("_count takes a whole number from 0 on.");
        if (error != std::errc()) count = options_.maximumCount;  // too many digits
        query_.count = std::min(count, options_.maximumCount);
        query_.countOnly |= count == 0;
        return true;
    }

    bool readTotal(const std::string& value) {
        if (value == "none")
            query_.total = Total::none;
        else if (value == "estimate")
            query_.total = Total::estimate;
        else if (value == "accurate")
            query_.total = Total::accurate;
        else
            malformed("_total takes none, estimate or accurate.");
        return true;
    }

    bool readSummary(const std::string& name, const std::string& value) {
        if (value == "false") return true;
        if (value == "count") return query_.countOnly = true;
        if (value == "true" || value == "text" || value == "data") return ignore(name, false);
        malformed("_summary takes true, text, data, count or false.");
    }

    bool readSort(const std::string& value) {
        if (!query_.sort.empty()) malformed("_sort may stand once; it takes several keys with commas between them.");
        const auto keys = splitEscaped(value, ',');
        if (keys.size() > 5) malformed("_sort takes five keys at most.");
        spend("_sort", keys.size());
        for (auto key : keys) {
            const bool descending = key.starts_with('-');
            if (descending) key.remove_prefix(1);
            const Parameter* parameter = findParameter(query_.type, key);
            if (!parameter || parameter->storage == Storage::none) malformed("_sort names no search parameter of this type.");
            const bool sortable = parameter->storage != Storage::index || parameter->kind == ParameterType::string ||
                                  parameter->kind == ParameterType::date || parameter->kind == ParameterType::number ||
                                  parameter->kind == ParameterType::quantity || parameter->kind == ParameterType::uri;
            if (!sortable) notOffered("_sort by " + std::string(parameter->code) + " is not offered.");
            query_.sort.push_back({parameter, descending});
        }
        return true;
    }

    void spend(std::string_view name, std::size_t operands) {
        spent_ += operands;
        if (spent_ > mostOperands) tooCostly(name);
    }

    const QueryOptions& options_;
    SearchQuery query_;
    std::size_t spent_ = 0;
};

}  // namespace

std::size_t SearchQuery::cost() const {
    std::size_t cost = sort.size();
    for (const auto& node : where.nodes) cost += node.cost();
    return cost;
}

SearchQuery parseQuery(std::string_view type, const FormFields& fields, const QueryOptions& options) {
    return Parser(type, options).run(fields);
}

}  // namespace polyclinic::fhir
