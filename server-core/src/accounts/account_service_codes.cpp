// One-time codes: activation, reset, and the demo clinic's sign-in links.

#include "accounts/account_service.h"
#include "accounts/account_service_parts.h"
#include "accounts/one_time_codes.h"
#include "accounts/patient_summary.h"
#include "base/encoding.h"

namespace polyclinic::accounts {
namespace {

using namespace std::chrono_literals;

std::chrono::microseconds lifeOf(CodePurpose purpose) {
    switch (purpose) {
        case CodePurpose::activation:
            return 24h * 14;
        case CodePurpose::reset:
            return 24h;
        case CodePurpose::signIn:
            return 15min;
    }
    return 0s;
}

CodeHolder holderOf(const Account& account, CodePurpose purpose) {
    return {account.id, account.username, account.fhirUser, account.language, purpose};
}

/// As the clinic knew it at the invitation, whatever was written into the record since. Accounts of earlier versions do not
/// have it yet: what was entered for them then, or what the record said when they were made.
Task<std::string> birthDateOf(const tenancy::RealmSession& session, const Account& account) {
    if (account.secondFact) co_return *account.secondFact;
    auto known = account.birthDate.value_or(std::string());
    if (known.empty() && account.fhirUser.starts_with(patientPrefix)) {
        const auto id = account.fhirUser.substr(patientPrefix.size());
        const auto summary = co_await patientSummary(session.tenant(), id, account.created);
        if (summary) known = summary->birthDate;
    }
    if (!known.empty()) co_await account_store::keepSecondFact(session, account.id, known);
    co_return known;
}

}  // namespace

struct AccountService::Checked {
    OneTimeCode code;
    Account account;
};

Task<std::optional<AccountService::Checked>> AccountService::check(const tenancy::RealmSession& session, const std::string& typed,
                                                                   const std::optional<std::string>& birthDate,
                                                                   const ClientInfo& clientInfo, bool links) {
    const auto text = parseCode(typed);
    const auto tried = tries_.ofCode(session, clientInfo.peer);
    std::optional<OneTimeCode> code;
    std::optional<Account> account;
    bool right = false;
    // Looked at before anything is counted: a slip in somebody's hand is good however many guess beside them. The code
    // itself counts its tries.
    if (text) code = co_await one_time_code_store::attempt(session, text->selector, clock_.now());
    if (code) account = co_await account_store::find(session, code->account);
    if (account)
        right = !account->disabled && (code->purpose == CodePurpose::signIn) == links &&
                equalInConstantTime(macOf(vault_, session, *text), code->secret);
    if (right && birthDate) {
        const auto known = co_await birthDateOf(session, *account);
        right = !known.empty() && equalInConstantTime(known, *birthDate);
    }
    if (right) {
        co_await one_time_code_store::wasRight(session, text->selector);
        Checked checked{std::move(*code), std::move(*account)};
        co_return checked;
    }
    // Typing errors of a whole waiting room, and guesses: slowed down by network, the same for codes that are there and
    // that are not.
    co_await tries_.begin(session, tried);
    co_await tries_.failed(session, tried);
    if (!text) co_return std::nullopt;
    const std::string id = account ? account->id : std::string("unknown");
    audit::Actor actor{std::string(session.realm()), id, clientInfo.request, clientInfo.peer};
    std::string whom = account ? id : std::string();
    co_await note(session, std::move(actor), "code-refused", std::move(whom), 'E', 4);
    co_return std::nullopt;
}

Task<std::optional<CodeHolder>> AccountService::checkCode(const tenancy::RealmSession& session, std::string code, ClientInfo clientInfo) {
    const std::optional<std::string> none;
    const auto checked = co_await check(session, code, none, clientInfo, false);
    if (!checked) co_return std::nullopt;
    co_return holderOf(checked->account, checked->code.purpose);
}

Task<std::optional<CodeHolder>> AccountService::checkBirthDate(const tenancy::RealmSession& session, std::string code,
                                                               std::string birthDate, ClientInfo clientInfo) {
    const std::optional<std::string> given(std::move(birthDate));
    const auto checked = co_await check(session, code, given, clientInfo, false);
    if (!checked) co_return std::nullopt;
    co_return holderOf(checked->account, checked->code.purpose);
}

Task<std::optional<Activated>> AccountService::useCode(const tenancy::RealmSession& session, std::string code, std::string birthDate,
                                                       std::string password, bool stopApps, ClientInfo clientInfo) {
    const std::optional<std::string> given(std::move(birthDate));
    const auto checked = co_await check(session, code, given, clientInfo, false);
    if (!checked) co_return std::nullopt;
    auto account = checked->account;
    const bool reset = checked->code.purpose == CodePurpose::reset;
    co_await demandPassword(session, password, account);
    auto encoded = co_await passwords_.hashPassword(std::move(password), ownerOf(session.tenant(), clientInfo.peer));
    const std::optional<std::string> spend(checked->code.selector);
    const bool set =
        co_await account_store::setPassword(session, account.id, encoded, spend, std::nullopt, reset && stopApps, clock_.now());
    if (!set) co_return std::nullopt;
    auto actor = audit::Actor{std::string(session.realm()), account.id, clientInfo.request, clientInfo.peer}.as(account.id);
    std::string action = reset ? "password-reset" : "account-activate";
    co_await note(session, std::move(actor), std::move(action), account.id, 'U');
    Activated activated{holderOf(account, checked->code.purpose), std::nullopt};
    account.password = std::move(encoded);
    if (!reset) activated.signedIn = co_await begin(session, account, clientInfo);
    co_return activated;
}

Task<std::optional<SignedIn>> AccountService::signInByCode(const tenancy::RealmSession& session, std::string code, ClientInfo clientInfo) {
    const std::optional<std::string> none;
    const auto checked = co_await check(session, code, none, clientInfo, true);
    if (!checked) co_return std::nullopt;
    const bool spent = co_await one_time_code_store::spend(session, checked->code.selector);
    if (!spent) co_return std::nullopt;
    auto actor =
        audit::Actor{std::string(session.realm()), checked->account.id, clientInfo.request, clientInfo.peer}.as(checked->account.id);
    co_await note(session, std::move(actor), "sign-in", checked->account.id, 'E');
    auto signedIn = co_await begin(session, checked->account, clientInfo);
    co_return signedIn;
}

Task<NewCode> AccountService::makeCode(const tenancy::RealmSession& session, const std::string& accountId, CodePurpose purpose) {
    const Timestamp now = clock_.now();
    for (int attempt = 0; attempt < 10; ++attempt) {
        const auto text = drawCode();
        const OneTimeCode code{text.selector, accountId, purpose, macOf(vault_, session, text), now, now + lifeOf(purpose)};
        const bool made = co_await one_time_code_store::put(session, code);
        if (made) co_return NewCode{toText(text), code.expires};
        const auto account = co_await account_store::find(session, accountId);
        const bool fits = account && !account->disabled &&
                          (purpose == CodePurpose::signIn || (purpose == CodePurpose::activation) == account->password.empty());
        if (!fits) throw Failure(FailureKind::conflict, "The account was changed in the meantime. Read it again.");
    }
    throw Failure(FailureKind::internal, "No code could be made.", "no free selector in ten draws");
}

}  // namespace polyclinic::accounts
