// A browser without scripts, as far as a portal can tell: cookies, forms, redirects, one for each person.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "server_process.h"

namespace polyclinic::test {

/// Started by the first caller; gone before main ends.
ServerProcess& server();

using Fields = std::vector<std::pair<std::string, std::string>>;

class Browser {
  public:
    explicit Browser(std::string portal) : portal_(std::move(portal)) {}

    /// `address`: absolute, an absolute path, or below the portal ("apps"). Cookies are kept; redirects are not followed.
    HttpAnswer get(const std::string& address, HttpHeaders more = {});
    HttpAnswer post(const std::string& address, const Fields& fields, HttpHeaders more = {});
    /// get(), then as far as redirects of our own server lead.
    HttpAnswer visit(const std::string& address);
    /// Sends the form of `page` whose action ends with `action`: its hidden fields and `fields`.
    HttpAnswer send(const HttpAnswer& page, const std::string& action, const Fields& fields = {}, HttpHeaders more = {});
    HttpAnswer follow(HttpAnswer answer);

    std::map<std::string, std::string> cookies;
    std::vector<std::string> setCookies;  // of the last answer
    const std::string& portal() const { return portal_; }

  private:
    HttpAnswer ask(const std::string& method, const std::string& address, HttpHeaders headers, const std::string& body);
    std::string absolute(const std::string& address) const;
    std::string portal_;
};

/// Text without tags, entities decoded, white space single.
std::string textOf(const HttpAnswer& page);
/// The hidden fields of the form whose action ends with `action`. Failure: std::runtime_error where there is none.
Fields hiddenOf(const HttpAnswer& page, const std::string& action);
std::string unescapedHtml(std::string text);
bool contains(const std::string& text, const std::string& part);

}  // namespace polyclinic::test
