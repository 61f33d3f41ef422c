#include <charconv>

#include "accounts/account_store.h"
#include "accounts/patient_summary.h"
#include "base/failure.h"
#include "base/text.h"
#include "portal/endpoints.h"

namespace polyclinic::portal {
namespace {

/// Enough to catch slips; whether mail arrives only mail can tell.
bool looksLikeMail(const std::string& text) {
    const auto at = text.find('@');
    if (at == 0 || at == text.npos || text.find('@', at + 1) != text.npos || text.size() > 254) return false;
    const auto dot = text.find('.', at);
    if (dot == text.npos || dot == at + 1 || text.back() == '.') return false;
    for (const unsigned char c : text)
        if (c <= 0x20 || c == 0x7f || c == '<' || c == '>' || c == ',' || c == ';' || c == '"') return false;
    return true;
}

Task<accounts::Account> accountOf(const Call& call, const Person& person) {
    auto account = co_await accounts::account_store::find(call.session, person.session.accountId);
    if (!account) throw Failure(FailureKind::notFound, "There is no such account.");
    co_return std::move(*account);
}

/// `typed`: an e-mail address that will not do; nothing at a first showing. `overtaken`: somebody else was quicker.
Task<http::Response> accountForm(const Call& call, Person person, std::optional<std::string> typed, bool overtaken) {
    auto& theme = person.theme;
    theme.self = call.at("account");
    theme.place = "account";
    const auto& translations = pages::Translations::of(theme.language);
    const auto account = co_await accountOf(call, person);
    auto values = pages::object();
    pages::put(values, "title", translations.text("account_title"));
    auto rows = pages::list();
    rows.push_back(pages::fact(translations.text("name"), person.name));
    rows.push_back(pages::fact(translations.text("username"), account.username));
    values.set("facts", rows);
    pages::put(values, "version", std::to_string(account.version));
    pages::put(values, "email", typed.value_or(account.email.value_or(std::string())));
    values.set("wrong_email", typed.has_value());
    auto choices = pages::list();
    for (const auto& tag : pages::languages()) {
        auto choice = pages::object();
        pages::put(choice, "tag", tag);
        pages::put(choice, "label", pages::Translations::of(tag).text("language_name"));
        choice.set("chosen", tag == theme.language);
        choices.push_back(choice);
    }
    values.set("choices", choices);
    if (typed) pages::putProblem(values, translations.text("email_wrong"), "#email");
    if (overtaken) pages::putProblem(values, translations.text("account_overtaken"), "#email");
    const auto done = call.query("done");
    if (done == "saved") pages::put(values, "done", translations.text("account_saved"));
    if (done == "password") {
        pages::put(values, "done", translations.text("password_changed"));
        pages::put(values, "done_more", translations.text("password_changed_more"));
    }
    co_return pages::render(theme, "portal_account", std::move(values), typed ? 400 : overtaken ? 409 : 200);
}

Task<http::Response> firstShowing(const Call& call, Person person) { return accountForm(call, std::move(person), std::nullopt, false); }

/// The version that the form was filled in from; nothing where it names none.
std::optional<std::int64_t> versionOf(const Form& form) {
    const auto text = form.get("version");
    std::int64_t version = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
    if (error != std::errc() || end != text.data() + text.size() || version <= 0) return std::nullopt;
    return version;
}

Task<http::Response> save(const Call& call, Person person, const Form& form) {
    const auto typed = form.get("email");
    std::string email(trimmed(typed));
    if (!email.empty() && !looksLikeMail(email)) co_return co_await accountForm(call, std::move(person), std::move(email), false);
    const auto language = pages::nearestLanguage(form.get("language"));
    std::optional<std::string> address, tag;
    if (!email.empty()) address = email;
    if (language) tag = *language;
    std::optional<accounts::Account> changed;
    bool overtaken = false;
    try {
        changed = co_await call.accountService.changeContact(call.session, person.session, std::move(address), std::move(tag),
                                                             versionOf(form), call.clientInfo());
    } catch (const Failure& failure) {
        if (failure.kind() != FailureKind::preconditionFailed) throw;
        overtaken = true;
    }
    if (overtaken) co_return co_await accountForm(call, std::move(person), std::nullopt, true);
    // The clinic switched the account off, or removed it, while the form was on its way.
    if (!changed) co_return call.goTo("sign-in?notice=timeout");
    auto response = call.goTo("account?done=saved");
    if (language) pages::setLanguage(*language, call.request, response);
    co_return response;
}

}  // namespace

Task<http::Response> showAccount(const Call& call) { return forPerson(call, "account", "account", firstShowing); }
Task<http::Response> saveAccount(const Call& call) { return forPerson(call, save); }

}  // namespace polyclinic::portal
