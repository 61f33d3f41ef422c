#include "accounts/operator_roster.h"

#include "access/token_cache_epoch.h"
#include "accounts/operator_store.h"

namespace polyclinic::accounts::operator_store {
namespace {

// Somebody can still sign in afterwards. Both wait for the operators' lock first.
constexpr std::string_view disableSql =
    "UPDATE operator_account SET disabled = $2 WHERE id = $1"
    " AND (NOT $2 OR EXISTS (SELECT 1 FROM operator_account other WHERE other.id <> $1 AND NOT other.disabled))";
constexpr std::string_view removeSql =
    "DELETE FROM operator_account WHERE id = $1"
    " AND EXISTS (SELECT 1 FROM operator_account other WHERE other.id <> $1 AND NOT other.disabled)";
constexpr std::string_view passwordSql = "UPDATE operator_account SET password = $2 WHERE id = $1 AND ($3 = '' OR password = $3)";
// Only where the change was made: the account has the password $3, which was drawn for this call alone.
constexpr std::string_view endOtherGrantsSql =
    "UPDATE operator_grant SET revoked = true WHERE operator = $1 AND NOT revoked AND id <> $2"
    " AND EXISTS (SELECT 1 FROM operator_account WHERE id = $1 AND password = $3)";
constexpr std::string_view endGrantsOfDisabledSql =
    "UPDATE operator_grant SET revoked = true WHERE operator = $1 AND NOT revoked"
    " AND EXISTS (SELECT 1 FROM operator_account WHERE id = $1 AND disabled)";

/// How many rows the first of `statements` changed. Whatever waits for the operators' lock sees what was committed before.
Task<std::size_t> changed(db::SystemSession session, std::vector<db::Statement> statements) {
    auto transaction = co_await session.begin();
    statements.insert(statements.begin(), db::Statement{std::string(lockSql), {}});
    const auto results = co_await transaction.runAndCommit(std::move(statements));
    access::endCachedTokens();
    co_return results[1].affected();
}

Task<RosterChange> change(db::SystemSession session, std::string_view id, std::vector<db::Statement> statements) {
    const auto rows = co_await changed(session, std::move(statements));
    if (rows == 1) co_return RosterChange::done;
    // Only now, when the transaction has given its connection back: those who wait for one may hold all others.
    const auto there = co_await session.run("SELECT 1 FROM operator_account WHERE id = $1", db::Params().text(id));
    co_return there.empty() ? RosterChange::unknown : RosterChange::last;
}

}  // namespace

Task<std::vector<ListedOperator>> list(db::SystemSession session, std::string_view usernameKey) {
    const auto rows = co_await session.run(
        "SELECT id, username, disabled, created, last_sign_in FROM operator_account"
        " WHERE $1 = '' OR username_key = $1 ORDER BY username_key",
        db::Params().text(usernameKey));
    std::vector<ListedOperator> all;
    for (std::size_t i = 0; i < rows.rows(); ++i)
        all.push_back({std::string(rows.text(i, 0)), std::string(rows.text(i, 1)), rows.boolean(i, 2), rows.timestamp(i, 3),
                       rows.optionalTimestamp(i, 4)});
    co_return all;
}

Task<std::vector<ListedOperatorClient>> listClients(db::SystemSession session) {
    const auto rows = co_await session.run("SELECT id, name, created, last_token FROM operator_client ORDER BY lower(name), created");
    std::vector<ListedOperatorClient> all;
    for (std::size_t i = 0; i < rows.rows(); ++i)
        all.push_back({std::string(rows.text(i, 0)), std::string(rows.text(i, 1)), rows.timestamp(i, 2), rows.optionalTimestamp(i, 3)});
    co_return all;
}

Task<RosterChange> setDisabled(db::SystemSession session, std::string_view id, bool disabled) {
    db::Params wanted, who;
    wanted.text(id).boolean(disabled);
    who.text(id);
    std::vector<db::Statement> statements;
    statements.push_back({std::string(disableSql), std::move(wanted)});
    statements.push_back({std::string(endGrantsOfDisabledSql), std::move(who)});
    co_return co_await change(session, id, std::move(statements));
}

Task<RosterChange> remove(db::SystemSession session, std::string_view id) {
    db::Params who;
    who.text(id);
    std::vector<db::Statement> statements;
    statements.push_back({std::string(removeSql), std::move(who)});  // their grants and tokens go with the row
    co_return co_await change(session, id, std::move(statements));
}

Task<RosterChange> changePassword(db::SystemSession session, std::string_view id, std::string_view password, std::string_view was,
                                  std::string_view keep) {
    db::Params wanted, others;
    wanted.text(id).text(password).text(was);
    others.text(id).text(keep).text(password);
    std::vector<db::Statement> statements;
    statements.push_back({std::string(passwordSql), std::move(wanted)});
    statements.push_back({std::string(endOtherGrantsSql), std::move(others)});
    const auto changed = co_await change(session, id, std::move(statements));
    co_return changed == RosterChange::last ? RosterChange::overtaken : changed;
}

}  // namespace polyclinic::accounts::operator_store
