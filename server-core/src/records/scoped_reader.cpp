#include "records/scoped_reader.h"

#include <algorithm>

#include "base/failure.h"
#include "base/json.h"
#include "base/log.h"
#include "fhir/compartment.h"
#include "fhir/definitions/definitions.h"
#include "records/large_content.h"
#include "records/whose.h"
#include "tenancy/rows_of.h"

namespace polyclinic::records {
namespace {

constexpr int succeeded = 0, minorFailure = 4;

/// Bytes of records that are read once more for whose they are; beyond it the database is asked.
constexpr std::size_t readForNames = 256 << 10;

Failure unknownResource() { return Failure(FailureKind::notFound, "There is no such resource."); }
Failure deletedResource() { return Failure(FailureKind::gone, "The resource was deleted.").withCode("deleted"); }

/// Whether only some records of the type are in reach.
bool isNarrowed(const access::AccessScope& scope, std::string_view type) { return scope.compartment && !access::isShared(type); }

}  // namespace

Task<std::vector<std::string>> ScopedReader::whose(std::span<const StoredResource> resources) const {
    std::size_t budget = readForNames;
    std::vector<std::string> about;
    std::vector<RecordName> large;
    for (const auto& resource : resources) {
        const auto type = fhir::typeName(resource.type).value_or("");
        if (!fhir::hasPatientCompartment(type) || (resource.json.empty() && !resource.large)) continue;
        if (type == "Patient") {
            addIds(resource.id, about);
        } else if (scope_.compartment) {
            addIds(scope_.compartment->patient, about);
        } else if (resource.patients) {
            addIds(*resource.patients, about);
        } else if (resource.large || resource.json.size() > budget) {
            large.emplace_back(resource.type, resource.id);
        } else {
            budget -= resource.json.size();
            const auto document = json::Document::parse(resource.json);
            addIds(joinedIds(fhir::patientsOf(document.root(), tenant_->urls().fhirApi())), about);
        }
    }
    if (large.empty()) co_return about;
    auto asked = whoseStatement(large);
    const auto rows = co_await rowsOf(*tenant_).run(std::move(asked));
    std::vector<std::vector<std::string>> theirs(large.size());
    addWhose(rows, tenant_->urls().fhirApi(), theirs);
    for (const auto& ids : theirs) addIds(joinedIds(ids), about);
    co_return about;
}

Task<void> ScopedReader::note(std::string interaction, std::string_view type, std::string id, int outcome, int count,
                              std::vector<std::string> about) {
    audit::AuditEntry entry;
    entry.action = interaction == "search-type" ? 'E' : 'R';
    entry.interaction = std::move(interaction);
    entry.type = type.empty() ? 0 : fhir::typeCode(type);
    entry.resourceId = std::move(id);
    entry.outcome = outcome;
    entry.count = count;
    entry.about = std::move(about);
    if (type == "Patient" && entry.about.empty() && !entry.resourceId.empty()) entry.about.push_back(entry.resourceId);
    co_await audit_->note(*tenant_, actor_, std::move(entry));
}

Task<void> ScopedReader::noteDenied(const access::AccessDenied& refusal) {
    audit::AuditEntry entry;
    entry.action = refusal.action();
    entry.interaction = refusal.interaction();
    entry.type = refusal.type().empty() ? 0 : fhir::typeCode(refusal.type());
    entry.resourceId = refusal.id();
    entry.outcome = minorFailure;
    entry.count = 0;
    try {
        if (!refusal.id().empty() && fhir::hasPatientCompartment(refusal.type())) {
            const std::vector<RecordName> record{{entry.type, refusal.id()}};
            auto asked = whoseStatement(record);
            const auto rows = co_await rowsOf(*tenant_).run(std::move(asked));
            std::vector<std::vector<std::string>> theirs(1);
            addWhose(rows, tenant_->urls().fhirApi(), theirs);
            entry.about = std::move(theirs[0]);
            if (refusal.type() == "Patient") entry.about.assign(1, refusal.id());
        }
        co_await audit_->note(*tenant_, actor_, std::move(entry));
    } catch (const std::exception& error) {
        log::error("request {}: that it was refused could not be noted: {}", actor_.request, error.what());
    }
}

StoredResource ScopedReader::versionOf(const db::Result& rows, std::size_t row, std::int32_t type, std::string id, std::size_t asked,
                                       AnswerRoom& room) const {
    StoredResource resource;
    resource.type = type;
    resource.id = std::move(id);
    resource.version = rows.int8(row, 0);
    resource.updated = rows.timestamp(row, 1);
    resource.deleted = rows.boolean(row, 2);
    if (rows.isNull(row, 3)) return resource;
    if (!resource.deleted) {
        room.keep(resource, rows.text(row, 3), asked, rowsOf(*tenant_));
    } else if (isNarrowed(scope_, fhir::typeName(type).value_or(""))) {
        AnswerRoom aside;  // to be judged by only
        --resource.version;
        aside.keep(resource, rows.text(row, 3), asked, rowsOf(*tenant_));
        ++resource.version;
    }
    return resource;
}

std::optional<bool> ScopedReader::judge(StoredResource& resource) const {
    std::optional<bool> judged(true);
    if (isNarrowed(scope_, fhir::typeName(resource.type).value_or(""))) {
        if (resource.large) return std::nullopt;
        judged = !resource.json.empty() && access::permits(scope_, json::Document::parse(resource.json).root(), tenant_->urls().fhirApi());
    }
    if (resource.deleted) resource.json.clear();
    return judged;
}

Task<bool> ScopedReader::inReach(StoredResource& resource) const {
    auto judged = judge(resource);
    if (!judged) judged = co_await judgeLarge(resource);
    if (resource.deleted) resource.large.reset();
    co_return *judged;
}

Task<bool> ScopedReader::judgeLarge(const StoredResource& resource) const {
    constexpr std::size_t little = 64 << 10;
    const auto size = resource.large->size;
    if (resource.large->whole && size <= little)
        co_return access::permits(scope_, json::Document::parse(decompressContent(resource.large->frame)).root(),
                                  tenant_->urls().fhirApi());
    // The text, what is read of it, and what reading takes besides.
    const auto memory = co_await memoryForLargeText(std::min<std::size_t>(size * 4, 96 << 20));
    LargeContentReader reader(resource.large);
    std::string text;
    text.reserve(size);
    bool more = true;
    while (more) more = co_await reader.next(text);
    const auto work = [this, &text] { return access::permits(scope_, json::Document::parse(text).root(), tenant_->urls().fhirApi()); };
    if (!workers_) co_return work();
    co_return co_await workers_->run(work, WorkOwner{tenant_->number()});
}

Task<StoredResource> ScopedReader::read(std::string type, std::string id) {
    access::demand(scope_, {access::Verb::read, type, id});
    const auto code = fhir::typeCode(type);
    std::optional<access::Compartment> compartment;
    if (isNarrowed(scope_, type)) compartment = scope_.compartment;
    const auto found = co_await audit_->reads().read(rowsOf(*tenant_), actor_, code, id, std::move(compartment));
    if (found.rows->isNull(found.row, 0)) throw unknownResource();
    auto resource = versionOf(*found.rows, found.row, code, id, audit::AuditedReads::contentBytes, room_);
    auto judged = judge(resource);
    if (!judged) judged = co_await judgeLarge(resource);
    if (!*judged) {
        // The index let it through and the record says that it is another's: the event above tells of a success.
        if (!resource.deleted) {
            log::error("request {}: a read found a record that its caller may not see; it was not given", actor_.request);
            co_await note("read", type, id, minorFailure, 0);
        }
        throw unknownResource();
    }
    if (resource.deleted) throw deletedResource();
    // Of a record that an earlier version wrote whose it is was not kept: it is named now.
    if (found.rows->isNull(found.row, 5)) {
        auto about = co_await whose({&resource, 1});
        if (!about.empty()) co_await audit_->name(rowsOf(*tenant_), found.rows->int8(found.row, 4), std::move(about));
    }
    co_return resource;
}

Task<StoredResource> ScopedReader::vread(std::string type, std::string id, std::int64_t version) {
    access::demand(scope_, {access::Verb::read, type, id, "vread"});
    static constexpr db::TenantSql sql(
        "SELECT v.version, v.updated, v.deleted, substring(CASE WHEN v.deleted THEN (SELECT h.content FROM resource_history h "
        "WHERE h.tenant_id = $1 AND h.type = $2 AND h.id = $3 AND h.version = v.version - 1) ELSE v.content END, 1, $5) FROM ("
        "SELECT version, updated, deleted, content FROM resource "
        "WHERE tenant_id = $1 AND type = $2 AND id = $3 AND version = $4 UNION ALL "
        "SELECT version, updated, deleted, content FROM resource_history "
        "WHERE tenant_id = $1 AND type = $2 AND id = $3 AND version = $4) AS v");
    // Where whose it is counts, the newest version comes along: what has left the caller's reach has no past there either.
    static constexpr db::TenantSql withNewest(
        "SELECT v.version, v.updated, v.deleted, substring(CASE WHEN v.deleted THEN (SELECT h.content FROM resource_history h "
        "WHERE h.tenant_id = $1 AND h.type = $2 AND h.id = $3 AND h.version = v.version - 1) ELSE v.content END, 1, $5) FROM ("
        "SELECT version, updated, deleted, content FROM resource WHERE tenant_id = $1 AND type = $2 AND id = $3 UNION ALL "
        "SELECT version, updated, deleted, content FROM resource_history "
        "WHERE tenant_id = $1 AND type = $2 AND id = $3 AND version = $4) AS v ORDER BY v.version DESC");
    constexpr std::size_t asked = 64 << 10;
    const auto code = fhir::typeCode(type);
    const bool narrowed = isNarrowed(scope_, type);
    db::TenantStatement statement{narrowed ? withNewest : sql, std::move(db::Params().int4(code).text(id).int8(version).int4(asked))};
    const auto rows = co_await rowsOf(*tenant_).run(std::move(statement));
    std::optional<StoredResource> found;
    // The last row is the version that was asked for, the first one the newest.
    if (rows.rows() > 0 && rows.int8(rows.rows() - 1, 0) == version) {
        found = versionOf(rows, rows.rows() - 1, code, id, asked, room_);
        const bool isIn = co_await inReach(*found);
        if (!isIn) found.reset();
    }
    if (narrowed && found && rows.rows() > 1) {
        AnswerRoom aside;
        auto newest = versionOf(rows, 0, code, id, asked, aside);
        const bool isIn = co_await inReach(newest);
        if (!isIn) found.reset();
    }
    const bool isThere = found && !found->deleted;
    std::vector<std::string> about;
    if (isThere) about = co_await whose({&*found, 1});
    co_await note("vread", type, id, isThere ? succeeded : minorFailure, isThere, std::move(about));
    if (!found) throw unknownResource();
    if (!isThere) throw deletedResource();
    co_return std::move(*found);
}

Task<std::vector<StoredResource>> ScopedReader::history(std::string type, std::string id, std::size_t most) {
    access::demand(scope_, {access::Verb::read, type, id, "history-instance"});
    static constexpr db::TenantSql sql(
        "SELECT v.version, v.updated, v.deleted, substring(CASE WHEN v.deleted THEN (SELECT h.content FROM resource_history h "
        "WHERE h.tenant_id = $1 AND h.type = $2 AND h.id = $3 AND h.version = v.version - 1) ELSE v.content END, 1, $5) FROM ("
        "SELECT version, updated, deleted, content FROM (SELECT version, updated, deleted, content FROM resource "
        "WHERE tenant_id = $1 AND type = $2 AND id = $3 UNION ALL "
        "SELECT version, updated, deleted, content FROM resource_history "
        "WHERE tenant_id = $1 AND type = $2 AND id = $3) AS every ORDER BY version DESC LIMIT $4) AS v ORDER BY v.version DESC");
    constexpr std::size_t asked = 4 << 10;  // of each of up to a thousand versions
    const auto code = fhir::typeCode(type);
    // Which versions are in reach is known after they were read: the limit is drawn among those.
    const auto read = std::int64_t(isNarrowed(scope_, type) ? std::max<std::size_t>(most, 1000) : most);
    // Versions can be many and large: not before short reads.
    db::TenantStatement statement{sql, std::move(db::Params().int4(code).text(id).int8(read).int4(asked))};
    const auto rows = co_await rowsOf(*tenant_).of(actor_.id).run(std::move(statement), db::QueryClass::heavy);
    std::vector<StoredResource> versions;
    for (std::size_t i = 0; i < rows.rows() && versions.size() < most; ++i) {
        auto version = versionOf(rows, i, code, id, asked, room_);
        const bool isIn = co_await inReach(version);
        if (!isIn && i == 0) break;  // it has left the caller's reach, and its past with it
        if (isIn) versions.push_back(std::move(version));
    }
    auto about = co_await whose(versions);
    co_await note("history-instance", type, id, versions.empty() ? minorFailure : succeeded, int(versions.size()), std::move(about));
    if (versions.empty()) throw unknownResource();
    co_return versions;
}

Task<SearchPage> ScopedReader::search(const fhir::SearchQuery& query, Disconnect* disconnect) {
    access::demand(scope_, {access::Verb::search, query.type});
    const auto reach = access::searchFilter(scope_, query.type);
    const auto session = rowsOf(*tenant_).of(actor_.id);
    auto page = co_await records::search(session, query, reach, disconnect, &room_);
    if (isNarrowed(scope_, query.type)) {
        std::vector<StoredResource> kept;
        const auto found = page.resources.size();
        for (auto& resource : page.resources) {
            const bool isIn = co_await inReach(resource);
            if (isIn) kept.push_back(std::move(resource));
        }
        page.resources = std::move(kept);
        // Only where the index does not say what the records say.
        const auto outside = found - page.resources.size();
        if (outside > 0) log::error("a search found {} records that its caller may not see; they were left out", outside);
    }
    auto about = co_await whose(page.resources);
    co_await note("search-type", query.type, {}, succeeded, int(page.resources.size()), std::move(about));
    co_return page;
}

Task<std::vector<std::pair<std::int32_t, std::int64_t>>> ScopedReader::counts() {
    if (!access::decide(scope_, access::Verb::search, 0))
        throw Failure(FailureKind::forbidden, "The access token may not count everything.");
    static constexpr db::TenantSql sql("SELECT type, count(*) FROM resource WHERE tenant_id = $1 AND NOT deleted GROUP BY type");
    const auto rows = co_await rowsOf(*tenant_).run({sql, {}}, db::QueryClass::heavy);
    std::vector<std::pair<std::int32_t, std::int64_t>> counts;
    for (std::size_t i = 0; i < rows.rows(); ++i) counts.emplace_back(rows.int4(i, 0), rows.int8(i, 1));
    co_return counts;
}

}  // namespace polyclinic::records
