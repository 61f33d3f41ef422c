#include "browser.h"

#include <memory>
#include <regex>
#include <stdexcept>

namespace polyclinic::test {

ServerProcess& server() {
    static auto made = std::make_unique<ServerProcess>();
    return *made;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

std::string unescapedHtml(std::string text) {
    const std::pair<const char*, const char*> entities[] = {
        {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}};
    for (const auto& [from, to] : entities)
        for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += std::string(to).size())
            text.replace(at, std::string(from).size(), to);
    return text;
}

std::string textOf(const HttpAnswer& page) {
    auto text = std::regex_replace(page.body, std::regex("<[^>]*>"), " ");
    text = std::regex_replace(unescapedHtml(text), std::regex("\xc2\xa0"), " ");
    text = std::regex_replace(text, std::regex("\\s+"), " ");
    return text;
}

Fields hiddenOf(const HttpAnswer& page, const std::string& action) {
    static const std::regex start("<form[^>]*action=\"([^\"]*)\"[^>]*>"),
        field("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");
    for (std::sregex_iterator form(page.body.begin(), page.body.end(), start), end; form != end; ++form) {
        if (!(*form)[1].str().ends_with(action)) continue;
        const auto from = std::size_t(form->position());
        const auto inside = page.body.substr(from, page.body.find("</form>", from) - from);
        Fields fields;
        for (std::sregex_iterator one(inside.begin(), inside.end(), field); one != end; ++one)
            fields.emplace_back((*one)[1], unescapedHtml((*one)[2]));
        return fields;
    }
    throw std::runtime_error("no form " + action + " on the page " + textOf(page).substr(0, 400));
}

std::string Browser::absolute(const std::string& address) const {
    if (address.starts_with("http")) return address;
    if (address.starts_with("/")) return server().base() + address;
    return address.empty() ? portal_ : portal_ + "/" + address;
}

HttpAnswer Browser::ask(const std::string& method, const std::string& address, HttpHeaders headers, const std::string& body) {
    std::string line;
    for (const auto& [name, value] : cookies) line += (line.empty() ? "" : "; ") + name + "=" + value;
    if (!line.empty()) headers.emplace_back("Cookie", line);
    auto answer = http(method, absolute(address), headers, body);
    setCookies.clear();
    for (const auto& [name, value] : answer.headers) {
        if (name != "set-cookie") continue;
        setCookies.push_back(value);
        const auto equals = value.find('='), end = value.find(';');
        if (contains(value, "Max-Age=0"))
            cookies.erase(value.substr(0, equals));
        else
            cookies[value.substr(0, equals)] = value.substr(equals + 1, end - equals - 1);
    }
    return answer;
}

HttpAnswer Browser::get(const std::string& address, HttpHeaders more) { return ask("GET", address, std::move(more), {}); }

HttpAnswer Browser::post(const std::string& address, const Fields& fields, HttpHeaders more) {
    bool typed = false;
    for (const auto& [name, value] : more) typed = typed || name == "Content-Type";
    if (!typed) more.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    return ask("POST", address, std::move(more), form(fields));
}

HttpAnswer Browser::follow(HttpAnswer answer) {
    for (int i = 0; i < 10 && answer.status == 303; ++i) {
        const auto next = answer.header("location");
        if (next.starts_with("http") && !next.starts_with(server().base())) break;
        answer = get(next);
    }
    return answer;
}

HttpAnswer Browser::visit(const std::string& address) { return follow(get(address)); }

HttpAnswer Browser::send(const HttpAnswer& page, const std::string& action, const Fields& fields, HttpHeaders more) {
    auto all = hiddenOf(page, action);
    all.insert(all.end(), fields.begin(), fields.end());
    static const std::regex start("<form[^>]*action=\"([^\"]*)\"[^>]*>");
    std::string target;
    for (std::sregex_iterator form(page.body.begin(), page.body.end(), start), end; form != end; ++form)
        if ((*form)[1].str().ends_with(action) && target.empty()) target = unescapedHtml((*form)[1]);
    return post(target, all, std::move(more));
}

}  // namespace polyclinic::test
