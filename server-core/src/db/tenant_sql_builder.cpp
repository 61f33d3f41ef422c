#include <stdexcept>

#include "db/tenant_session.h"

namespace polyclinic::db {
namespace {

/// Table and alias names come from our own code; this keeps it so.
void demandName(std::string_view name) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    bool good = !name.empty();
    for (const char c : name) good = good && fits(c);
    if (!good) throw std::logic_error("a table or alias has another name than a-z, 0-9 and _");
}

std::string narrowed(std::string_view table, std::string_view alias) {
    demandName(table);
    demandName(alias);
    return std::string(table).append(" ").append(alias);
}

}  // namespace

TenantSqlBuilder::TenantSqlBuilder(std::string_view select, std::string_view table, std::string_view alias) {
    head_ = "SELECT " + std::string(select) + " FROM " + narrowed(table, alias);
    conditions_ = " WHERE " + std::string(alias) + ".tenant_id = $1";
}

TenantSqlBuilder& TenantSqlBuilder::join(std::string_view table, std::string_view alias, std::string_view condition) {
    joins_ += " JOIN " + narrowed(table, alias) + " ON " + std::string(alias) + ".tenant_id = $1 AND (" + std::string(condition) + ")";
    return *this;
}

TenantSqlBuilder& TenantSqlBuilder::where(std::string_view condition) {
    conditions_ += " AND (" + std::string(condition) + ")";
    return *this;
}

std::string TenantSqlBuilder::exists(std::string_view table, std::string_view alias, std::string_view condition, bool negated) {
    return std::string(negated ? "NOT " : "") + "EXISTS (SELECT 1 FROM " + narrowed(table, alias) + " WHERE " + std::string(alias) +
           ".tenant_id = $1 AND (" + std::string(condition) + "))";
}

TenantSqlBuilder& TenantSqlBuilder::tail(std::string_view text) {
    tail_ += " " + std::string(text);
    return *this;
}

BuiltTenantSql TenantSqlBuilder::build() && { return BuiltTenantSql(head_ + joins_ + conditions_ + tail_); }

}  // namespace polyclinic::db
