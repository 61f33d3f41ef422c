// A table of routes, found by a trie over path segments.
//
// A path has one spelling: nothing is normalised and nothing redirected. What a pattern does not say exactly
// is unknown.

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

namespace polyclinic::http {

/// As on the wire; empty for Method::other.
std::string_view methodName(Method method);

/// The segments of `path`, each percent-decoded once: "/a/b%20c" gives "a", "b c"; "/" gives one empty
/// segment. Nothing for a path that has a second spelling or hides something: no leading '/', a broken
/// escape, an escaped unreserved character (RFC 3986 section 2.3), an escaped '/', '\', a control character,
/// "." or ".." as a segment, bytes that are not UTF-8.
std::optional<std::vector<std::string>> pathSegments(std::string_view path);

/// The trie: from path and method to the number of a route. Immutable after the last add(), then any thread.
class RouteTrie {
  public:
    RouteTrie();
    ~RouteTrie();
    RouteTrie(RouteTrie&&) noexcept;
    RouteTrie& operator=(RouteTrie&&) noexcept;

    struct Found {
        std::optional<std::size_t> route;
        bool pathKnown = false;
        std::vector<std::pair<std::string_view, std::string>> parameters;
        std::string allow;
    };

    /// Throws std::logic_error for a pattern without leading '/' and for a method and path that are there
    /// already.
    void add(Method method, std::string_view pattern, std::size_t route);
    Found find(Method method, std::string_view path) const;

  private:
    struct Node;
    std::unique_ptr<Node> root_;
};

/// Rows of {method, pattern, target}. A pattern's segment is a literal ("_history", "$import",
/// ".well-known"), or
/// ":name" for exactly one segment that is not empty. At each segment a literal wins over a parameter; where
/// it leads nowhere the parameter is tried. HEAD is answered by the GET row where it has none of its own.
template <class Target>
class Router {
  public:
    struct Row {
        Method method;
        std::string pattern;
        Target target;
    };

    struct Match {
        const Target* target = nullptr;  // null: 404, or 405 when pathKnown
        bool pathKnown = false;
        /// Names live as long as the router; values are decoded. In the order of the path.
        std::vector<std::pair<std::string_view, std::string>> parameters;
        std::string allow;  // the Allow header's value, when target is null and pathKnown

        /// Empty when there is no such parameter.
        std::string_view parameter(std::string_view name) const {
            for (const auto& [key, value] : parameters)
                if (key == name) return value;
            return {};
        }
    };

    Router() = default;
    explicit Router(std::vector<Row> rows) {
        for (auto& row : rows) add(row.method, row.pattern, std::move(row.target));
    }

    /// Throws std::logic_error when the method and path are there already. Not while another thread matches.
    void add(Method method, std::string_view pattern, Target target) {
        trie_.add(method, pattern, targets_.size());
        targets_.push_back(std::move(target));
    }

    /// `path` as in RequestHead::path. Any thread.
    Match match(Method method, std::string_view path) const {
        auto found = trie_.find(method, path);
        return Match{found.route ? &targets_[*found.route] : nullptr, found.pathKnown, std::move(found.parameters), std::move(found.allow)};
    }

  private:
    RouteTrie trie_;
    std::vector<Target> targets_;
};

}  // namespace polyclinic::http
