// A browser without pictures at a clinic's portal: it keeps cookies, copies the token of the form that it was shown, and
// may come from another address of this computer.

#pragma once

#include <curl/curl.h>

#include <regex>

#include "patient_app.h"

namespace polyclinic::test {

class PortalVisitor {
  public:
    /// `source`: an address of 127.0.0.0/8 to come from.
    explicit PortalVisitor(const Clinic& clinic, std::string source = "127.0.0.1")
        : portal_(patientPortal(clinic)), source_(std::move(source)), curl_(curl_easy_init(), curl_easy_cleanup) {}

    /// `page` is below the portal.
    HttpAnswer get(const std::string& page) { return ask("GET", page, {}); }
    /// Posts the form of `page`, which is looked at first: its token goes along.
    HttpAnswer submit(const std::string& page, Fields fields) {
        const auto shown = get(page);
        std::smatch token;
        const std::regex pattern("name=\"csrf_token\" value=\"([^\"]+)\"");
        if (!std::regex_search(shown.body, token, pattern))
            throw std::runtime_error("no form at " + page + ": " + std::to_string(shown.status));
        csrf = token[1];
        return post(page, std::move(fields));
    }
    /// With the token of the last form.
    HttpAnswer post(const std::string& page, Fields fields) {
        fields.emplace_back("csrf_token", csrf);
        return ask("POST", page, form(fields));
    }
    HttpAnswer signIn(const std::string& username, const std::string& password) {
        return submit("sign-in", {{"username", username}, {"password", password}});
    }
    /// The three pages; the answer of the one that ended it. `birthDate`: YYYY-MM-DD.
    HttpAnswer useCode(const std::string& code, const std::string& birthDate, const std::string& password, const Fields& more = {}) {
        auto answer = submit("activate", {{"code", code}});
        if (answer.status != 303) return answer;
        answer = submit("activate/birth-date",
                        {{"year", birthDate.substr(0, 4)}, {"month", birthDate.substr(5, 2)}, {"day", birthDate.substr(8, 2)}});
        if (answer.status != 303) return answer;
        Fields fields{{"password", password}};
        fields.insert(fields.end(), more.begin(), more.end());
        return submit("activate/password", std::move(fields));
    }
    bool isSignedIn() { return get("home").status == 200; }
    /// The Cookie header as it is now.
    std::string cookies() const {
        std::string text;
        for (const auto& [name, value] : jar_) text += (text.empty() ? "" : "; ") + name + '=' + value;
        return text;
    }
    /// Value of the session's cookie; empty when there is none.
    std::string session() const {
        for (const auto& [name, value] : jar_)
            if (name.find("pc-patient-") != name.npos && name.find('.') == name.npos) return value;
        return {};
    }
    std::map<std::string, std::string>& jar() { return jar_; }
    HttpAnswer ask(const std::string& method, const std::string& page, const std::string& body, const HttpHeaders& more = {}) {
        HttpAnswer answer;
        curl_easy_reset(curl_.get());
        const auto url = page.empty() ? portal_ : portal_ + "/" + page;
        curl_slist* headers = nullptr;
        const auto add = [&](const std::string& line) { headers = curl_slist_append(headers, line.c_str()); };
        if (!jar_.empty()) add("Cookie: " + cookies());
        for (const auto& [name, value] : more) add(name + ": " + value);
        add("Expect:");
        curl_easy_setopt(curl_.get(), CURLOPT_URL, url.c_str());
        curl_easy_setopt(curl_.get(), CURLOPT_INTERFACE, source_.c_str());
        curl_easy_setopt(curl_.get(), CURLOPT_NOPROXY, "*");
        curl_easy_setopt(curl_.get(), CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl_.get(), CURLOPT_SSL_VERIFYPEER, 0L);  // certificates of tests are their own
        curl_easy_setopt(curl_.get(), CURLOPT_SSL_VERIFYHOST, 0L);
        curl_easy_setopt(curl_.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
        curl_easy_setopt(curl_.get(), CURLOPT_HTTPHEADER, headers);
        if (method == "POST") {
            curl_easy_setopt(curl_.get(), CURLOPT_POSTFIELDS, body.c_str());
            curl_easy_setopt(curl_.get(), CURLOPT_POSTFIELDSIZE, long(body.size()));
        }
        curl_easy_setopt(curl_.get(), CURLOPT_WRITEDATA, &answer.body);
        curl_easy_setopt(
            curl_.get(), CURLOPT_WRITEFUNCTION, +[](char* bytes, std::size_t size, std::size_t count, void* out) {
                static_cast<std::string*>(out)->append(bytes, size * count);
                return size * count;
            });
        curl_easy_setopt(curl_.get(), CURLOPT_HEADERDATA, &answer.headers);
        curl_easy_setopt(
            curl_.get(), CURLOPT_HEADERFUNCTION, +[](char* bytes, std::size_t size, std::size_t count, void* out) {
                std::string line(bytes, size * count);
                const auto colon = line.find(": ");
                if (colon != line.npos) {
                    std::string name = line.substr(0, colon);
                    for (char& c : name) c = char(tolower(c));
                    static_cast<HttpHeaders*>(out)->emplace_back(name, line.substr(colon + 2, line.find_last_not_of("\r\n") - colon - 1));
                }
                return size * count;
            });
        const auto result = curl_easy_perform(curl_.get());
        curl_slist_free_all(headers);
        if (result != CURLE_OK) throw std::runtime_error(std::string("no answer: ") + curl_easy_strerror(result));
        long status = 0;
        curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
        answer.status = int(status);
        for (const auto& [name, value] : answer.headers)
            if (name == "set-cookie") keep(value);
        return answer;
    }

    std::string csrf;  // of the last form

  private:
    void keep(const std::string& line) {
        const auto equals = line.find('='), end = line.find(';');
        const auto name = line.substr(0, equals);
        if (line.find("Max-Age=0") != line.npos)
            jar_.erase(name);
        else
            jar_[name] = line.substr(equals + 1, end - equals - 1);
    }

    std::string portal_, source_;
    std::map<std::string, std::string> jar_;
    std::unique_ptr<CURL, void (*)(CURL*)> curl_;
};

}  // namespace polyclinic::test
