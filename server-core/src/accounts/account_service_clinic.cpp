// What the clinic's side does with accounts: invite, new codes, change, remove. It never sees or sets a password.

#include <algorithm>

#include "accounts/account_service.h"
#include "accounts/account_service_parts.h"
#include "accounts/patient_summary.h"
#include "accounts/text.h"
#include "base/random.h"
#include "base/text.h"

namespace polyclinic::accounts {
namespace {

/// maria.gomez27: easy to read out, and not to be guessed from the record alone.
std::string usernameFrom(const PatientSummary& summary, int draw) {
    std::string name = plainLettersOf(summary.given, 20);
    const auto family = plainLettersOf(summary.family, 20);
    if (!name.empty() && !family.empty()) name += '.';
    name += family;
    if (name.empty()) name = "patient";
    const std::uint64_t from = draw < 5 ? 10 : draw < 10 ? 100 : 10'000;
    return name + std::to_string(from + randomU64() % (9 * from));
}

Failure changedMeanwhile() {
    return Failure(FailureKind::preconditionFailed, "The account was changed in the meantime. Read it again.").withCode("conflict");
}

Failure nameTaken() { return Failure(FailureKind::conflict, "Somebody of this clinic has that user name already."); }

}  // namespace

Task<Invitation> AccountService::invite(const tenancy::RealmSession& session, NewAccount wanted, audit::Actor actor) {
    if (!wanted.fhirUser.starts_with(patientPrefix) || wanted.fhirUser.size() > 100)
        throw unfit("Account.fhirUser", "Account.fhirUser must be Patient/ and the id of a record of this clinic.");
    const auto recordId = wanted.fhirUser.substr(patientPrefix.size());
    const auto summary = co_await patientSummary(session.tenant(), recordId);
    if (!summary) throw unfit("Account.fhirUser", "Account.fhirUser: this clinic has no such record.");
    if (summary->birthDate.empty() && !wanted.birthDate)
        throw unfit("Account.birthDate",
                    "Account.birthDate is required: the record has no whole birth date, and one is asked for at activation.");
    if (!summary->birthDate.empty() && wanted.birthDate && *wanted.birthDate != summary->birthDate)
        throw unfit("Account.birthDate", "Account.birthDate is not the one of the record.");

    Account account;
    account.id = randomUuid();
    account.email = std::move(wanted.email);
    account.fhirUser = std::move(wanted.fhirUser);
    account.secondFact = summary->birthDate.empty() ? wanted.birthDate : summary->birthDate;
    if (summary->birthDate.empty()) account.birthDate = std::move(wanted.birthDate);
    account.language = std::move(wanted.language);
    const bool given = !wanted.username.empty();
    const WorkOwner whose{session.tenant().number()};
    for (int draw = 0;; ++draw) {
        if (given) {
            account.username = trimmed(wanted.username, blanksAndLines);
        } else {
            auto naming = [known = *summary, draw] { return usernameFrom(known, draw); };
            account.username = co_await passwords_.aside(std::move(naming), whose);
        }
        const auto key = usernameKey(account.username);
        if (!key) throw unfit("Account.username", "Account.username must have 1 to 100 visible characters.");
        account.usernameKey = *key;
        const auto added = co_await account_store::add(session, account, clock_.now());
        if (added == account_store::Added::yes) break;
        if (added == account_store::Added::fhirUserTaken) throw Failure(FailureKind::conflict, "This record has an account already.");
        if (given || draw == 20) throw nameTaken();
    }
    auto code = co_await makeCode(session, account.id, CodePurpose::activation);
    co_await note(session, std::move(actor), "account-invite", account.id, 'C');
    auto made = co_await account_store::find(session, account.id);
    if (!made) throw Failure(FailureKind::conflict, "The account was removed in the meantime.");
    Invitation invitation{std::move(*made), std::move(code)};
    co_return invitation;
}

Task<std::optional<Invitation>> AccountService::inviteAgain(const tenancy::RealmSession& session, std::string accountId,
                                                            audit::Actor actor) {
    auto account = co_await account_store::find(session, accountId);
    if (!account) co_return std::nullopt;
    if (!account->password.empty()) throw Failure(FailureKind::conflict, "The account is activated already. Give a reset code instead.");
    if (account->disabled) throw Failure(FailureKind::conflict, "The account is switched off.");
    // A new invitation asks for what the record says now: it may have been set right since the last one.
    const auto summary = co_await patientSummary(session.tenant(), std::string_view(account->fhirUser).substr(patientPrefix.size()));
    if (summary && !summary->birthDate.empty()) co_await account_store::keepSecondFact(session, accountId, summary->birthDate);
    auto code = co_await makeCode(session, accountId, CodePurpose::activation);
    co_await note(session, std::move(actor), "account-invite", accountId, 'U');
    account->invitedUntil = code.expires;
    Invitation invitation{std::move(*account), std::move(code)};
    co_return invitation;
}

Task<std::optional<NewCode>> AccountService::resetCode(const tenancy::RealmSession& session, std::string accountId, audit::Actor actor) {
    const auto account = co_await account_store::find(session, accountId);
    if (!account) co_return std::nullopt;
    if (account->password.empty())
        throw Failure(FailureKind::conflict, "The account is not activated yet. Invite the person again instead.");
    if (account->disabled) throw Failure(FailureKind::conflict, "The account is switched off.");
    auto code = co_await makeCode(session, accountId, CodePurpose::reset);
    co_await note(session, std::move(actor), "account-reset-code", accountId, 'U');
    co_return code;
}

Task<std::optional<NewCode>> AccountService::signInCode(const tenancy::RealmSession& session, std::string accountId, audit::Actor actor) {
    const auto account = co_await account_store::find(session, accountId);
    if (!account || account->disabled) co_return std::nullopt;
    auto code = co_await makeCode(session, accountId, CodePurpose::signIn);
    co_await note(session, std::move(actor), "account-sign-in-code", accountId, 'U');
    co_return code;
}

Task<bool> AccountService::unlock(const tenancy::RealmSession& session, std::string accountId, audit::Actor actor) {
    const auto account = co_await account_store::find(session, accountId);
    if (!account) co_return false;
    co_await tries_.forget(session, account->usernameKey);
    co_await note(session, std::move(actor), "account-unlock", accountId, 'U');
    co_return true;
}

bool AccountService::isHeldUp(const tenancy::RealmSession& session, const std::string& usernameKey) const {
    return tries_.slows(session, usernameKey);
}

Task<void> AccountService::lookAtTries(const tenancy::RealmSession& session, std::vector<std::string> usernameKeys) {
    co_await tries_.learn(session, usernameKeys);
}

Task<std::optional<Account>> AccountService::change(const tenancy::RealmSession& session, Account account, audit::Actor actor) {
    account.username = std::string(trimmed(account.username, blanksAndLines));
    const auto key = usernameKey(account.username);
    if (!key) throw unfit("Account.username", "Account.username must have 1 to 100 visible characters.");
    account.usernameKey = *key;
    auto changed = co_await account_store::update(session, account, clock_.now());
    if (changed.stale) throw changedMeanwhile();
    if (changed.usernameTaken) throw nameTaken();
    std::string action = account.disabled ? "account-disable" : "account-update";
    if (changed.account) co_await note(session, std::move(actor), std::move(action), account.id, 'U');
    co_return std::move(changed.account);
}

Task<std::optional<Account>> AccountService::changeContact(const tenancy::RealmSession& session, const PersonSession& person,
                                                           std::optional<std::string> email, std::optional<std::string> language,
                                                           std::optional<std::int64_t> version, ClientInfo clientInfo) {
    auto changed =
        co_await account_store::setContact(session, person.accountId, std::move(email), std::move(language), version, clock_.now());
    if (changed.stale) throw changedMeanwhile();
    auto actor = audit::Actor{std::string(session.realm()), person.accountId, clientInfo.request, clientInfo.peer}.as(person.accountId);
    if (changed.account) co_await note(session, std::move(actor), "account-update", person.accountId, 'U');
    co_return std::move(changed.account);
}

Task<bool> AccountService::remove(const tenancy::RealmSession& session, std::string accountId, audit::Actor actor) {
    const bool removed = co_await account_store::remove(session, accountId);
    if (removed) co_await note(session, std::move(actor), "account-delete", accountId, 'D');
    co_return removed;
}

}  // namespace polyclinic::accounts
