#include "records/whose.h"

#include <algorithm>

#include "base/json.h"
#include "fhir/compartment.h"
#include "records/content.h"

namespace polyclinic::records {

db::TenantStatement whoseStatement(std::span<const RecordName> records) {
    // Content only of what was written before it was kept whose a record is.
    static constexpr db::TenantSql sql(
        "SELECT w.number::int, r.patient, CASE WHEN r.patient IS NULL THEN r.content END "
        "FROM unnest($2::int[], $3::text[]) WITH ORDINALITY AS w(type, id, number) "
        "JOIN resource r ON r.type = w.type AND r.id = w.id WHERE r.tenant_id = $1");
    std::vector<std::int32_t> types;
    std::vector<std::string> ids;
    for (const auto& [type, id] : records) {
        types.push_back(type);
        ids.push_back(id);
    }
    db::Params params;
    params.int4Array(types).textArray(ids);
    return {sql, std::move(params)};
}

void addWhose(const db::Result& rows, std::string_view ownBase, std::vector<std::vector<std::string>>& about) {
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        auto& ids = about[std::size_t(rows.int4(row, 0) - 1)];
        if (!rows.isNull(row, 1)) {
            addIds(rows.text(row, 1), ids);
        } else if (!rows.isNull(row, 2)) {
            const auto document = json::Document::parse(decompressContent(rows.text(row, 2)));
            addIds(joinedIds(fhir::patientsOf(document.root(), ownBase)), ids);
        }
    }
}

std::string joinedIds(const std::vector<std::string>& ids) {
    std::string text;
    for (const auto& id : ids) text += (text.empty() ? "" : " ") + id;
    return text;
}

void addIds(std::string_view joined, std::vector<std::string>& ids) {
    while (!joined.empty()) {
        const auto id = joined.substr(0, joined.find(' '));
        if (!id.empty() && std::ranges::find(ids, id) == ids.end()) ids.emplace_back(id);
        joined.remove_prefix(std::min(joined.size(), id.size() + 1));
    }
}

}  // namespace polyclinic::records
