#include "pages/files.h"

#include <map>

#include "base/encoding.h"
#include "base/failure.h"
#include "pages_embedded.h"

namespace polyclinic::pages {
namespace {

struct Asset {
    std::string_view type, bytes;
};

const std::map<std::string, Asset, std::less<>>& assets() {
    static const auto table = [] {
        std::map<std::string, Asset, std::less<>> made;
        for (const auto& file : pageFiles()) {
            if (file.name.ends_with(".css")) made[hashedName(file.name)] = {"text/css; charset=utf-8", file.bytes};
            if (file.name.ends_with(".js")) made[hashedName(file.name)] = {"text/javascript; charset=utf-8", file.bytes};
        }
        return made;
    }();
    return table;
}

}  // namespace

std::string_view fileNamed(std::string_view name) {
    for (const auto& file : pageFiles())
        if (file.name == name) return file.bytes;
    throw Failure(FailureKind::internal, "A page cannot be shown.", "a page's file is missing from the program");
}

std::string hashedName(std::string_view file) {
    static const auto table = [] {
        std::map<std::string_view, std::string> made;
        for (const auto& each : pageFiles()) {
            const auto name = each.name.substr(each.name.rfind('/') + 1);
            const auto dot = name.rfind('.');
            made[each.name] =
                std::string(name.substr(0, dot)) + '.' + hexEncode(sha256(each.bytes).substr(0, 8)) + std::string(name.substr(dot));
        }
        return made;
    }();
    const auto found = table.find(file);
    if (found == table.end()) throw Failure(FailureKind::internal, "A page cannot be shown.", "a page's file is missing from the program");
    return found->second;
}

std::optional<http::Response> asset(std::string_view name) {
    const auto found = assets().find(name);
    if (found == assets().end()) return std::nullopt;
    return lasting(std::string(found->second.type), std::string(found->second.bytes));
}

http::Response lasting(std::string type, std::string bytes) {
    auto response = http::Response::make(200, std::move(type), std::move(bytes));
    response.headers.set("Cache-Control", "public, max-age=31536000, immutable");
    response.headers.set("X-Content-Type-Options", "nosniff");
    response.headers.set("Content-Security-Policy", "default-src 'none'; sandbox");
    return response;
}

}  // namespace polyclinic::pages
