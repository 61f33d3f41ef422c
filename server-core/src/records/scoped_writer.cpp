#include "records/scoped_writer.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/encoding.h"
#include "base/failure.h"
#include "base/row_id.h"
#include "fhir/compartment.h"
#include "fhir/definitions/definitions.h"
#include "fhir/search/extract.h"
#include "fhir/stored_form.h"
#include "records/content.h"
#include "records/filter_sql.h"
#include "records/search/search.h"
#include "records/whose.h"
#include "records/write_batch.h"
#include "tenancy/rows_of.h"

namespace polyclinic::records {
namespace {

using namespace std::chrono_literals;

constexpr int tries = 4;

/// FHIR instants carry milliseconds here, so that the text and the column say the same.
Timestamp toMillis(Timestamp time) { return {time.micros / 1000 * 1000}; }

/// The row that is there now, locked.
struct Current {
    std::int64_t rid = 0, version = 0;
    Timestamp updated;
    bool deleted = false;
    std::string content;
};

StoredResource stamp(Change& change, const tenancy::TenantContext& tenant, std::int64_t version, Timestamp updated) {
    StoredResource resource;
    resource.type = fhir::typeCode(change.type);
    resource.id = change.id;
    resource.version = version;
    resource.updated = updated;
    resource.json = fhir::storedForm(*change.document, {change.id, tenant.id(), version, updated});
    return resource;
}

/// `patients`: whose it is; of a deletion, whose it was.
VersionRow rowOf(const StoredResource& resource, std::int64_t rid, const std::vector<std::string>& patients) {
    VersionRow row;
    row.type = resource.type;
    row.id = resource.id;
    row.rid = rid;
    row.version = resource.version;
    row.updated = resource.updated;
    row.deleted = resource.deleted;
    row.patients = joinedIds(patients);
    if (!resource.deleted) row.content = compressContent(resource.json);
    return row;
}

/// What is kept beside a version.
struct Extracted {
    fhir::IndexRows rows;
    std::vector<std::string> patients;
};

Extracted extracted(const json::Value& resource, const tenancy::TenantContext& tenant) {
    const auto base = tenant.urls().fhirApi();
    return {fhir::extract(resource, base), fhir::patientsOf(resource, base)};
}

Extracted extracted(const std::string& json, const tenancy::TenantContext& tenant) {
    const auto document = json::Document::parse(json);
    return extracted(document.root(), tenant);
}

/// Of a version that is to be written.
Extracted extractedNew(const Change& change, const tenancy::TenantContext& tenant) {
    const auto base = tenant.urls().fhirApi();
    try {
        return {fhir::extract(change.document->root(), base, fhir::mostIndexRows), fhir::patientsOf(change.document->root(), base)};
    } catch (const Failure& failure) {
        if (change.place.empty() || failure.issues().empty()) throw;
        auto issues = failure.issues();
        for (auto& issue : issues) issue.expression = change.place;
        throw Failure::withIssues(failure.kind(), std::move(issues));
    }
}

/// Whether `json` says the same as what is stored, but for the stamp.
bool isUnchanged(const std::string& stored, const StoredResource& next, const Current& current) {
    auto before = stored;
    const auto replaceOnce = [&before](const std::string& from, const std::string& to) {
        if (const auto at = before.find(from); at != before.npos) before.replace(at, from.size(), to);
    };
    replaceOnce("\"versionId\":\"" + std::to_string(current.version) + '"', "\"versionId\":\"" + std::to_string(next.version) + '"');
    replaceOnce("\"lastUpdated\":\"" + toInstant(current.updated) + '"', "\"lastUpdated\":\"" + toInstant(next.updated) + '"');
    return before == next.json;
}

bool wasFaster(const db::DatabaseFailure& failure) {
    return failure.isRetryable() || (failure.sqlState() == "23505" && failure.constraint().starts_with("resource"));
}

Failure someoneWasFaster() {
    return Failure(FailureKind::conflict, "Another request changed the same resource at the same time. Try again.");
}

access::AccessRequest accessRequestFor(const Change& change, std::string_view interaction) {
    switch (change.kind) {
        case Change::Kind::create:
            return {access::Verb::create, change.type, {}, interaction};
        case Change::Kind::put:
            return {access::Verb::update, change.type, change.id, interaction};
        case Change::Kind::remove:
            return {access::Verb::remove, change.type, change.id, interaction};
    }
    return {access::Verb::create, change.type};
}

void demandOwn(const access::AccessScope& scope, const access::AccessRequest& accessRequest, const json::Value& resource,
               const tenancy::TenantContext& tenant) {
    if (access::mayWrite(scope, resource, tenant.urls().fhirApi())) return;
    throw access::AccessDenied(accessRequest, "An app of a patient may write that patient's own records only, and name no other patient.");
}

/// Before a new version is written, and before any look at the old one.
void demandMay(const access::AccessScope& scope, Change& change, std::string_view interaction, const tenancy::TenantContext& tenant) {
    const auto accessRequest = accessRequestFor(change, interaction);
    access::demand(scope, accessRequest);
    if (!scope.compartment || !change.document) return;
    // A Patient is known by its id, and the one of the body does not count.
    auto& root = change.document->root();
    change.document->set(root, "id", change.document->string(change.id));
    demandOwn(scope, accessRequest, root, tenant);
    if (change.kind == Change::Kind::create) access::demandClinicsWord(scope, accessRequest, nullptr, root);
}

/// `about`: whose it is, and whose it was.
audit::AuditEntry auditOf(const Written& written, const std::string& interaction, std::vector<std::string> about) {
    audit::AuditEntry entry;
    switch (written.outcome) {
        case Written::Outcome::created:
            entry.action = 'C';
            break;
        case Written::Outcome::updated:
            entry.action = 'U';
            break;
        default:
            entry.action = 'D';
            break;
    }
    if (written.outcome == Written::Outcome::absent) {  // nothing was there to be removed
        entry.outcome = 4;
        entry.count = 0;
    }
    entry.about = std::move(about);
    entry.interaction = interaction;
    entry.type = written.resource.type;
    entry.resourceId = written.resource.id;
    return entry;
}

}  // namespace

Task<Written> ScopedWriter::create(Change change) {
    demandMay(scope_, change, "create", *tenant_);
    struct Ready {
        Written written;
        std::vector<db::TenantStatement> statements;
        db::QueryClass queryClass;
    };
    const auto prepare = [this, &change] {
        const auto ready = std::make_shared<Ready>();
        ready->written.resource = stamp(change, *tenant_, 1, toMillis(clock_->now()));
        WriteBatch batch(fhir::Definitions::r4().definitionsVersion());
        const auto made = extractedNew(change, *tenant_);
        batch.create(rowOf(ready->written.resource, nextRowId(), made.patients), made.rows);
        ready->queryClass = batch.isLong() ? db::QueryClass::heavy : db::QueryClass::write;
        ready->statements = batch.statements();
        ready->statements.push_back(audit_->statement(actor_, {auditOf(ready->written, "create", made.patients)}));
        return ready;
    };
    for (int attempt = 1;; ++attempt) {
        std::shared_ptr<Ready> ready;
        if (change.workers && change.bytes > largeForLoop)
            ready = co_await change.workers->run(prepare);
        else
            ready = prepare();
        bool again = false;
        try {
            co_await rowsOf(*tenant_).of(actor_.id).runAll(std::move(ready->statements), ready->queryClass);
        } catch (const db::DatabaseFailure& failure) {
            if (!wasFaster(failure) || attempt == tries) throw;
            again = true;
        }
        if (!again) co_return std::move(ready->written);
    }
}

Task<Written> ScopedWriter::apply(Change change, std::string interaction) {
    for (int attempt = 1;; ++attempt) {
        bool again = false;
        try {
            auto transaction = co_await begin();
            auto written = co_await transaction.commit({&change, 1}, interaction);
            co_return std::move(written.front());
        } catch (const db::DatabaseFailure& failure) {
            if (!wasFaster(failure)) throw;
            if (attempt == tries) throw someoneWasFaster();
            again = true;
        }
        if (again) co_await sleepFor(std::chrono::milliseconds(attempt * 5));
    }
}

Task<WriteTransaction> ScopedWriter::begin() {
    auto session = rowsOf(*tenant_).of(actor_.id);
    co_return WriteTransaction(co_await session.begin(), *this);
}

Task<std::vector<std::string>> WriteTransaction::match(const fhir::SearchQuery& query, std::string_view criteria) {
    access::demand(writer_->scope_, {access::Verb::search, query.type});
    static constexpr db::TenantSql lock(
        "SELECT pg_advisory_xact_lock(tenant_id, $2) FROM (SELECT $1::int AS tenant_id) AS t WHERE tenant_id = $1");
    const auto key = static_cast<std::int32_t>(indexHash(query.type + '?' + std::string(criteria)));
    std::vector<db::TenantStatement> statements;
    statements.emplace_back(lock, std::move(db::Params().int4(key)));
    statements.push_back(matchStatement(query, 2, access::searchFilter(writer_->scope_, query.type)));
    const auto results = co_await transaction_.runAll(std::move(statements));
    std::vector<std::vector<std::string>> found(1);
    for (std::size_t row = 0; row < results[1].rows(); ++row) found[0].emplace_back(results[1].text(row, 0));
    co_await addLooks({&query, 1}, found);
    co_return std::move(found[0]);
}

Task<std::vector<std::vector<std::string>>> WriteTransaction::find(std::span<const fhir::SearchQuery> queries) {
    std::vector<db::TenantStatement> statements;
    for (const auto& query : queries) {
        access::demand(writer_->scope_, {access::Verb::search, query.type});
        statements.push_back(matchStatement(query, 2, access::searchFilter(writer_->scope_, query.type)));
    }
    const auto results = co_await transaction_.runAll(std::move(statements));
    std::vector<std::vector<std::string>> found(queries.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        for (std::size_t row = 0; row < results[i].rows(); ++row) found[i].emplace_back(results[i].text(row, 0));
    co_await addLooks(queries, found);
    co_return found;
}

Task<void> WriteTransaction::addLooks(std::span<const fhir::SearchQuery> queries, const std::vector<std::vector<std::string>>& found) {
    const auto& compartment = writer_->scope_.compartment;
    std::vector<RecordName> records;
    std::vector<std::size_t> owners;  // index in looks_
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto& type = queries[i].type;
        audit::AuditEntry search;
        search.action = 'E';
        search.interaction = "search-type";
        search.type = fhir::typeCode(type);
        search.count = int(found[i].size());
        if (type == "Patient") {
            search.about = found[i];
        } else if (!found[i].empty() && fhir::hasPatientCompartment(type)) {
            if (compartment)
                search.about.push_back(compartment->patient);
            else
                for (const auto& id : found[i]) {
                    records.emplace_back(search.type, id);
                    owners.push_back(looks_.size());
                }
        }
        looks_.push_back(std::move(search));
    }
    if (records.empty()) co_return;
    auto asked = whoseStatement(records);
    const auto rows = co_await transaction_.run(std::move(asked));
    std::vector<std::vector<std::string>> about(records.size());
    addWhose(rows, writer_->tenant_->urls().fhirApi(), about);
    for (std::size_t i = 0; i < owners.size(); ++i) addIds(joinedIds(about[i]), looks_[owners[i]].about);
}

Task<void> WriteTransaction::noteLooks() {
    for (auto& search : std::exchange(looks_, {})) co_await writer_->audit_->note(*writer_->tenant_, writer_->actor_, std::move(search));
}

Task<std::vector<Written>> WriteTransaction::commit(std::span<Change> changes, std::string interaction) {
    const auto& tenant = *writer_->tenant_;
    const auto& scope = writer_->scope_;
    const bool narrowed = scope.compartment.has_value();
    std::vector<std::pair<std::string, std::string>> replaced;
    for (auto& change : changes) {
        demandMay(scope, change, interaction, tenant);
        if (change.kind != Change::Kind::create) replaced.emplace_back(change.type, change.id);
    }

    std::map<std::pair<std::int32_t, std::string>, Current> present;
    if (!replaced.empty()) {
        auto lock = sql::lockStatement(scope, replaced);
        const auto rows = co_await transaction_.run(std::move(lock));
        for (std::size_t i = 0; i < rows.rows(); ++i)
            present[{rows.int4(i, 0), std::string(rows.text(i, 1))}] = {rows.int8(i, 2), rows.int8(i, 3), rows.timestamp(i, 4),
                                                                        rows.boolean(i, 5),
                                                                        rows.boolean(i, 5) ? std::string() : std::string(rows.text(i, 6))};
    }

    const auto now = toMillis(writer_->clock_->now());
    WriteBatch batch(fhir::Definitions::r4().definitionsVersion());
    std::vector<Written> results;
    auto audit = looks_;
    std::vector<db::TenantStatement> statements;
    const auto prepare = [&] {
        for (auto& change : changes) {
            const auto found = present.find({fhir::typeCode(change.type), change.id});
            const Current* current = found == present.end() ? nullptr : &found->second;
            const bool exists = current && !current->deleted;
            if (change.ifMatch && (!exists || current->version != *change.ifMatch))
                throw access::AccessDenied(
                    accessRequestFor(change, interaction),
                    Failure(FailureKind::preconditionFailed, "The resource is not at the version that If-Match names."));
            if (narrowed && exists) {
                const auto stored = json::Document::parse(decompressContent(current->content));
                const auto accessRequest = accessRequestFor(change, interaction);
                demandOwn(scope, accessRequest, stored.root(), tenant);
                if (change.document) access::demandClinicsWord(scope, accessRequest, &stored.root(), change.document->root());
            }
            if (narrowed && !exists && change.kind == Change::Kind::put)
                throw access::AccessDenied(accessRequestFor(change, interaction),
                                           Failure(FailureKind::notFound, "There is no such resource."));

            Written written;
            std::vector<std::string> about;
            const auto updated = current ? std::max(now, current->updated + 1ms) : now;
            if (change.kind == Change::Kind::remove) {
                written.resource.type = fhir::typeCode(change.type);
                written.resource.id = change.id;
                written.outcome = exists ? Written::Outcome::removed : Written::Outcome::absent;
                written.resource.deleted = true;
                if (exists) {
                    written.resource.version = current->version + 1;
                    written.resource.updated = updated;
                    const auto before = extracted(decompressContent(current->content), tenant);
                    batch.replace(rowOf(written.resource, current->rid, before.patients), before.rows, {});
                    about = before.patients;
                } else if (current) {
                    written.resource.version = current->version;
                    written.resource.updated = current->updated;
                }
            } else {
                if (!exists) access::demand(scope, {access::Verb::create, change.type, change.id, interaction});
                written.resource = stamp(change, tenant, current ? current->version + 1 : 1, updated);
                const auto after = extractedNew(change, tenant);
                about = after.patients;
                if (!current) {
                    batch.create(rowOf(written.resource, nextRowId(), after.patients), after.rows);
                } else if (!exists) {
                    batch.replace(rowOf(written.resource, current->rid, after.patients), {}, after.rows);
                } else {
                    const auto stored = decompressContent(current->content);
                    if (change.skipUnchanged && isUnchanged(stored, written.resource, *current)) {
                        written.outcome = Written::Outcome::unchanged;
                        written.resource = stamp(change, tenant, current->version, current->updated);
                        results.push_back(std::move(written));
                        continue;
                    }
                    written.outcome = Written::Outcome::updated;
                    const auto before = extracted(stored, tenant);
                    batch.replace(rowOf(written.resource, current->rid, after.patients), before.rows, after.rows);
                    addIds(joinedIds(before.patients), about);
                }
            }
            audit.push_back(auditOf(written, interaction, std::move(about)));
            results.push_back(std::move(written));
        }
        statements = batch.statements();
        if (!audit.empty()) statements.push_back(writer_->audit_->statement(writer_->actor_, audit));
    };
    std::size_t bytes = 0;
    for (const auto& change : changes) bytes += change.bytes;
    for (const auto& [name, current] : present) bytes += 4 * current.content.size();  // it is compressed
    if (!changes.empty() && changes.front().workers && bytes > largeForLoop)
        co_await changes.front().workers->run(prepare);
    else
        prepare();
    co_await transaction_.runAndCommit(std::move(statements));
    looks_.clear();
    co_return results;
}

}  // namespace polyclinic::records
