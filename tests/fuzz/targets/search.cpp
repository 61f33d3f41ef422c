#include "records/search/sql.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "access/access_scope.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "fhir/definitions/definitions.h"
#include "fhir/search/query.h"
#include "targets.h"

namespace polyclinic::fuzz {
namespace {

/// Every word that a search's SQL may hold. Names of columns of composites end in 1 or 2, aliases of ours are x<number>.
const std::set<std::string_view> vocabulary{"SELECT",
                                            "DISTINCT",
                                            "FROM",
                                            "JOIN",
                                            "ON",
                                            "AS",
                                            "WHERE",
                                            "AND",
                                            "OR",
                                            "NOT",
                                            "EXISTS",
                                            "ANY",
                                            "ARRAY",
                                            "IS",
                                            "NULL",
                                            "CASE",
                                            "WHEN",
                                            "THEN",
                                            "ELSE",
                                            "END",
                                            "IN",
                                            "TRUE",
                                            "WITH",
                                            "RECURSIVE",
                                            "UNION",
                                            "ALL",
                                            "MATERIALIZED",
                                            "present",
                                            "CROSS",
                                            "LATERAL",
                                            "e",
                                            "k",
                                            "n",
                                            "w",
                                            "GROUP",
                                            "ORDER",
                                            "BY",
                                            "DESC",
                                            "NULLS",
                                            "LAST",
                                            "LIMIT",
                                            "OFFSET",
                                            "count",
                                            "min",
                                            "max",
                                            "strpos",
                                            "true",
                                            "false",
                                            "resource",
                                            "index_token",
                                            "index_string",
                                            "index_date",
                                            "index_reference",
                                            "index_number",
                                            "index_quantity",
                                            "index_uri",
                                            "index_composite",
                                            "r",
                                            "s",
                                            "d",
                                            "b",
                                            "few",
                                            "id",
                                            "version",
                                            "updated",
                                            "content",
                                            "patient",
                                            "rid",
                                            "tenant_id",
                                            "type",
                                            "deleted",
                                            "param",
                                            "code",
                                            "system",
                                            "low",
                                            "high",
                                            "value",
                                            "exact",
                                            "target",
                                            "code1",
                                            "code2",
                                            "system1",
                                            "system2",
                                            "low1",
                                            "low2",
                                            "high1",
                                            "high2"};

bool isWordByte(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$'; }

bool isNumber(std::string_view text, std::size_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

bool isAlias(std::string_view word) {
    if (word.ends_with("_all") || word.ends_with("_row") || word.ends_with("_own")) {
        word.remove_suffix(4);
        if (word.size() == 1) return vocabulary.contains(word);
    }
    std::size_t number = 0;
    return word.starts_with('x') && isNumber(word.substr(1), number);
}

/// Words of ours, small numbers and placeholders: whatever was asked for stands in parameters alone.
void demandClean(const db::TenantStatement& statement) {
    const std::string_view sql = statement.sql;
    std::set<std::size_t> used;
    std::size_t tables = 0, walls = 0;
    for (std::size_t i = 0; i < sql.size();) {
        if (!isWordByte(sql[i])) {
            demand(std::string_view(" (),.=<>*&+").find(sql[i]) != std::string_view::npos, "SQL holds no sign of a request's.");
            ++i;
            continue;
        }
        auto end = i;
        while (end < sql.size() && isWordByte(sql[end])) ++end;
        const auto word = sql.substr(i, end - i);
        std::size_t number = 0;
        if (word.starts_with('$')) {
            demand(isNumber(word.substr(1), number) && number >= 1 && number <= statement.params.size() + 1,
                   "A placeholder has its parameter.");
            used.insert(number);
        } else if (isNumber(word, number)) {
            demand(number <= records::sql::longestStroll, "Numbers in SQL are limits of ours.");
        } else {
            demand(vocabulary.contains(word) || isAlias(word), ("SQL is made of words of ours: " + std::string(word)).c_str());
        }
        tables += word == "resource" || word.starts_with("index_");
        walls += word == "tenant_id" && sql.substr(end).starts_with(" = $1");
        i = end;
    }
    demand(used.contains(1), "The tenant is among what is asked.");
    demand(tables == walls, "Every table is narrowed to the tenant.");
    demand(statement.params.size() < 60'000, "PostgreSQL takes so many parameters.");
    constexpr std::uint32_t text = 25;
    for (const auto& entry : statement.params.entries())
        if (entry.oid == text && entry.bytes)
            demand(isUtf8(*entry.bytes) && entry.bytes->find('\0') == std::string::npos, "A text parameter is one that PostgreSQL takes.");
}

void demandClean(const fhir::SearchQuery& query, const std::vector<access::ScopePredicate>& scope) {
    namespace sql = records::sql;
    const auto plan = sql::planOf(query, scope);
    const auto limit = query.count + 1;
    demandClean(sql::count(plan));
    demandClean(records::matchStatement(query, 2, scope));
    for (const bool rare : {false, true}) {
        if (rare && !plan.hasLeadingPredicate()) continue;
        demandClean(sql::fetchAndSort(plan, limit, rare));
        if (plan.canWalk) demandClean(sql::indexOrderScan(plan, limit, rare));
        if (plan.scansBounded) demandClean(sql::boundedIndexScan(plan, limit));
    }
    if (!query.sort.empty()) {
        demandClean(sql::fetchAndSort(plan, limit, false, true));
        sql::keyIsSure(plan);
    }
}

/// What a message may not repeat: values that no sentence of ours could hold by chance.
bool isTelling(std::string_view value) {
    return value.size() >= 6 && std::ranges::any_of(value, [](unsigned char c) { return c >= 0x7f || c < 0x20 || c == '@' || c == ';'; });
}

void demandCursor(fhir::SearchQuery& query, const FormFields& fields, const fhir::QueryOptions& options, bool gaps) {
    fhir::Position position{{}, 4711, "id-1"};
    for (std::size_t i = 0; i < query.sort.size(); ++i)
        position.keys.push_back(gaps && i % 2 == 1 ? std::nullopt : std::optional<std::string>("17"));
    const auto text = query.seal.close(position);
    demand(query.seal.open(text) == position, "A cursor opens to what was closed in it.");
    auto next = fields;
    std::erase_if(next, [](const auto& field) { return field.first == "_cursor"; });
    next.emplace_back("_cursor", text);
    const auto page = fhir::parseQuery(query.type, next, options);
    demand(page.after == position, "A search takes its own cursor.");
    auto elsewhere = options;
    elsewhere.tenant = options.tenant + 1;
    try {
        fhir::parseQuery(query.type, next, elsewhere);
        demand(false, "A cursor opens at no other clinic.");
    } catch (const Failure&) {
    }
    query.after = position;
}

}  // namespace

void search(std::string_view input) {
    bool ofPatient = false, strict = false, behind = false;
    for (; !input.empty(); input.remove_prefix(1)) {
        if (input.front() == '!')
            ofPatient = true;
        else if (input.front() == '^')
            strict = true;
        else if (input.front() == '>')
            behind = true;
        else
            break;
    }
    const auto mark = std::min(input.find('?'), input.size());
    std::string_view type = input.substr(0, mark);
    if (!fhir::Definitions::r4().isResourceType(type)) type = "Patient";
    const auto fields = parseForm(input.substr(std::min(mark + 1, input.size())));
    if (!fields) return;

    fhir::QueryOptions options;
    options.strict = strict;
    options.cursorKey = "a secret of this test";
    options.tenant = 1;
    options.ownBase = "https://clinic.example/clinic-a/fhir";
    options.now = {1'700'000'000'000'000};
    fhir::SearchQuery query;
    try {
        query = fhir::parseQuery(type, *fields, options);
    } catch (const Failure& failure) {
        demand(failure.kind() == FailureKind::badRequest, "What is not understood is a bad request.");
        for (const auto& [name, value] : *fields)
            demand(!isTelling(value) || failure.publicMessage().find(value) == std::string::npos, "No message repeats a value.");
        return;
    }
    demand(query.count <= options.maximumCount, "A page has its limit.");
    const auto again = fhir::parseQuery(type, parseForm(encodeForm(query.applied)).value(), options);
    demand(again.applied == query.applied && (query.after || again.toString() == query.toString()),
           "The self link asks for what was understood.");
    if (behind) demandCursor(query, *fields, options, strict);
    std::vector<access::ScopePredicate> scope;
    if (ofPatient) scope = access::searchFilter({{{0, 31}}, access::Compartment{"p1"}}, type);
    demandClean(query, scope);
}

}  // namespace polyclinic::fuzz
