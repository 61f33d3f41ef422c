// Parameters of the endpoints of an authorization server: each at most once, empty ones as if left out
// (RFC 6749 sections 3.1 and 3.2).

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "http/own_form.h"

namespace polyclinic::authorization_server {

class OAuthForm {
  public:
    explicit OAuthForm(FormFields fields) : fields_(std::move(fields)) {}

    /// Of a POST: form in the body, no query. Throws Failure(methodNotAllowed) or OAuthFailure(invalid_request).
    static OAuthForm ofPost(const http::Request& request);

    /// Empty when it is not there.
    std::string_view get(std::string_view name) const;
    bool has(std::string_view name) const { return !get(name).empty(); }
    /// Throws OAuthFailure(invalid_request) when it is not there.
    std::string_view demand(std::string_view name) const;
    /// Whether some name, or this one, is there twice.
    bool repeats() const;
    bool repeats(std::string_view name) const;
    const FormFields& fields() const { return fields_; }

  private:
    FormFields fields_;
};

}  // namespace polyclinic::authorization_server
