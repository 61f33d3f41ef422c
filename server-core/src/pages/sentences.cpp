#include "pages/sentences.h"

#include <algorithm>
#include <array>
#include <map>

#include "consent/scope_rows.h"
#include "pages/translations.h"

namespace polyclinic::pages {
namespace {

using access::Scope;
using access::Verb;
using access::Verbs;

bool saysScope(const std::vector<std::string>& nonResourceScopes, std::string_view word) {
    return std::find(nonResourceScopes.begin(), nonResourceScopes.end(), word) != nonResourceScopes.end();
}

/// The part of a scope with these verbs, as its own text.
std::optional<Scope> part(const Scope& scope, Verbs verbs) {
    auto narrowed = access::narrowed(scope, verbs);
    if (narrowed.verbs == 0) return std::nullopt;
    return narrowed;
}

/// One line in the making: all scopes that the same words say.
struct Line {
    Sentence sentence;
    std::size_t rank = 0;
    Verbs verbs = 0;
};

/// Lines by what they say, in the order of the table.
class Group {
  public:
    Line& line(const std::string& key, std::size_t rank) {
        for (auto& [name, line] : lines_)
            if (name == key) return line;
        lines_.emplace_back(key, Line{{}, rank, 0});
        return lines_.back().second;
    }
    static void add(Line& line, const Scope& scope) {
        if (!line.sentence.scope.empty()) line.sentence.scope += ' ';
        line.sentence.scope += toText(scope);
        line.verbs |= scope.verbs;
    }
    std::vector<Sentence> ordered() && {
        std::stable_sort(lines_.begin(), lines_.end(), [](const auto& a, const auto& b) { return a.second.rank < b.second.rank; });
        std::vector<Sentence> out;
        for (auto& [name, line] : lines_) out.push_back(std::move(line.sentence));
        return out;
    }

  private:
    std::vector<std::pair<std::string, Line>> lines_;
};

std::string changeText(Verbs verbs) {
    std::string key = "change_";
    if (verbs & access::bit(Verb::create)) key += 'c';
    if (verbs & access::bit(Verb::update)) key += 'u';
    if (verbs & access::bit(Verb::remove)) key += 'd';
    return key;
}

class Speaker {
  public:
    Speaker(const Translations& nonResourceScopes, const SentenceContext& context) : translations_(nonResourceScopes), context_(context) {}

    /// False when no sentence says it.
    bool take(const Scope& scope, const std::vector<std::string>& asked, const std::vector<Scope>& all) {
        const auto row = consent::rowOf(scope);
        if (!row) return false;
        if (const auto reads = part(scope, access::readVerbs)) see(*reads, *row, asked, all);
        if (const auto writes = part(scope, access::writeVerbs)) change(*writes, *row, all);
        return true;
    }

    void finish(Sentences& into) {
        into.always = std::move(always_);
        into.see = std::move(see_).ordered();
        into.change = std::move(change_).ordered();
        into.notes = std::move(notes_).ordered();
    }
    std::vector<Sentence>& always() { return always_; }

  private:
    void see(const Scope& scope, const consent::ScopeRow& row, const std::vector<std::string>& asked, const std::vector<Scope>& all) {
        const auto said = translations_.scope(row.name);
        const bool rest =
            scope.type == "*" && std::any_of(all.begin(), all.end(), [&](const Scope& other) {
                return other.type != "*" && (other.verbs & access::readVerbs) && !other.query && !consent::hasNoBox(other, asked);
            });
        const auto what = rest ? translations_.text("everything_else", {{"clinic", context_.clinic}})
                               : fill(said ? said->what : translations_.text("scope_other", {{"type", scope.type}}), row);
        const auto more = said ? said->more : std::string();
        if (consent::hasNoBox(scope, asked)) {
            if (scope.type == "Patient") {
                if (patientLine_ == npos) {
                    patientLine_ = always_.size();
                    always_.push_back({translations_.text("see_what", {{"what", what}}), more, toText(scope)});
                } else {
                    always_[patientLine_].scope += ' ' + toText(scope);
                }
                return;
            }
            auto& line = notes_.line(row.name, rank(said));
            Group::add(line, scope);
            line.sentence.brief = translations_.text("see_what", {{"what", what}});
            line.sentence.detail = more;
            return;
        }
        auto& line = see_.line(what, rest ? 20'000 : scope.type == "*" ? 0 : rank(said) + 1);
        Group::add(line, scope);
        line.sentence.brief = translations_.capitalised(what);
        line.sentence.detail = more;
    }

    void change(const Scope& scope, const consent::ScopeRow& row, const std::vector<Scope>& all) {
        const auto said = translations_.scope(row.name);
        Verbs everything = 0;  // changes of every kind are changes of this one
        bool rest = false;
        for (const auto& other : all) {
            if (other.query || !(other.verbs & access::writeVerbs)) continue;
            if (other.type == "*")
                everything |= other.verbs & access::writeVerbs;
            else
                rest = rest || scope.type == "*";
        }
        const auto items = rest ? translations_.text("everything_else_items")
                                : fill(said ? said->items : translations_.text("scope_other_items", {{"type", scope.type}}), row);
        auto& line = change_.line(items, rest ? 20'000 : scope.type == "*" ? 0 : rank(said) + 1);
        Group::add(line, scope);
        // As far as they can be: what no app of a patient can do is not said of one.
        const bool whole = scope.type == "*" || scope.level != access::Level::patient;
        line.verbs |= whole ? everything : Verbs(everything & access::verbsOfPatientApps(scope.type));
        line.sentence.brief = translations_.text(changeText(line.verbs), {{"items", items}});
        line.sentence.warn = scope.type == "*";
        const bool reads = std::any_of(all.begin(), all.end(), [&](const Scope& other) {
            return other.level == scope.level && (other.verbs & access::readVerbs) && (other.type == "*" || other.type == scope.type);
        });
        line.sentence.detail = scope.type == "*" ? translations_.text("few_apps_need_this")
                               : reads           ? ""
                                                 : translations_.text("cannot_read_them");
    }

    std::size_t rank(const ScopeNames* said) const { return said ? said->rank : 10'000; }

    /// The clinic's name, and the dates of a query.
    std::string fill(std::string text, const consent::ScopeRow& row) const {
        if (const auto at = text.find("{clinic}"); at != text.npos) text.replace(at, 8, context_.clinic);
        const auto day = [&](const std::string& iso) {
            const auto time = fromInstant(iso + "T12:00:00.000Z");
            return time ? translations_.date(*time, "UTC") : iso;
        };
        if (!row.from.empty() && !row.to.empty())
            return translations_.text("scope_between", {{"what", text}, {"from", day(row.from)}, {"to", day(row.to)}});
        if (!row.from.empty()) return translations_.text("scope_from", {{"what", text}, {"from", day(row.from)}});
        if (!row.to.empty()) return translations_.text("scope_to", {{"what", text}, {"to", day(row.to)}});
        return text;
    }

    static constexpr std::size_t npos = static_cast<std::size_t>(-1);
    const Translations& translations_;
    const SentenceContext& context_;
    std::vector<Sentence> always_;
    std::size_t patientLine_ = npos;
    Group see_, change_, notes_;
};

}  // namespace

Sentences sentencesOf(const std::vector<Scope>& scopes, const std::vector<std::string>& nonResourceScopes, const SentenceContext& context) {
    const auto& language = Translations::of(context.language);
    Sentences out;
    Speaker speaker(language, context);
    std::vector<Scope> split;
    for (const auto& scope : scopes) {
        if (scope.level != context.level) {
            out.refused.push_back(toText(scope));
            continue;
        }
        for (const auto verbs : {access::readVerbs, access::writeVerbs})
            if (auto half = part(scope, verbs)) split.push_back(std::move(*half));
    }
    if (saysScope(nonResourceScopes, "fhirUser") || saysScope(nonResourceScopes, "profile"))
        speaker.always().push_back({language.text("know_who"), language.text("know_who_more"), {}});
    else if (saysScope(nonResourceScopes, "openid"))
        speaker.always().push_back({language.text("know_signed_in"), language.text("know_signed_in_more"), {}});
    for (const auto& scope : split)
        if (!speaker.take(scope, nonResourceScopes, split)) out.refused.push_back(toText(scope));
    if (saysScope(nonResourceScopes, "offline_access"))
        speaker.always().push_back(
            {language.text("keep_access"),
             context.until.empty() ? language.text("keep_access_open") : language.text("keep_access_until", {{"date", context.until}}),
             {}});
    else if (saysScope(nonResourceScopes, "online_access"))
        speaker.always().push_back({language.text("keep_online"), {}, {}});
    speaker.finish(out);
    return out;
}

}  // namespace polyclinic::pages
