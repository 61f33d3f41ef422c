#include "accounts/account_store.h"

#include <algorithm>

#include "access/token_cache_epoch.h"
#include "db/rows.h"
#include "tenancy/rows_of.h"

namespace polyclinic::accounts::account_store {
namespace {

// The columns of rowOf(), in its order.
#define ACCOUNT_COLUMNS                                                                                         \
    "a.id, a.username, a.username_key, a.email, a.fhir_user, a.birth_date, a.language, a.password, a.disabled," \
    " a.version, a.created, a.updated, a.activated, a.last_sign_in,"                                            \
    " (SELECT c.expires FROM one_time_code c WHERE c.tenant_id = $1 AND c.realm = a.realm AND c.account = a.id" \
    " AND c.purpose = 'activation' AND c.tries < 5), a.second_fact"

constexpr db::TenantSql addSql(
    "INSERT INTO account (tenant_id, realm, id, username, username_key, email, fhir_user, birth_date, language, disabled,"
    " version, created, updated, second_fact) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $11, $12)"
    " ON CONFLICT DO NOTHING");
constexpr db::TenantSql findSql("SELECT " ACCOUNT_COLUMNS " FROM account a WHERE a.tenant_id = $1 AND a.realm = $2 AND a.id = $3");
constexpr db::TenantSql findByNameSql("SELECT " ACCOUNT_COLUMNS
                                      " FROM account a WHERE a.tenant_id = $1 AND a.realm = $2 AND a.username_key = $3");
constexpr db::TenantSql listSql(
    "SELECT " ACCOUNT_COLUMNS
    " FROM account a WHERE a.tenant_id = $1 AND a.realm = $2 AND a.username_key COLLATE \"C\" > $3"
    " AND ($4 = '' OR a.fhir_user = $4)"
    " AND ($5 = '' OR strpos(a.username_key, $5) > 0 OR strpos(lower(coalesce(a.email, '')), $5) > 0)"
    " AND ($6 = '' OR $6 = CASE WHEN a.disabled THEN 'off' WHEN a.password IS NULL THEN 'invited' ELSE 'active' END)"
    " ORDER BY a.username_key LIMIT $7");
constexpr db::TenantSql updateSql(
    "UPDATE account a SET username = $4, username_key = $5, email = $6, language = $7, disabled = $8,"
    " version = a.version + 1, updated = $9"
    " WHERE a.tenant_id = $1 AND a.realm = $2 AND a.id = $3 AND a.version = $10"
    " AND NOT EXISTS (SELECT 1 FROM account o WHERE o.tenant_id = $1 AND o.realm = $2 AND o.username_key = $5 AND o.id <> $3)"
    " RETURNING " ACCOUNT_COLUMNS);
constexpr db::TenantSql secondFactSql("UPDATE account SET second_fact = $4 WHERE tenant_id = $1 AND realm = $2 AND id = $3");
constexpr db::TenantSql contactSql(
    "UPDATE account a SET email = $4, language = coalesce($5, a.language), version = a.version + 1, updated = $6"
    " WHERE a.tenant_id = $1 AND a.realm = $2 AND a.id = $3 AND NOT a.disabled AND ($7 = 0 OR a.version = $7)"
    " RETURNING " ACCOUNT_COLUMNS);
constexpr db::TenantSql removeSql("DELETE FROM account WHERE tenant_id = $1 AND realm = $2 AND id = $3");
constexpr db::TenantSql passwordByCodeSql(
    "WITH spent AS (DELETE FROM one_time_code WHERE tenant_id = $1 AND realm = $2 AND selector = $6 AND account = $3"
    " RETURNING account)"
    " UPDATE account a SET password = $4, password_changed = $5, activated = coalesce(a.activated, $5), updated = $5,"
    " version = a.version + 1 FROM spent WHERE a.tenant_id = $1 AND a.realm = $2 AND a.id = spent.account AND NOT a.disabled");
constexpr db::TenantSql passwordByPasswordSql(
    "UPDATE account SET password = $4, password_changed = $5, updated = $5, version = version + 1"
    " WHERE tenant_id = $1 AND realm = $2 AND id = $3 AND password = $6 AND NOT disabled");
constexpr db::TenantSql signedInSql("UPDATE account SET last_sign_in = $4 WHERE tenant_id = $1 AND realm = $2 AND id = $3");

// What follows a change in the same transaction, and only where the change was made: the account is switched off now,
// or has the password $4 that was drawn for this call alone.
#define WHERE_CHANGED                                                                            \
    " AND EXISTS (SELECT 1 FROM account n WHERE n.tenant_id = $1 AND n.realm = $2 AND n.id = $3" \
    " AND (n.disabled OR n.password = $4))"
constexpr db::TenantSql endRequestsSql(
    "UPDATE auth_request r SET state = 'refused' WHERE r.tenant_id = $1 AND r.realm = $2 AND r.state IN ('started', 'decided')"
    " AND (r.session IN (SELECT s.id FROM session s WHERE s.tenant_id = $1 AND s.realm = $2 AND s.account = $3)"
    " OR r.app_grant IN (SELECT g.id FROM app_grant g WHERE g.tenant_id = $1 AND g.realm = $2 AND g.account = $3))" WHERE_CHANGED);
constexpr db::TenantSql endSessionsSql("DELETE FROM session WHERE tenant_id = $1 AND realm = $2 AND account = $3" WHERE_CHANGED);
constexpr db::TenantSql endDevicesSql("DELETE FROM known_device WHERE tenant_id = $1 AND realm = $2 AND account = $3" WHERE_CHANGED);
constexpr db::TenantSql endCodesSql("DELETE FROM one_time_code WHERE tenant_id = $1 AND realm = $2 AND account = $3" WHERE_CHANGED);
constexpr db::TenantSql endGrantsSql(
    "UPDATE app_grant SET ended = $5, ended_by = $6"
    " WHERE tenant_id = $1 AND realm = $2 AND account = $3 AND ended IS NULL" WHERE_CHANGED);
#define OF_GRANTS                                                                                                \
    " WHERE tenant_id = $1 AND realm = $2 AND app_grant IN (SELECT g.id FROM app_grant g WHERE g.tenant_id = $1" \
    " AND g.realm = $2 AND g.account = $3)" WHERE_CHANGED
constexpr db::TenantSql endAccessSql("DELETE FROM access_token" OF_GRANTS);
constexpr db::TenantSql endRefreshSql("DELETE FROM refresh_token" OF_GRANTS);

Account rowOf(const db::Result& rows, std::size_t row) {
    Account account;
    account.id = rows.text(row, 0);
    account.username = rows.text(row, 1);
    account.usernameKey = rows.text(row, 2);
    account.email = rows.optionalText(row, 3);
    account.fhirUser = rows.text(row, 4);
    account.birthDate = rows.optionalText(row, 5);
    account.language = rows.optionalText(row, 6);
    account.password = rows.optionalText(row, 7).value_or(std::string());
    account.disabled = rows.boolean(row, 8);
    account.version = rows.int8(row, 9);
    account.created = rows.timestamp(row, 10);
    account.updated = rows.timestamp(row, 11);
    account.activated = rows.optionalTimestamp(row, 12);
    account.lastSignIn = rows.optionalTimestamp(row, 13);
    account.invitedUntil = rows.optionalTimestamp(row, 14);
    account.secondFact = rows.optionalText(row, 15);
    return account;
}

void addEndings(std::vector<db::TenantStatement>& statements, std::string_view realm, std::string_view id, std::string_view encoded,
                const char* endGrantsAs, Timestamp now) {
    const auto who = [&] { return std::move(db::Params().text(realm).text(id).text(encoded)); };
    statements.emplace_back(endRequestsSql, who());
    statements.emplace_back(endSessionsSql, who());
    statements.emplace_back(endDevicesSql, who());
    statements.emplace_back(endCodesSql, who());
    if (!endGrantsAs) return;
    statements.emplace_back(endGrantsSql, std::move(who().timestamp(now).text(endGrantsAs)));
    statements.emplace_back(endAccessSql, who());
    statements.emplace_back(endRefreshSql, who());
}

}  // namespace

Task<Added> add(const tenancy::RealmSession& session, Account account, Timestamp now) {
    db::Params params;
    params.text(session.realm()).text(account.id).text(account.username).text(account.usernameKey).optionalText(account.email);
    params.text(account.fhirUser).optionalText(account.birthDate).optionalText(account.language).boolean(account.disabled);
    params.timestamp(now).optionalText(account.secondFact);
    const auto result = co_await rowsOf(session).run({addSql, std::move(params)}, db::QueryClass::control);
    if (result.affected() == 1) co_return Added::yes;
    const auto sameName = co_await findByName(session, account.usernameKey);
    co_return sameName ? Added::usernameTaken : Added::fhirUserTaken;
}

Task<std::optional<Account>> find(const tenancy::RealmSession& session, std::string_view id) {
    const auto rows =
        co_await rowsOf(session).run({findSql, std::move(db::Params().text(session.realm()).text(id))}, db::QueryClass::control);
    co_return db::firstOf(rows, rowOf);
}

Task<std::optional<Account>> findByName(const tenancy::RealmSession& session, std::string_view usernameKey) {
    const auto rows = co_await rowsOf(session).run({findByNameSql, std::move(db::Params().text(session.realm()).text(usernameKey))},
                                                   db::QueryClass::control);
    co_return db::firstOf(rows, rowOf);
}

Task<AccountPage> list(const tenancy::RealmSession& session, AccountQuery wanted) {
    const auto count = std::size_t(std::clamp(wanted.count, 1, 1000));
    db::Params params;
    params.text(session.realm()).text(wanted.after).text(wanted.fhirUser).text(wanted.nameContains).text(wanted.status);
    params.int8(std::int64_t(count) + 1);
    const auto rows = co_await rowsOf(session).run({listSql, std::move(params)}, db::QueryClass::control);
    AccountPage page;
    page.accounts = db::allOf(rows, rowOf, count);
    if (rows.rows() > count) page.next = page.accounts.back().usernameKey;
    co_return page;
}

Task<Changed> update(const tenancy::RealmSession& session, const Account& account, Timestamp now) {
    const std::int64_t version = account.version;
    const std::string id = account.id, key = account.usernameKey;
    db::Params params;
    params.text(session.realm()).text(id).text(account.username).text(key).optionalText(account.email);
    params.optionalText(account.language).boolean(account.disabled).timestamp(now).int8(version);
    std::vector<db::TenantStatement> statements;
    statements.emplace_back(updateSql, std::move(params));
    addEndings(statements, session.realm(), id, "", "account", now);
    const auto results = co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
    access::endCachedTokens();
    Changed changed;
    if (!results[0].empty()) {
        changed.account = rowOf(results[0], 0);
        co_return changed;
    }
    const auto there = co_await find(session, id);
    if (!there) co_return changed;
    changed.stale = there->version != version;
    changed.usernameTaken = !changed.stale;
    co_return changed;
}

Task<void> keepSecondFact(const tenancy::RealmSession& session, std::string_view id, std::string_view birthDate) {
    co_await rowsOf(session).run({secondFactSql, std::move(db::Params().text(session.realm()).text(id).text(birthDate))},
                                 db::QueryClass::control);
}

Task<Changed> setContact(const tenancy::RealmSession& session, std::string_view id, std::optional<std::string> email,
                         std::optional<std::string> language, std::optional<std::int64_t> version, Timestamp now) {
    const std::string who(id);
    db::Params params;
    params.text(session.realm()).text(who).optionalText(email).optionalText(language).timestamp(now).int8(version.value_or(0));
    const auto rows = co_await rowsOf(session).run({contactSql, std::move(params)}, db::QueryClass::control);
    Changed changed;
    if (!rows.empty()) {
        changed.account = rowOf(rows, 0);
        co_return changed;
    }
    const auto there = co_await find(session, who);
    changed.stale = there && !there->disabled;
    co_return changed;
}

Task<bool> remove(const tenancy::RealmSession& session, std::string_view id) {
    const auto result =
        co_await rowsOf(session).run({removeSql, std::move(db::Params().text(session.realm()).text(id))}, db::QueryClass::control);
    access::endCachedTokens();
    co_return result.affected() > 0;
}

Task<bool> setPassword(const tenancy::RealmSession& session, std::string_view id, std::string_view encoded,
                       std::optional<std::string> spend, std::optional<std::string> was, bool stopApps, Timestamp now) {
    db::Params params;
    params.text(session.realm()).text(id).text(encoded).timestamp(now).text(spend ? *spend : was.value_or(std::string()));
    std::vector<db::TenantStatement> statements;
    statements.emplace_back(spend ? passwordByCodeSql : passwordByPasswordSql, std::move(params));
    addEndings(statements, session.realm(), id, encoded, stopApps ? "patient" : nullptr, now);
    const auto results = co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
    access::endCachedTokens();
    co_return results[0].affected() == 1;
}

Task<void> noteSignIn(const tenancy::RealmSession& session, std::string_view id, Timestamp now) {
    co_await rowsOf(session).run({signedInSql, std::move(db::Params().text(session.realm()).text(id).timestamp(now))},
                                 db::QueryClass::control);
}

}  // namespace polyclinic::accounts::account_store
