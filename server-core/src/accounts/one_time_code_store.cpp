#include "accounts/one_time_code_store.h"

#include <array>

#include "base/failure.h"
#include "tenancy/rows_of.h"

namespace polyclinic::accounts {

namespace {
constexpr std::array<std::string_view, 3> purposes{"activation", "reset", "sign-in"};
}

std::string_view toText(CodePurpose purpose) { return purposes[static_cast<std::size_t>(purpose)]; }

namespace one_time_code_store {
namespace {

constexpr db::TenantSql putSql(
    "INSERT INTO one_time_code (tenant_id, realm, selector, account, purpose, secret, tries, created, expires)"
    " SELECT $1, $2, $3, a.id, $5, $6, 0, $7, $8 FROM account a WHERE a.tenant_id = $1 AND a.realm = $2 AND a.id = $4"
    " AND NOT a.disabled AND ($5 = 'sign-in' OR ($5 = 'activation') = (a.password IS NULL)) AND NOT EXISTS"
    " (SELECT 1 FROM one_time_code o WHERE o.tenant_id = $1 AND o.realm = $2 AND o.selector = $3)"
    " ON CONFLICT (tenant_id, realm, account, purpose) DO UPDATE SET selector = excluded.selector, secret = excluded.secret,"
    " tries = 0, created = excluded.created, expires = excluded.expires");
// The count goes up before the answer is looked at, so that many at once cannot try more than they may.
constexpr db::TenantSql attemptSql(
    "UPDATE one_time_code SET tries = tries + 1"
    " WHERE tenant_id = $1 AND realm = $2 AND selector = $3 AND tries < $4 AND expires > $5"
    " RETURNING account, purpose, secret, created, expires");
constexpr db::TenantSql rightSql(
    "UPDATE one_time_code SET tries = tries - 1 WHERE tenant_id = $1 AND realm = $2 AND selector = $3 AND tries > 0");
constexpr db::TenantSql spendSql("DELETE FROM one_time_code WHERE tenant_id = $1 AND realm = $2 AND selector = $3");

CodePurpose purposeOf(std::string_view text) {
    for (const auto purpose : {CodePurpose::activation, CodePurpose::reset, CodePurpose::signIn})
        if (toText(purpose) == text) return purpose;
    throw Failure(FailureKind::internal, "A code cannot be read.", "unknown purpose of a code");
}

}  // namespace

Task<bool> put(const tenancy::RealmSession& session, const OneTimeCode& code) {
    db::Params params;
    params.text(session.realm()).text(code.selector).text(code.account).text(toText(code.purpose)).bytea(code.secret);
    params.timestamp(code.created).timestamp(code.expires);
    const auto result = co_await rowsOf(session).run({putSql, std::move(params)}, db::QueryClass::control);
    co_return result.affected() == 1;
}

Task<std::optional<OneTimeCode>> attempt(const tenancy::RealmSession& session, std::string_view selector, Timestamp now) {
    db::Params params;
    params.text(session.realm()).text(selector).int4(mostTries).timestamp(now);
    const auto rows = co_await rowsOf(session).run({attemptSql, std::move(params)}, db::QueryClass::control);
    if (rows.empty()) co_return std::nullopt;
    OneTimeCode code;
    code.selector = selector;
    code.account = rows.text(0, 0);
    code.purpose = purposeOf(rows.text(0, 1));
    code.secret = rows.text(0, 2);
    code.created = rows.timestamp(0, 3);
    code.expires = rows.timestamp(0, 4);
    co_return code;
}

Task<void> wasRight(const tenancy::RealmSession& session, std::string_view selector) {
    co_await rowsOf(session).run({rightSql, std::move(db::Params().text(session.realm()).text(selector))}, db::QueryClass::control);
}

Task<bool> spend(const tenancy::RealmSession& session, std::string_view selector) {
    const auto result =
        co_await rowsOf(session).run({spendSql, std::move(db::Params().text(session.realm()).text(selector))}, db::QueryClass::control);
    co_return result.affected() == 1;
}

}  // namespace one_time_code_store
}  // namespace polyclinic::accounts
