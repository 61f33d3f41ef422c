// Parameters of the endpoints of an authorization server: each at most once, empty ones as if left out
// (RFC 6749 sections 3.1 and 3.2).

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "http/message.h"

namespace polyclinic::auth {

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

/// Whether the Content-Type is `type`, whatever its parameters and case.
bool hasMediaType(const http::Request& request, std::string_view type);

/// How a client says who it is (RFC 6749 section 2.3.1).
struct ClientCredentials {
    std::string id;
    std::optional<std::string> secret;
};

/// By Basic or in the form, never both. An empty id and no secret when it does not say. Failures: invalid_request for
/// both ways at once or two Authorization headers, invalid_client for a header that cannot be read, for an empty
/// secret and for methods that are not offered.
ClientCredentials clientCredentials(const http::Request& request, const OAuthForm& form);

}  // namespace polyclinic::auth
