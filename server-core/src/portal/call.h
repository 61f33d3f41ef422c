// What a page of the patient portal works with: a request, its clinic, and who is signed in.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "accounts/account_service.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "base/key_vault.h"
#include "base/task.h"
#include "http/own_form.h"
#include "pages/renderer.h"
#include "tenancy/realm_session.h"

namespace polyclinic::portal {

inline constexpr std::string_view realm = accounts::patientRealm;

struct Call {
    const http::Request& request;
    const tenancy::TenantContext& tenant;
    const tenancy::RealmSession session;  // of its patients
    accounts::AccountService& accountService;
    const KeyVault& vault;
    audit::AuditLog& audit;
    const Clock& clock;
    std::string id;  // of the address: a grant's or a session's; empty: none

    /// Of the query; empty when it is not there, stands there twice, or the query is broken.
    std::string query(std::string_view name) const;
    /// Path of a page of this portal: at("home").
    std::string at(std::string_view page) const;
    /// 303 to a page of this portal.
    http::Response goTo(std::string_view page) const;
    /// In the clinic's audit log: what this person did to what.
    Task<void> note(const accounts::PersonSession& person, std::string action, std::string about) const;
    accounts::ClientInfo clientInfo() const { return accounts::ClientInfo::of(request); }
};

/// A form that one of our own pages sent.
class Form : public http::OwnForm {
  public:
    /// Throws as OwnForm::demand.
    explicit Form(const Call& call) : OwnForm(demand(call.request)) {}
    /// Throws Failure(forbidden) unless it holds the token of `purpose` under this cookie.
    void demandToken(const Call& call, std::string_view cookie, std::string_view purpose) const;
};

/// Who is signed in, and how pages look to them.
struct Person {
    accounts::PersonSession session;
    std::string name;        // "Maria Gomez"; the user name where the record has none
    pages::PageTheme theme;  // with menu and form token

    /// Of the look's language.
    const pages::Translations& translations() const { return pages::Translations::of(theme.language); }
    /// The id of the Patient that the person is; empty where the account is no patient's.
    std::string patient() const;
};

/// A page of people who are signed in; others are asked to sign in first.
using PersonPage = Task<http::Response> (*)(const Call&, Person);
/// `place`: the page's name, to come back to after signing in. `menu`: its entry in the menu.
Task<http::Response> forPerson(const Call& call, std::string_view place, std::string_view menu, PersonPage page);
/// The same for a form: checked before `page` sees it. What it changes is answered by 303.
using PersonForm = Task<http::Response> (*)(const Call&, Person, const Form&);
Task<http::Response> forPerson(const Call& call, PersonForm page);

/// Sends the cookies of a sign-in along.
void keepSignIn(const accounts::SignedIn& signedIn, http::Response& response);

/// What forms hang on before anyone is signed in: a random value in a cookie of its own.
struct Nonce {
    std::string value;
    bool fresh = false;
};
Nonce nonceOf(const Call& call);
/// The cookie's value; empty without one. For forms.
std::string knownNonce(const Call& call);
/// Sends a fresh one along.
void keepNonce(const Call& call, const Nonce& nonce, http::Response& response);
/// The look of a page before sign-in, with a form token of `purpose`.
pages::PageTheme guestPageTheme(const Call& call, const Nonce& nonce, std::string_view purpose);

}  // namespace polyclinic::portal
