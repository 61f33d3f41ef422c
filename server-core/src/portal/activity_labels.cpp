#include "portal/activity_labels.h"

#include "consent/scope_rows.h"
#include "fhir/definitions/definitions.h"
#include "pages/consent.h"

namespace polyclinic::portal {
namespace {

using audit::ActivityEvent;
using pages::Translations;

std::string nameOf(const AppNames& apps, std::string_view id, const Translations& translations) {
    const auto found = apps.find(id);
    return found == apps.end() ? translations.text("an_app") : found->second;
}

std::string byApp(const Translations& translations, const ActivityEvent& event, const AppNames& apps) {
    const auto app = nameOf(apps, event.client, translations);
    if (event.interaction == "token-code") return event.outcome == 0 ? translations.text("did_connect", {{"app", app}}) : std::string();
    if (event.interaction == "token-refresh")
        return event.outcome == 0 ? std::string() : translations.text("did_fail_renew", {{"app", app}});
    if (event.interaction == "token-revoke") return translations.text("did_disconnect", {{"app", app}});
    const auto type = fhir::typeName(event.type);
    if (!type) return {};
    const auto row = consent::rowNameOf(*type);
    const auto* said = translations.scope(row);
    const auto what = said ? said->what : translations.text("scope_other", {{"type", *type}});
    const auto items = said ? said->items : translations.text("scope_other_items", {{"type", *type}});
    if (event.action == 'C' || event.action == 'U' || event.action == 'D') {
        if (event.outcome != 0) return translations.text("did_fail_change", {{"app", app}, {"items", items}});
        const char* key = event.action == 'C' ? "did_add" : event.action == 'U' ? "did_change" : "did_delete";
        return translations.text(key, {{"app", app}, {"items", items}});
    }
    // A search that is answered found something or nothing; a read by id fails for an absent record as for a refused one.
    if (event.outcome != 0 && event.interaction == "search-type")
        return translations.text("did_look_refused", {{"app", app}, {"what", what}});
    return translations.text(event.outcome != 0 || event.count == 0 ? "did_look_nothing" : "did_look", {{"app", app}, {"what", what}});
}

/// Deeds that need no name, and what becomes of them when they fail; null: nothing is said.
struct ActivityKind {
    std::string_view interaction;
    const char *done, *failed;
};

std::string byMe(const Translations& translations, const ActivityEvent& event, const AppNames& apps) {
    static constexpr ActivityKind activityKinds[] = {
        {"sign-in", "did_sign_in", "did_fail_sign_in"},
        {"sign-out", "did_sign_out", nullptr},
        {"session-end", "did_end_session", nullptr},
        {"session-end-others", "did_end_others", nullptr},
        {"password-change", "did_password", "did_fail_password"},
        {"password-reset", "did_reset", nullptr},
        {"account-activate", "did_join", nullptr},
        {"account-update", "did_account", nullptr},
        {"code-refused", nullptr, "did_fail_code"},
    };
    for (const auto& kind : activityKinds) {
        if (kind.interaction != event.interaction) continue;
        const char* key = event.outcome == 0 ? kind.done : kind.failed;
        return key ? translations.text(key) : std::string();
    }
    if (event.outcome != 0) return {};
    const auto app = nameOf(apps, event.resourceId, translations);
    if (event.interaction == "consent") return translations.text("did_allow", {{"app", app}});
    if (event.interaction == "consent-refused") return translations.text("did_refuse", {{"app", app}});
    if (event.interaction == "grant-end") return translations.text("did_stop", {{"app", app}});
    return {};
}

std::string byClinic(const Translations& translations, const ActivityEvent& event, const AppNames& apps) {
    if (event.outcome != 0) return {};
    if (const auto type = fhir::typeName(event.type)) {
        const auto* said = translations.scope(consent::rowNameOf(*type));
        const char* key = event.action == 'C'   ? "clinic_add"
                          : event.action == 'U' ? "clinic_change"
                          : event.action == 'D' ? "clinic_delete"
                                                : "clinic_look";
        return translations.text(key, {{"what", said->what}});
    }
    static constexpr ActivityKind activityKinds[] = {
        {"account-invite", "clinic_invite", nullptr},     {"account-reset-code", "clinic_reset_code", nullptr},
        {"account-sign-in-code", "clinic_link", nullptr}, {"account-unlock", "clinic_unlock", nullptr},
        {"account-update", "clinic_account", nullptr},    {"account-disable", "clinic_disable", nullptr},
    };
    for (const auto& kind : activityKinds)
        if (kind.interaction == event.interaction) return translations.text(kind.done);
    if (event.interaction == "token-reuse") return translations.text("cut_reuse", {{"app", nameOf(apps, event.resourceId, translations)}});
    if (event.interaction == "grant-end") return translations.text("clinic_stop", {{"app", nameOf(apps, event.resourceId, translations)}});
    return {};
}

}  // namespace

std::string sentenceOf(const Translations& translations, const ActivityEvent& event, const AppNames& apps) {
    if (event.agentKind == "patient-app") return byApp(translations, event, apps);
    if (event.agentKind == "patient") return byMe(translations, event, apps);
    return byClinic(translations, event, apps);
}

}  // namespace polyclinic::portal
