#include "records/write_batch.h"

#include <algorithm>
#include <iterator>

#include "base/encoding.h"

namespace polyclinic::records {
namespace {

/// One array of a column, out of all entries.
template <class Value, class Entries, class Read>
std::vector<Value> column(const Entries& entries, Read read) {
    std::vector<Value> values;
    values.reserve(entries.size());
    for (const auto& entry : entries) values.push_back(read(entry));
    return values;
}

using Int4s = std::vector<std::int32_t>;
using Int8s = std::vector<std::int64_t>;

}  // namespace

void WriteBatch::collect(const fhir::IndexRows& rows, const fhir::IndexRows* without, std::int64_t rid, Index& into) {
    const auto take = [rid](const auto& all, const auto* known, auto& out) {
        using Row = typename std::decay_t<decltype(all)>::value_type;
        if (!known) {
            for (const auto& row : all) out.push_back({row, rid});
            return;
        }
        std::vector<Row> rest;
        std::set_difference(all.begin(), all.end(), known->begin(), known->end(), std::back_inserter(rest));
        for (auto& row : rest) out.push_back({std::move(row), rid});
    };
    take(rows.tokens, without ? &without->tokens : nullptr, into.tokens);
    take(rows.strings, without ? &without->strings : nullptr, into.strings);
    take(rows.dates, without ? &without->dates : nullptr, into.dates);
    take(rows.references, without ? &without->references : nullptr, into.references);
    take(rows.numbers, without ? &without->numbers : nullptr, into.numbers);
    take(rows.quantities, without ? &without->quantities : nullptr, into.quantities);
    take(rows.uris, without ? &without->uris : nullptr, into.uris);
    take(rows.composites, without ? &without->composites : nullptr, into.composites);
}

void WriteBatch::create(VersionRow row, const fhir::IndexRows& rows) {
    collect(rows, nullptr, row.rid, added_);
    row.present = rows.present;
    created_.push_back(std::move(row));
}

void WriteBatch::replace(VersionRow row, const fhir::IndexRows& before, const fhir::IndexRows& after) {
    collect(after, &before, row.rid, added_);
    collect(before, &after, row.rid, removed_);
    row.present = after.present;
    replaced_.push_back(std::move(row));
}

void WriteBatch::addIndexStatements(const Index& index, bool removing, std::vector<db::TenantStatement>& out) {
    const auto add = [&](const db::TenantSql& insert, const db::TenantSql& remove, db::Params params) {
        if (removing)
            out.emplace_back(remove, std::move(params));
        else
            out.emplace_back(insert, std::move(params));
    };
    const auto rids = [](const auto& entries) { return column<std::int64_t>(entries, [](const auto& e) { return e.rid; }); };
    const auto params = [](const auto& entries) { return column<std::int32_t>(entries, [](const auto& e) { return e.row.param; }); };

    if (const auto& e = index.tokens; !e.empty()) {
        db::Params p;
        p.int4Array(params(e))
            .int8Array(column<std::int64_t>(e, [](const auto& x) { return x.row.code; }))
            .int8Array(column<std::int64_t>(e, [](const auto& x) { return x.row.system; }))
            .int8Array(rids(e));
        add("INSERT INTO index_token (tenant_id, param, code, system, rid) "
            "SELECT $1, n.* FROM unnest($2::int[], $3::bigint[], $4::bigint[], $5::bigint[]) AS n ON CONFLICT DO NOTHING",
            "DELETE FROM index_token i USING unnest($2::int[], $3::bigint[], $4::bigint[], $5::bigint[]) "
            "AS o(param, code, system, rid) WHERE i.tenant_id = $1 AND i.param = o.param AND i.code = o.code "
            "AND i.system = o.system AND i.rid = o.rid",
            std::move(p));
    }
    if (const auto& e = index.strings; !e.empty()) {
        db::Params p;
        p.int4Array(params(e))
            .textArray(column<std::string>(e, [](const auto& x) { return x.row.value; }))
            .int8Array(column<std::int64_t>(e, [](const auto& x) { return x.row.exact; }))
            .int8Array(rids(e));
        add("INSERT INTO index_string (tenant_id, param, value, exact, rid) "
            "SELECT $1, n.* FROM unnest($2::int[], $3::text[], $4::bigint[], $5::bigint[]) AS n ON CONFLICT DO NOTHING",
            "DELETE FROM index_string i USING unnest($2::int[], $3::text[], $4::bigint[], $5::bigint[]) "
            "AS o(param, value, exact, rid) WHERE i.tenant_id = $1 AND i.param = o.param AND i.value = o.value "
            "AND i.exact = o.exact AND i.rid = o.rid",
            std::move(p));
    }
    if (const auto& e = index.dates; !e.empty()) {
        db::Params p;
        p.int4Array(params(e))
            .timestampArray(column<Timestamp>(e, [](const auto& x) { return x.row.low; }))
            .timestampArray(column<Timestamp>(e, [](const auto& x) { return x.row.high; }))
            .int8Array(rids(e));
        add("INSERT INTO index_date (tenant_id, param, low, high, rid) SELECT $1, n.* "
            "FROM unnest($2::int[], $3::timestamptz[], $4::timestamptz[], $5::bigint[]) AS n ON CONFLICT DO NOTHING",
            "DELETE FROM index_date i USING unnest($2::int[], $3::timestamptz[], $4::timestamptz[], $5::bigint[]) "
            "AS o(param, low, high, rid) WHERE i.tenant_id = $1 AND i.param = o.param AND i.low = o.low "
            "AND i.high = o.high AND i.rid = o.rid",
            std::move(p));
    }
    if (const auto& e = index.references; !e.empty()) {
        db::Params p;
        p.int4Array(params(e))
            .int8Array(column<std::int64_t>(e, [](const auto& x) { return x.row.target; }))
            .int4Array(column<std::int32_t>(e, [](const auto& x) { return x.row.type; }))
            .int8Array(column<std::int64_t>(e, [](const auto& x) { return x.row.version; }))
            .int8Array(rids(e));
        add("INSERT INTO index_reference (tenant_id, param, target, type, version, rid) SELECT $1, n.* "
            "FROM unnest($2::int[], $3::bigint[], $4::int[], $5::bigint[], $6::bigint[]) AS n ON CONFLICT DO NOTHING",
            "DELETE FROM index_reference i USING unnest($2::int[], $3::bigint[], $4::int[], $5::bigint[], $6::bigint[]) "
            "AS o(param, target, type, version, rid) WHERE i.tenant_id = $1 AND i.param = o.param "
            "AND i.target = o.target AND i.type = o.type AND i.version = o.version AND i.rid = o.rid",
            std::move(p));
    }
    if (const auto& e = index.numbers; !e.empty()) {
        db::Params p;
        p.int4Array(params(e))
            .float8Array(column<double>(e, [](const auto& x) { return x.row.low; }))
            .float8Array(column<double>(e, [](const auto& x) { return x.row.high; }))
            .int8Array(rids(e));
        add("INSERT INTO index_number (tenant_id, param, low, high, rid) "
            "SELECT $1, n.* FROM unnest($2::int[], $3::float8[], $4::float8[], $5::bigint[]) AS n ON CONFLICT DO NOTHING",
            "DELETE FROM index_number i USING unnest($2::int[], $3::float8[], $4::float8[], $5::bigint[]) "
            "AS o(param, low, high, rid) WHERE i.tenant_id = $1 AND i.param = o.param AND i.low = o.low "
            "AND i.high = o.high AND i.rid = o.rid",
            std::move(p));
    }
    if (const auto& e = index.quantities; !e.empty()) {
        db::Params p;
        p.int4Array(params(e))
            .int8Array(column<std::int64_t>(e, [](const auto& x) { return x.row.code; }))
            .int8Array(column<std::int64_t>(e, [](const auto& x) { return x.row.system; }))
            .float8Array(column<double>(e, [](const auto& x) { return x.row.low; }))
            .float8Array(column<double>(e, [](const auto& x) { return x.row.high; }))
            .int8Array(rids(e));
        add("INSERT INTO index_quantity (tenant_id, param, code, system, low, high, rid) SELECT $1, n.* "
            "FROM unnest($2::int[], $3::bigint[], $4::bigint[], $5::float8[], $6::float8[], $7::bigint[]) AS n "
            "ON CONFLICT DO NOTHING",
            "DELETE FROM index_quantity i USING "
            "unnest($2::int[], $3::bigint[], $4::bigint[], $5::float8[], $6::float8[], $7::bigint[]) "
            "AS o(param, code, system, low, high, rid) WHERE i.tenant_id = $1 AND i.param = o.param "
            "AND i.code = o.code AND i.system = o.system AND i.low = o.low AND i.high = o.high AND i.rid = o.rid",
            std::move(p));
    }
    if (const auto& e = index.uris; !e.empty()) {
        db::Params p;
        p.int4Array(params(e)).textArray(column<std::string>(e, [](const auto& x) { return x.row.value; })).int8Array(rids(e));
        add("INSERT INTO index_uri (tenant_id, param, value, rid) "
            "SELECT $1, n.* FROM unnest($2::int[], $3::text[], $4::bigint[]) AS n ON CONFLICT DO NOTHING",
            "DELETE FROM index_uri i USING unnest($2::int[], $3::text[], $4::bigint[]) AS o(param, value, rid) "
            "WHERE i.tenant_id = $1 AND i.param = o.param AND i.value = o.value AND i.rid = o.rid",
            std::move(p));
    }
    if (const auto& e = index.composites; !e.empty()) {
        db::Params p;
        p.int4Array(params(e))
            .int8Array(column<std::int64_t>(e, [](const auto& x) { return x.row.code1; }))
            .int8Array(column<std::int64_t>(e, [](const auto& x) { return x.row.system1; }))
            .float8Array(column<double>(e, [](const auto& x) { return x.row.low1; }))
            .float8Array(column<double>(e, [](const auto& x) { return x.row.high1; }))
            .int8Array(column<std::int64_t>(e, [](const auto& x) { return x.row.code2; }))
            .int8Array(column<std::int64_t>(e, [](const auto& x) { return x.row.system2; }))
            .float8Array(column<double>(e, [](const auto& x) { return x.row.low2; }))
            .float8Array(column<double>(e, [](const auto& x) { return x.row.high2; }))
            .int8Array(rids(e));
        add("INSERT INTO index_composite (tenant_id, param, code1, system1, low1, high1, code2, system2, low2, high2, rid) "
            "SELECT $1, n.* FROM unnest($2::int[], $3::bigint[], $4::bigint[], $5::float8[], $6::float8[], $7::bigint[], "
            "$8::bigint[], $9::float8[], $10::float8[], $11::bigint[]) AS n ON CONFLICT DO NOTHING",
            "DELETE FROM index_composite i USING unnest($2::int[], $3::bigint[], $4::bigint[], $5::float8[], $6::float8[], "
            "$7::bigint[], $8::bigint[], $9::float8[], $10::float8[], $11::bigint[]) "
            "AS o(param, code1, system1, low1, high1, code2, system2, low2, high2, rid) "
            "WHERE i.tenant_id = $1 AND i.param = o.param AND i.code1 = o.code1 AND i.system1 = o.system1 "
            "AND i.code2 = o.code2 AND i.system2 = o.system2 AND i.low1 = o.low1 AND i.high1 = o.high1 "
            "AND i.low2 = o.low2 AND i.high2 = o.high2 AND i.rid = o.rid",
            std::move(p));
    }
}

bool WriteBatch::isLong() const {
    constexpr std::size_t rows = 500, bytes = 128 << 10;
    const auto rowsOf = [](const Index& index) {
        return index.tokens.size() + index.strings.size() + index.dates.size() + index.references.size() + index.numbers.size() +
               index.quantities.size() + index.uris.size() + index.composites.size();
    };
    std::size_t content = 0;
    for (const auto* each : {&created_, &replaced_})
        for (const auto& row : *each) content += row.content.size();
    return rowsOf(added_) + rowsOf(removed_) > rows || content > bytes;
}

std::vector<db::TenantStatement> WriteBatch::statements() const {
    std::vector<db::TenantStatement> out;
    const auto types = [](const auto& rows) { return column<std::int32_t>(rows, [](const auto& r) { return r.type; }); };
    const auto ids = [](const auto& rows) { return column<std::string>(rows, [](const auto& r) { return r.id; }); };
    const auto versions = [](const auto& rows) { return column<std::int64_t>(rows, [](const auto& r) { return r.version; }); };
    const auto times = [](const auto& rows) { return column<Timestamp>(rows, [](const auto& r) { return r.updated; }); };
    const auto present = [](const auto& rows) { return column<std::int64_t>(rows, [](const auto& r) { return r.present; }); };
    const auto patients = [](const auto& rows) { return column<std::string>(rows, [](const auto& r) { return r.patients; }); };
    const auto contents = [](const auto& rows) { return column<std::string>(rows, [](const auto& r) { return r.content; }); };

    if (!created_.empty()) {
        db::Params p;
        p.int4Array(types(created_))
            .textArray(ids(created_))
            .int8Array(column<std::int64_t>(created_, [](const auto& r) { return r.rid; }))
            .int8Array(column<std::int64_t>(created_, [](const auto& r) { return indexHash(r.id); }))
            .int8Array(versions(created_))
            .timestampArray(times(created_))
            .byteaArray(contents(created_))
            .int8Array(present(created_))
            .int2(definitionsVersion_)
            .textArray(patients(created_));
        out.emplace_back(
            db::TenantSql(
                "INSERT INTO resource (tenant_id, type, id, rid, id_hash, version, updated, content, present, patient, pack, deleted) "
                "SELECT $1, n.*, $10, false FROM unnest($2::int[], $3::text[], $4::bigint[], $5::bigint[], "
                "$6::bigint[], $7::timestamptz[], $8::bytea[], $9::bigint[], $11::text[]) AS n"),
            std::move(p));
    }
    if (!replaced_.empty()) {
        db::Params old;
        old.int4Array(types(replaced_)).textArray(ids(replaced_));
        out.emplace_back(db::TenantSql("INSERT INTO resource_history (tenant_id, type, id, version, rid, updated, pack, deleted, content) "
                                       "SELECT $1, r.type, r.id, r.version, r.rid, r.updated, r.pack, r.deleted, r.content "
                                       "FROM resource r JOIN unnest($2::int[], $3::text[]) AS o(type, id) "
                                       "ON r.type = o.type AND r.id = o.id WHERE r.tenant_id = $1"),
                         std::move(old));
        db::Params p;
        p.int4Array(types(replaced_))
            .textArray(ids(replaced_))
            .int8Array(versions(replaced_))
            .timestampArray(times(replaced_))
            .byteaArray(contents(replaced_))
            .int8Array(present(replaced_))
            .int2(definitionsVersion_)
            .textArray(patients(replaced_));
        out.emplace_back(
            db::TenantSql(
                "UPDATE resource r SET version = n.version, updated = n.updated, present = n.present, patient = n.patient, pack = $8, "
                "deleted = length(n.content) = 0, content = nullif(n.content, ''::bytea) "
                "FROM unnest($2::int[], $3::text[], $4::bigint[], $5::timestamptz[], $6::bytea[], $7::bigint[], $9::text[]) "
                "AS n(type, id, version, updated, content, present, patient) "
                "WHERE r.tenant_id = $1 AND r.type = n.type AND r.id = n.id"),
            std::move(p));
    }
    addIndexStatements(removed_, true, out);
    addIndexStatements(added_, false, out);
    return out;
}

}  // namespace polyclinic::records
