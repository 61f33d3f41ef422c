#include "base/failure.h"
#include "portal/endpoints.h"
#include "portal/password_labels.h"

namespace polyclinic::portal {
namespace {

struct Problem {
    std::string sentence, at;  // empty: none; "current" or "password"
};

http::Response passwordForm(const Call& call, Person person, const Problem& problem) {
    auto& theme = person.theme;
    theme.self = call.at("account/password");
    theme.place = "account";
    auto values = pages::object();
    pages::put(values, "title", pages::Translations::of(theme.language).text("change_password"));
    pages::put(values, "account_name", person.session.username);
    values.set("wrong_current", problem.at == "current");
    values.set("wrong_password", problem.at == "password");
    if (!problem.sentence.empty()) pages::putProblem(values, problem.sentence, "#" + problem.at);
    const int status = problem.sentence.empty() ? 200 : problem.at == "current" ? 403 : 400;
    return pages::render(theme, "portal_password", std::move(values), status);
}

Task<http::Response> firstShowing(const Call& call, Person person) { co_return passwordForm(call, std::move(person), {}); }

Task<http::Response> change(const Call& call, Person person, const Form& form) {
    const auto& translations = person.translations();
    std::optional<accounts::SignedIn> again;
    Problem problem;
    try {
        again = co_await call.accountService.changePassword(call.session, person.session, form.get("current"), form.get("password"),
                                                            form.get("stop_apps") == "yes", call.clientInfo());
    } catch (const accounts::UnfitPassword& unfit) {
        problem = {passwordProblem(translations, unfit.weakness()), "password"};
    } catch (const Failure& failure) {
        if (failure.kind() != FailureKind::forbidden) throw;
        problem = {translations.text("current_wrong"), "current"};
    }
    if (!again) co_return passwordForm(call, std::move(person), problem);
    auto response = call.goTo("account?done=password");
    keepSignIn(*again, response);
    co_return response;
}

}  // namespace

Task<http::Response> showPassword(const Call& call) { return forPerson(call, "account/password", "account", firstShowing); }
Task<http::Response> changePassword(const Call& call) { return forPerson(call, change); }

}  // namespace polyclinic::portal
