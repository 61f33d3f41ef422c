// A patient's browser and an app, as far as HTTP shows them: sign-in, consent, tokens.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server_database.h"
#include "server_process.h"

namespace polyclinic::test {

/// Code verifier and challenge of RFC 7636, appendix B.
inline const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
inline const std::string challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

using Fields = std::vector<std::pair<std::string, std::string>>;

struct PatientApp {
    std::string id, secret;  // secret empty: a public app
    std::string redirect = "https://app.example.org/back";
};

struct PatientPerson {
    std::string patient, account, cookie;  // cookie: of a session, as the browser sends it
};

/// BASE/tenant/{id}/patient/...
std::string patientAuth(const Clinic& clinic);
std::string patientApi(const Clinic& clinic);
std::string patientPortal(const Clinic& clinic);

/// Registers an app through the operator API. `more` replaces members.
PatientApp registerApp(ServerProcess& server, const Clinic& clinic, bool confidential, const std::string& scopes,
                       const nlohmann::json& more = nlohmann::json::object());
/// A system of the clinic that may ask about tokens of all of its clients.
PatientApp registerIntrospector(ServerProcess& server, const Clinic& clinic);
inline const std::string password = "correct horse battery staple 7";

/// A browser with its cookies, as far as forms go.
class PatientBrowser {
  public:
    HttpAnswer get(const std::string& url);
    /// The form of the last page that was shown whose action ends with `action`, filled with `fields`.
    HttpAnswer submit(const std::string& action, const Fields& fields);
    /// GETs on as long as answers are redirects to addresses that begin with `own`.
    HttpAnswer follow(HttpAnswer answer, const std::string& own);
    /// The Cookie header.
    std::string cookies() const;

  private:
    HttpAnswer keep(HttpAnswer answer, const std::string& url);
    std::map<std::string, std::string> jar_;
    std::string page_, url_;
};

/// A record, an account of it, and somebody who has just activated it in the portal with `password`.
PatientPerson signedInPerson(ServerProcess& server, const Clinic& clinic, const std::string& patient);

/// The parameters of a request that is in order; `more` replaces some, an empty value leaves one out.
Fields request(const Clinic& clinic, const PatientApp& app, const std::string& scope, const Fields& more = {});
/// GET authorize, one answer.
HttpAnswer authorize(const Clinic& clinic, const Fields& fields, const std::string& cookie = {});

/// What the browser shows at the end of the redirects to our own addresses; the answer of the last one.
HttpAnswer follow(HttpAnswer answer, const std::string& cookie, const std::string& own);

struct ConsentForm {
    HttpAnswer page;
    std::string action;  // absolute
    Fields hidden;
    std::vector<std::string> boxes;  // values
};
/// The consent page of a request. Failure: std::runtime_error where another page comes.
ConsentForm consentForm(const Clinic& clinic, const PatientPerson& person, const Fields& fields);
/// Posts it; `ticks`: values of boxes, all when left out.
HttpAnswer decide(const ConsentForm& form, const PatientPerson& person, const std::string& decision = "allow",
                  const std::optional<std::vector<std::string>>& ticks = std::nullopt, const std::string& duration = "year");

/// A parameter of the Location header, decoded; empty when there is none.
std::string returned(const HttpAnswer& answer, const std::string& name);
/// Asks, allows everything and answers the code.
std::string codeFor(const Clinic& clinic, const PatientPerson& person, const PatientApp& app, const std::string& scope,
                    const Fields& more = {});

/// POST of a form to an endpoint of the authorization server, as `app` (by Basic or by client_id).
HttpAnswer postAs(const Clinic& clinic, const PatientApp& app, const std::string& endpoint, Fields fields);
HttpAnswer redeem(const Clinic& clinic, const PatientApp& app, const std::string& code, const Fields& more = {});
HttpAnswer refresh(const Clinic& clinic, const PatientApp& app, const std::string& token, const Fields& more = {});
/// Tokens for everything that `scope` asks for. Failure: std::runtime_error.
nlohmann::json tokensFor(const Clinic& clinic, const PatientPerson& person, const PatientApp& app, const std::string& scope,
                         const Fields& more = {});
/// {"Authorization", "Basic ..."}.
HttpHeaders basicOf(const PatientApp& app);

}  // namespace polyclinic::test
