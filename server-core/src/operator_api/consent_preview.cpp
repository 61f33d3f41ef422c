// What a patient would be asked for an app, while an operator still edits it.

#include "access/scope.h"
#include "base/failure.h"
#include "operator_api/handlers.h"
#include "pages/consent.h"
#include "pages/sentences.h"
#include "pages/translations.h"

namespace polyclinic::operator_api {
namespace {

std::string textOf(const nlohmann::json& body, const char* name, std::size_t most) {
    const auto found = body.find(name);
    if (found == body.end() || found->is_null()) return {};
    if (!found->is_string() || found->get_ref<const std::string&>().size() > most)
        throw Failure::withIssues(FailureKind::unprocessable, {{Issue::Severity::error, "value",
                                                                "must be a text of at most " + std::to_string(most) + " bytes", name}});
    return found->get<std::string>();
}

nlohmann::ordered_json linesOf(const std::vector<pages::Sentence>& sentences, bool withScopes) {
    auto lines = nlohmann::ordered_json::array();
    for (const auto& sentence : sentences) {
        nlohmann::ordered_json line{{"short", sentence.brief}, {"long", sentence.detail}};
        if (withScopes) line["scope"] = sentence.scope;
        if (sentence.warn) line["warn"] = true;
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace

Task<http::Response> previewConsent(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const auto body = call.body();
    if (!body.is_object()) throw Failure(FailureKind::badRequest, "The body must be a JSON object.");
    const auto& clinic = tenant->record().tenant;
    const auto name = textOf(body, "name", 400), publisher = textOf(body, "publisher", 400);
    const auto tag = textOf(body, "language", 35);
    const auto language = pages::nearestLanguage(tag.empty() ? clinic.language : tag).value_or("en");
    const auto& translations = pages::Translations::of(language);
    const auto app = pages::shownName(name);

    const auto request = access::parseScopeList(textOf(body, "scopes", 32 << 10));
    // What nothing enforces yet is never offered to a patient.
    const auto grantable = access::grantable(request.scopes, request.scopes, access::Level::patient);
    const auto said = pages::sentencesOf(grantable.scopes(), request.nonResourceScopes, {language, clinic.name, {}});
    auto refused = request.dropped;
    for (const auto& scope : request.scopes)
        if (std::find(grantable.scopes().begin(), grantable.scopes().end(), scope) == grantable.scopes().end())
            refused.push_back(toText(scope));
    refused.insert(refused.end(), said.refused.begin(), said.refused.end());

    nlohmann::ordered_json answered;
    answered["title"] = translations.text(pages::titleKeyOf(said), {{"app", app}});
    answered["maker"] =
        publisher.empty()
            ? translations.text("made_by_unknown", {{"app", app}, {"clinic", clinic.name}})
            : translations.text("made_by", {{"app", app}, {"publisher", pages::shownName(publisher)}, {"clinic", clinic.name}});
    answered["always"] = linesOf(said.always, false);
    answered["see"] = linesOf(said.see, true);
    answered["change"] = linesOf(said.change, true);
    answered["notes"] = linesOf(said.notes, false);
    answered["refused"] = refused;
    if (request.hostile) answered["refused"] = {textOf(body, "scopes", 32 << 10)};
    co_return answer(200, answered);
}

}  // namespace polyclinic::operator_api
