// Account: people who may sign in to a clinic. The clinic hands out codes; it never sees or sets a password.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "base/encoding.h"
#include "base/failure.h"
#include "base/json_reader.h"
#include "base/text.h"
#include "operator_api/handlers.h"

namespace polyclinic::operator_api {
namespace {

using accounts::patientRealm;

constexpr std::array<std::string_view, 3> languages{"en", "es", "ar"};
constexpr std::array<std::string_view, 16> members{"resourceType", "id",         "meta",         "realm",     "username", "email",
                                                   "fhirUser",     "language",   "birthDate",    "status",    "disabled", "created",
                                                   "activated",    "lastSignIn", "invitedUntil", "activation"};

Failure unknownAccount() { return Failure(FailureKind::notFound, "There is no such account."); }

class AccountReader : public JsonReader {
  public:
    explicit AccountReader(const nlohmann::json& body) : JsonReader(body, "Account", "An account is a JSON object.") {
        knownOnly(members);
        if (const auto* type = find("resourceType"); type && *type != "Account") fault("resourceType", "must be Account.");
        if (const auto* realm = find("realm"); realm && *realm != patientRealm)
            fault("realm", "must be patient: staff cannot have accounts in this version.");
    }

    std::optional<std::string> email() {
        auto text = this->text("email", 254);
        if (!text) return text;
        const auto at = text->find('@');
        if (at == 0 || at == text->npos || at + 1 == text->size() || text->find('@', at + 1) != text->npos ||
            text->find_first_of(" ,;<>\"") != text->npos)
            fault("email", "must be one e-mail address.");
        return text;
    }

    std::optional<std::string> language() {
        auto text = this->text("language", 10);
        if (text && std::find(languages.begin(), languages.end(), *text) == languages.end()) fault("language", "must be en, es or ar.");
        return text;
    }

    std::optional<std::string> birthDate() {
        auto text = this->text("birthDate", 10);
        int year = 0, month = 0, day = 0;
        char rest = 0;
        if (text &&
            (text->size() != 10 || std::sscanf(text->c_str(), "%4d-%2d-%2d%c", &year, &month, &day, &rest) != 3 ||
             !std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(unsigned(month)), std::chrono::day(unsigned(day)))
                  .ok()))
            fault("birthDate", "must be a whole date such as 1980-05-03.");
        return text;
    }

    /// A member that stays as it was made.
    void keeps(const char* name, const std::optional<std::string>& is) {
        const auto* value = find(name);
        if (value && (!is || *value != *is)) fault(name, "cannot change.");
    }
};

std::string statusOf(OperatorServices& services, const tenancy::TenantContext& tenant, const accounts::Account& account) {
    if (account.disabled) return "off";
    if (account.password.empty()) return "invited";
    return services.accountService.isHeldUp({tenant, patientRealm}, account.usernameKey) ? "locked" : "active";
}

nlohmann::ordered_json shown(OperatorServices& services, const tenancy::TenantContext& tenant, const accounts::Account& account) {
    nlohmann::ordered_json json{{"resourceType", "Account"},
                                {"id", account.id},
                                {"meta", {{"versionId", std::to_string(account.version)}, {"lastUpdated", toInstant(account.updated)}}},
                                {"realm", patientRealm},
                                {"username", account.username}};
    if (account.email) json["email"] = *account.email;
    json["fhirUser"] = account.fhirUser;
    if (account.birthDate) json["birthDate"] = *account.birthDate;
    if (account.language) json["language"] = *account.language;
    json["status"] = statusOf(services, tenant, account);
    json["disabled"] = account.disabled;
    json["created"] = toInstant(account.created);
    if (account.activated) json["activated"] = toInstant(*account.activated);
    if (account.lastSignIn) json["lastSignIn"] = toInstant(*account.lastSignIn);
    if (account.invitedUntil) json["invitedUntil"] = toInstant(*account.invitedUntil);
    return json;
}

/// Codes are shown once.
http::Response withCode(int status, nlohmann::ordered_json json) {
    auto response = answer(status, json);
    response.headers.set("Cache-Control", "no-store");
    return response;
}

http::Response accountAnswer(OperatorServices& services, const tenancy::TenantContext& tenant, const accounts::Account& account) {
    auto response = answer(200, shown(services, tenant, account));
    response.headers.add("ETag", "W/\"" + std::to_string(account.version) + '"');
    return response;
}

http::Response invitationAnswer(OperatorServices& services, int status, const tenancy::TenantContext& tenant,
                                const accounts::Invitation& invitation) {
    auto json = shown(services, tenant, invitation.account);
    const auto& code = invitation.activation;
    json["activation"] = {{"url", tenant.urls().patientPortal() + "/activate#" + code.code},
                          {"code", code.code},
                          {"username", invitation.account.username},
                          {"expiresAt", toInstant(code.expires)}};
    auto response = withCode(status, std::move(json));
    response.headers.add("ETag", "W/\"" + std::to_string(invitation.account.version) + '"');
    return response;
}

}  // namespace

Task<http::Response> createAccount(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const auto body = call.body();
    AccountReader reader(body);
    accounts::NewAccount wanted;
    wanted.username = reader.text("username", 400).value_or(std::string());
    wanted.email = reader.email();
    wanted.fhirUser = reader.text("fhirUser", 100).value_or(std::string());
    wanted.birthDate = reader.birthDate();
    wanted.language = reader.language();
    for (const char* required : {"realm", "fhirUser"})
        if (!reader.find(required)) reader.fault(required, "is required.");
    for (const char* drawn : {"id", "status", "activated", "lastSignIn", "activation"})
        if (reader.find(drawn)) reader.fault(drawn, "is chosen by the server.");
    if (reader.flag("disabled").value_or(false)) reader.fault("disabled", "must be false for a new account.");
    reader.finish();
    co_await demandSafeReach(services, *tenant);
    const auto invitation = co_await services.accountService.invite(patientsOf(*tenant), std::move(wanted), call.actor());
    co_return invitationAnswer(services, 201, *tenant, invitation);
}

Task<http::Response> listAccounts(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const auto realm = call.query("realm"), status = call.query("status");
    if (!realm.empty() && realm != patientRealm && realm != accounts::providerRealm)
        throw Failure(FailureKind::badRequest, "realm must be patient or provider.");
    if (!status.empty() && status != "invited" && status != "active" && status != "locked" && status != "off")
        throw Failure(FailureKind::badRequest, "status must be invited, active, locked or off.");
    accounts::AccountQuery wanted;
    wanted.fhirUser = call.query("fhirUser");
    wanted.status = status == "locked" ? "active" : status;
    wanted.nameContains = lowerAscii(call.query("name"));
    wanted.after = call.query("_cursor");
    const tenancy::RealmSession asked(*tenant, realm.empty() ? patientRealm : std::string_view(realm));
    const auto found = co_await accounts::account_store::list(asked, wanted);
    std::vector<std::string> names;
    for (const auto& account : found.accounts) names.push_back(account.usernameKey);
    co_await services.accountService.lookAtTries(patientsOf(*tenant), std::move(names));
    std::vector<nlohmann::ordered_json> resources;
    std::vector<std::string> about;
    for (const auto& account : found.accounts) {
        auto json = shown(services, *tenant, account);
        if (!status.empty() && json["status"] != status) continue;
        resources.push_back(std::move(json));
        addPatient(account.fhirUser, about);
    }
    const auto total = std::int64_t(resources.size());
    co_await noteLook(services, call, *tenant, "account-search", {}, std::move(about), int(total));
    std::string next;
    if (found.next) {
        FormFields fields{{"_cursor", *found.next}};
        for (const char* name : {"realm", "fhirUser", "status", "name"})
            if (const auto value = call.query(name); !value.empty()) fields.emplace_back(name, value);
        next = "Account?" + encodeForm(fields);
    }
    co_return answer(200, searchset(std::move(resources), total, next));
}

Task<http::Response> getAccount(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const auto session = patientsOf(*tenant);
    const auto id = call.parameter("account");
    const auto account = co_await accounts::account_store::find(session, id);
    if (!account) throw unknownAccount();
    std::vector<std::string> names{account->usernameKey};
    co_await services.accountService.lookAtTries(patientsOf(*tenant), std::move(names));
    std::vector<std::string> about;
    addPatient(account->fhirUser, about);
    co_await noteLook(services, call, *tenant, "account-read", id, std::move(about), 1);
    co_return accountAnswer(services, *tenant, *account);
}

namespace {

constexpr int mostRounds = 20;  // of a change that others overtake

/// What the body says, upon the account as it is now. What it leaves out of user name and disabled stays.
accounts::Account wished(const nlohmann::json& body, accounts::Account account) {
    AccountReader reader(body);
    if (auto username = reader.text("username", 400)) account.username = std::move(*username);
    account.email = reader.email();
    account.language = reader.language();
    account.disabled = reader.flag("disabled").value_or(account.disabled);
    reader.keeps("id", account.id);
    reader.keeps("fhirUser", account.fhirUser);
    reader.keeps("birthDate", account.birthDate);
    reader.finish();
    return account;
}

}  // namespace

Task<http::Response> putAccount(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const auto session = patientsOf(*tenant);
    const auto id = call.parameter("account");
    const auto expected = call.ifMatch();
    // Without If-Match the wish holds for the account as it is, however often somebody else is quicker.
    for (int round = 1;; ++round) {
        auto account = co_await accounts::account_store::find(session, id);
        if (!account) throw unknownAccount();
        auto wanted = wished(call.body(), std::move(*account));
        if (expected) wanted.version = *expected;
        std::optional<accounts::Account> changed;
        std::optional<Failure> overtaken;
        try {
            changed = co_await services.accountService.change(patientsOf(*tenant), std::move(wanted), call.actor());
        } catch (const Failure& failure) {
            if (expected || failure.kind() != FailureKind::preconditionFailed || round == mostRounds) throw;
            overtaken = failure;
        }
        if (overtaken) continue;
        if (!changed) throw unknownAccount();
        co_return accountAnswer(services, *tenant, *changed);
    }
}

Task<http::Response> deleteAccount(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const bool removed = co_await services.accountService.remove(patientsOf(*tenant), call.parameter("account"), call.actor());
    if (!removed) throw unknownAccount();
    co_return noContent();
}

Task<http::Response> inviteAccount(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    co_await demandSafeReach(services, *tenant);
    const auto invitation = co_await services.accountService.inviteAgain(patientsOf(*tenant), call.parameter("account"), call.actor());
    if (!invitation) throw unknownAccount();
    co_return invitationAnswer(services, 200, *tenant, *invitation);
}

Task<http::Response> resetAccountCode(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const auto body = call.body();
    const bool exact = body.is_object() && body.size() == 1 && body.contains("identityChecked");
    if (!exact || body["identityChecked"] != true)
        throw Failure::withIssues(
            FailureKind::unprocessable,
            {{Issue::Severity::error, "value", "Check who the person is first, then send identityChecked: true and nothing else.",
              "identityChecked"}});
    const auto code = co_await services.accountService.resetCode(patientsOf(*tenant), call.parameter("account"), call.actor());
    if (!code) throw unknownAccount();
    const nlohmann::ordered_json reset{
        {"url", tenant->urls().patientPortal() + "/activate#" + code->code}, {"code", code->code}, {"expiresAt", toInstant(code->expires)}};
    co_return withCode(200, {{"reset", reset}});
}

Task<http::Response> unlockAccount(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const bool there = co_await services.accountService.unlock(patientsOf(*tenant), call.parameter("account"), call.actor());
    if (!there) throw unknownAccount();
    co_return co_await getAccount(services, call);
}

}  // namespace polyclinic::operator_api
