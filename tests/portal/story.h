// Two clinics with people who joined, and an app that one of them let in.

#pragma once

#include "browser.h"

namespace polyclinic::test {

inline const std::string firstPassword = "copper-lantern-drift-41", secondPassword = "walnut-meadow-signal-77";

struct Invited {
    std::string account, username, code;
};

/// PUT Patient/id with name and birth date.
void keepPatient(const Clinic& clinic, const std::string& id, const std::string& given, const std::string& family,
                 const std::string& birthDate);
HttpAnswer operateOn(const Clinic& clinic, const std::string& method, const std::string& path,
                     const nlohmann::json& body = nlohmann::json());
Invited invite(const Clinic& clinic, const std::string& patient, const nlohmann::json& more = nlohmann::json::object());
std::string resetCode(const Clinic& clinic, const std::string& account);
std::string portalOf(const Clinic& clinic);
/// Of the patients' FHIR API.
std::string apiOf(const Clinic& clinic);
/// PUT of any resource, by the clinic's own system.
void keepResource(const Clinic& clinic, const nlohmann::json& resource);
/// Code, birth date ("12", "3", "1984") and password; the page that comes then.
HttpAnswer join(Browser& browser, const std::string& code, const Fields& birthDate, const std::string& password,
                const std::string& start = "activate");
HttpAnswer signIn(Browser& browser, const std::string& username, const std::string& password, const std::string& start = "sign-in");

inline const Fields mariasBirthDate{{"day", "12"}, {"month", "3"}, {"year", "1984"}};

/// Registers a public app. `more` replaces members.
std::string registerApp(const Clinic& clinic, const nlohmann::json& more = nlohmann::json::object());
/// The address with which an app sends the browser.
std::string authorizeAddress(const Clinic& clinic, const std::string& client, const std::string& scope);
/// Ticks all boxes whose value holds none of `untick` and allows; where the browser is sent then.
std::string allowApp(Browser& browser, const Clinic& clinic, const std::string& client, const std::string& scope,
                     const std::vector<std::string>& untick = {});
/// What the app gets for the code in `location`.
nlohmann::json tokensFor(const Clinic& clinic, const std::string& client, const std::string& location);
/// Allows everything; the grant's id.
std::string connectApp(Browser& browser, const Clinic& clinic, const std::string& client, const std::string& scope);

}  // namespace polyclinic::test
