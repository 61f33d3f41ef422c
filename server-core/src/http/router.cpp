#include "http/router.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "base/encoding.h"
#include "base/text.h"

namespace polyclinic::http {
namespace {

bool isUnreserved(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

int hexValue(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<std::string> decodeSegment(std::string_view segment) {
    std::string decoded;
    decoded.reserve(segment.size());
    for (std::size_t i = 0; i < segment.size(); ++i) {
        unsigned char c = segment[i];
        if (c == '%') {
            if (i + 2 >= segment.size()) return std::nullopt;
            const int high = hexValue(segment[i + 1]), low = hexValue(segment[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<unsigned char>(high * 16 + low);
            if (isUnreserved(c) || c == '/') return std::nullopt;
            i += 2;
        }
        if (c < 0x20 || c == 0x7f || c == '\\') return std::nullopt;
        decoded.push_back(static_cast<char>(c));
    }
    if (decoded == "." || decoded == ".." || !isUtf8(decoded)) return std::nullopt;
    return decoded;
}

}  // namespace

std::string_view methodName(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::head:
            return "HEAD";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::del:
            return "DELETE";
        case Method::patch:
            return "PATCH";
        case Method::options:
            return "OPTIONS";
        case Method::other:
            break;
    }
    return {};
}

std::optional<std::vector<std::string>> pathSegments(std::string_view path) {
    if (!path.starts_with('/')) return std::nullopt;
    std::vector<std::string> segments;
    for (const auto part : split(path.substr(1), '/')) {
        auto decoded = decodeSegment(part);
        if (!decoded) return std::nullopt;
        segments.push_back(std::move(*decoded));
    }
    return segments;
}

struct RouteTrie::Node {
    struct End {
        Method method;
        std::size_t route;
        std::vector<std::string> names;  // of the parameters on the way here
    };

    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> parameter;
    std::vector<End> ends;

    /// The node where the path ends, by way of literals first; `taken` gets the values of parameters on the
    /// way.
    const Node* find(const std::vector<std::string>& segments, std::size_t at, std::vector<std::size_t>& taken) const {
        if (at == segments.size()) return ends.empty() ? nullptr : this;
        if (const auto it = literals.find(segments[at]); it != literals.end())
            if (const Node* node = it->second->find(segments, at + 1, taken)) return node;
        if (!parameter || segments[at].empty()) return nullptr;
        taken.push_back(at);
        if (const Node* node = parameter->find(segments, at + 1, taken)) return node;
        taken.pop_back();
        return nullptr;
    }

    const End* end(Method method) const {
        const auto it = std::find_if(ends.begin(), ends.end(), [&](const End& e) { return e.method == method; });
        if (it != ends.end()) return &*it;
        return method == Method::head ? end(Method::get) : nullptr;
    }

    std::string allow() const {
        std::string text;
        for (const Method method : {Method::get, Method::head, Method::post, Method::put, Method::del, Method::patch, Method::options})
            if (end(method)) text.append(text.empty() ? "" : ", ").append(methodName(method));
        return text;
    }
};

RouteTrie::RouteTrie() : root_(std::make_unique<Node>()) {}
RouteTrie::~RouteTrie() = default;
RouteTrie::RouteTrie(RouteTrie&&) noexcept = default;
RouteTrie& RouteTrie::operator=(RouteTrie&&) noexcept = default;

void RouteTrie::add(Method method, std::string_view pattern, std::size_t route) {
    if (!pattern.starts_with('/')) throw std::logic_error("a route's pattern begins with '/': " + std::string(pattern));
    Node* node = root_.get();
    std::vector<std::string> names;
    for (const auto part : split(pattern.substr(1), '/')) {
        auto& next = part.starts_with(':') ? node->parameter : node->literals[std::string(part)];
        if (part.starts_with(':')) names.emplace_back(part.substr(1));
        if (!next) next = std::make_unique<Node>();
        node = next.get();
    }
    for (const auto& end : node->ends)
        if (end.method == method) throw std::logic_error("two routes for the same " + std::string(pattern));
    node->ends.push_back({method, route, std::move(names)});
}

RouteTrie::Found RouteTrie::find(Method method, std::string_view path) const {
    Found found;
    auto segments = pathSegments(path);
    if (!segments) return found;
    std::vector<std::size_t> taken;
    const Node* node = root_->find(*segments, 0, taken);
    if (!node) return found;
    found.pathKnown = true;
    const auto* end = node->end(method);
    if (!end) {
        found.allow = node->allow();
        return found;
    }
    found.route = end->route;
    for (std::size_t i = 0; i < taken.size(); ++i) found.parameters.emplace_back(end->names[i], std::move((*segments)[taken[i]]));
    return found;
}

}  // namespace polyclinic::http
