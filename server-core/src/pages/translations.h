// The texts of one language: sentences with places for values, plurals, dates.

#pragma once

#include <kainjow/mustache.hpp>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace polyclinic::pages {

/// Values for the places of a text. A number chooses the plural form.
struct Value {
    Value(std::string_view name, std::string_view text) : name(name), text(text) {}
    Value(std::string_view name, std::int64_t number) : name(name), number(number), isNumber(true) {}
    std::string_view name, text;
    std::int64_t number = 0;
    bool isNumber = false;
};

/// What one row of the table of scopes says.
struct ScopeNames {
    std::string what;      // "your allergies"
    std::string items;     // "allergies"
    std::string more;      // the hint; empty: none
    std::size_t rank = 0;  // order on a page
};

/// Immutable; any thread.
class Translations {
  public:
    /// `language` of pages::languages(); English for every other.
    static const Translations& of(std::string_view language);

    /// Places are filled by ICU's MessageFormat; texts of values stand isolated, so that their direction does not turn
    /// the sentence around. Throws Failure(internal) for an unknown key.
    std::string text(const std::string& key, const std::vector<Value>& values = {}) const;
    bool has(const std::string& key) const { return texts_.contains(key); }
    /// Null when there is no row of that name.
    const ScopeNames* scope(const std::string& row) const;
    bool rightToLeft() const { return language_ == "ar"; }
    const std::string& language() const { return language_; }

    /// "3 May 2027", "3 May 2027, 14:05" and, for today's dates, "today at 14:05"; in a tz database time zone.
    std::string date(Timestamp time, const std::string& timezone) const;
    std::string dateTime(Timestamp time, const std::string& timezone) const;
    std::string recently(Timestamp time, Timestamp now, const std::string& timezone) const;
    std::string clockTime(Timestamp time, const std::string& timezone) const;
    /// "Eastern Time"
    std::string zone(const std::string& timezone) const;
    /// The first letter as a sentence begins with.
    std::string capitalised(const std::string& text) const;

    /// For templates: "t.KEY" without its first two characters; null when there is none.
    const kainjow::mustache::data* forTemplate(const std::string& key) const;
    const std::map<std::string, std::string, std::less<>>& all() const { return texts_; }
    const std::unordered_map<std::string, ScopeNames>& scopes() const { return scopes_; }

  private:
    explicit Translations(std::string language);
    std::string format(Timestamp time, const std::string& timezone, const char* kind) const;

    std::string language_;
    std::map<std::string, std::string, std::less<>> texts_;
    std::unordered_map<std::string, kainjow::mustache::data> shown_;
    std::unordered_map<std::string, ScopeNames> scopes_;
};

}  // namespace polyclinic::pages
