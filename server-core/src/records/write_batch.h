// Rows to add, change and take away for a number of resources, as a few statements fed by arrays.

#pragma once

#include <string>
#include <vector>

#include "db/tenant_session.h"
#include "fhir/search/rows.h"

namespace polyclinic::records {

/// The new version of one resource.
struct VersionRow {
    std::int32_t type = 0;
    std::string id;
    std::int64_t rid = 0;
    std::int64_t version = 1;
    Timestamp updated;
    bool deleted = false;
    std::int64_t present = 0;  // of its index rows; the batch fills it in
    std::string content;       // compressed; empty when deleted
    std::string patients;      // ids of the Patients that it is of, with a blank between
};

/// Collects the writes of one transaction. A resource may stand in it once.
class WriteBatch {
  public:
    explicit WriteBatch(std::int16_t definitionsVersion) : definitionsVersion_(definitionsVersion) {}

    void create(VersionRow row, const fhir::IndexRows& rows);
    /// The version that it replaces goes to the history; index rows that stay the same are not touched.
    void replace(VersionRow row, const fhir::IndexRows& before, const fhir::IndexRows& after);

    /// In the order in which they must run.
    std::vector<db::TenantStatement> statements() const;
    std::size_t size() const { return created_.size() + replaced_.size(); }
    /// Whether it takes PostgreSQL so long that others should not wait behind it.
    bool isLong() const;

  private:
    template <class Row>
    struct Entry {
        Row row;
        std::int64_t rid;
    };
    template <class Row>
    using Entries = std::vector<Entry<Row>>;

    struct Index {
        Entries<fhir::TokenRow> tokens;
        Entries<fhir::StringRow> strings;
        Entries<fhir::DateRow> dates;
        Entries<fhir::ReferenceRow> references;
        Entries<fhir::NumberRow> numbers;
        Entries<fhir::QuantityRow> quantities;
        Entries<fhir::UriRow> uris;
        Entries<fhir::CompositeRow> composites;
    };

    static void collect(const fhir::IndexRows& rows, const fhir::IndexRows* without, std::int64_t rid, Index& into);
    static void addIndexStatements(const Index& index, bool removing, std::vector<db::TenantStatement>& out);

    std::int16_t definitionsVersion_;
    std::vector<VersionRow> created_, replaced_;
    Index added_, removed_;
};

}  // namespace polyclinic::records
