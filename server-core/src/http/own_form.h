// A form that a page of ours sent, told from one that another site makes a browser send (cross-site request forgery). Every
// form of every page comes through here: portal, consent, the operators' sign-in.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/encoding.h"
#include "http/message.h"

namespace polyclinic::http {

inline constexpr std::string_view formMediaType = "application/x-www-form-urlencoded";

/// Whether the Content-Type is `type`, whatever its parameters and case.
bool hasMediaType(const RequestHead& request, std::string_view type);

/// Whether a browser says that another site, or nobody that it would name, sent this: Origin and Sec-Fetch-Site
/// (https://www.w3.org/TR/fetch-metadata/). Who says nothing is left to the form's token.
bool isFromAnotherSite(const RequestHead& request);

class OwnForm {
  public:
    /// What is wrong before any field is looked at.
    enum class Fault { foreign, noForm, unreadable };
    static std::variant<OwnForm, Fault> read(const Request& request);
    /// The same; throws Failure(forbidden), (unsupportedMediaType) or (badRequest).
    static OwnForm demand(const Request& request);

    /// The token that pages put into their forms stands in this field.
    static constexpr std::string_view tokenField = "csrf_token";
    /// Whether it holds `token`, the one that the page was given; never so where that is empty.
    bool holdsToken(std::string_view token) const;
    /// Throws Failure(forbidden) unless it does.
    void demandToken(std::string_view token) const;

    /// The first of that name; empty when it is not there.
    std::string get(std::string_view name) const;
    const FormFields& fields() const { return fields_; }

  private:
    explicit OwnForm(FormFields fields) : fields_(std::move(fields)) {}
    FormFields fields_;
};

}  // namespace polyclinic::http
