// The page on which a person decides what an app may do (SMART App Launch 2.2, "Best Practices in Authorization").

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/scope.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "consent/decision.h"
#include "http/message.h"
#include "pages/page_theme.h"
#include "pages/sentences.h"

namespace polyclinic::pages {

struct ConsentPage {
    std::string action;                                               // path that the form posts to; the form's token is Look::csrf
    FormFields hidden;                                                // such as request=ID
    std::string person;                                               // "Maria Gomez"
    std::string notYou;                                               // where "Not you?" leads; empty: no link
    std::string app;                                                  // as registered: cleaned and cut here
    std::string publisher;                                            // empty: not known, and the page says so
    std::string redirectHost;                                         // where the browser goes back to, in words ("app.example.org")
    std::string clientId;                                             // for support, among the technical details
    std::string policyUri, termsUri;                                  // empty: none
    std::vector<std::pair<std::string, std::string>> privacyAnswers;  // question's key and answer
    access::Level level = access::Level::patient;                     // of the realm that asks
    access::ScopeSet scopes;                                          // what can be granted, of that level
    std::vector<std::string> nonResourceScopes;     // known words that were asked for: openid, fhirUser, offline_access ...
    std::vector<std::string> resourceTypes;         // types that the record holds: a box each, where everything was asked for
    std::vector<std::string> ticked;                // box values that were sent
    bool again = false;                             // shown again after an answer that cannot be used
    std::optional<consent::FormerDecision> before;  // what the app was allowed and still is; nothing: it has no access
    std::optional<Timestamp> since;                 // when it was
    std::string duration = "year";
    Timestamp now;
    std::string problem;  // key of a translated text: error_nothing_ticked, error_duration; empty: none
};

/// The form posts, besides `hidden` and csrf_token: `resourceTypes` as they were given, separated by spaces, `scope` once for each ticked
/// box (each holds one or more scope texts separated by spaces), `duration` where words hold offline_access, and `decision` = allow or
/// deny. Look::redirectOrigin must be the app's, or the browser refuses to follow the answer.
http::Response consentPage(const PageTheme& theme, const ConsentPage& page, int status = 200);

/// The key of the page's title: what the app asks for in one question.
std::string titleKeyOf(const Sentences& said);

/// A name that others gave us, fit to be shown: no control or bidirectional characters, white space collapsed, 80
/// characters at most.
std::string shownName(std::string_view name);

}  // namespace polyclinic::pages
