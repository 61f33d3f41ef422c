#include "api/help_endpoints.h"

#include <map>

#include "base/failure.h"
#include "help_embedded.h"
#include "pages/renderer.h"

namespace polyclinic::api {
namespace {

constexpr std::string_view indexPage = "index", pageEnding = ".html", pictureEnding = ".png";

/// Links of a page, which name files beside it, as addresses seen from `place`.
std::string relinkedHelp(std::string html, std::string_view place) {
    for (const std::string_view attribute : {"href=\"", "src=\""}) {
        for (std::size_t at = html.find(attribute); at != html.npos; at = html.find(attribute, at)) {
            at += attribute.size();
            const auto end = html.find('"', at);
            const auto target = html.substr(at, end - at);
            if (target.find(':') != target.npos || target.starts_with('#')) continue;
            const auto name = target.ends_with(pageEnding) ? target.substr(0, target.size() - pageEnding.size()) : target;
            html.replace(at, end - at, name == indexPage ? (place.empty() ? "../help" : "help") : std::string(place) + name);
        }
    }
    return html;
}

/// What stands between two marks of a page.
std::string betweenMarks(std::string_view html, std::string_view begin, std::string_view end) {
    const auto from = html.find(begin), to = html.find(end, from);
    if (from == html.npos || to == html.npos)
        throw Failure(FailureKind::internal, "A page cannot be shown.", "a page of the help is not whole");
    return std::string(html.substr(from + begin.size(), to - from - begin.size()));
}

http::Response drawnHelp(std::string_view name, std::string_view file) {
    auto html = betweenMarks(file, "<body>\n", "</body>");
    pages::PageTheme theme;
    auto values = pages::object();
    pages::put(values, "title", betweenMarks(html, "<h1>", "</h1>"));
    if (name != indexPage) pages::put(values, "contents", "../help");
    theme.root = name == indexPage ? "." : "..";
    auto response = pages::render(theme, "help", std::move(values));
    // The pages are ours and were made with the program: the one text that is not escaped.
    constexpr std::string_view place = "<!-- page -->";
    auto& body = response.body;
    body.replace(body.find(place), place.size(), relinkedHelp(std::move(html), name == indexPage ? "help/" : ""));
    return response;
}

const std::map<std::string, http::Response, std::less<>>& helpByName() {
    static const auto table = [] {
        std::map<std::string, http::Response, std::less<>> made;
        for (const auto& file : helpFiles()) {
            if (file.name.ends_with(pictureEnding)) {
                made[std::string(file.name)] = http::Response::make(200, "image/png", std::string(file.bytes));
                made[std::string(file.name)].headers.set("Cache-Control", "public, max-age=3600");
            }
            if (file.name.ends_with(pageEnding)) {
                const auto name = file.name.substr(0, file.name.size() - pageEnding.size());
                made[std::string(name)] = drawnHelp(name, file.bytes);
            }
        }
        return made;
    }();
    return table;
}

http::Response helpNamed(std::string_view name) {
    const auto page = helpByName().find(name);
    if (page == helpByName().end()) throw Failure(FailureKind::notFound, "There is nothing at this address.");
    return page->second;
}

}  // namespace

Answer helpIndex(Services&, const http::Request&, const PathParameters&) { co_return helpNamed(indexPage); }

Answer helpPage(Services&, const http::Request&, const PathParameters& parameters) {
    const auto& name = parameters.front().second;
    // One address a page.
    if (name == indexPage) throw Failure(FailureKind::notFound, "There is nothing at this address.");
    co_return helpNamed(name);
}

}  // namespace polyclinic::api
