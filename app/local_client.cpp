#include "local_client.h"

#include <curl/curl.h>

#include <iostream>

namespace {

std::size_t append(char* bytes, std::size_t size, std::size_t count, void* out) {
    static_cast<std::string*>(out)->append(bytes, size * count);
    return size * count;
}

}  // namespace

std::string LocalAnswer::sentences() const {
    std::string text;
    if (!body.is_object() || !body.contains("issue")) return "The server answered " + std::to_string(status) + ".";
    for (const auto& issue : body["issue"]) {
        if (!text.empty()) text += '\n';
        if (issue.contains("expression")) text += issue["expression"][0].get<std::string>() + ": ";
        text += issue.value("diagnostics", "");
    }
    return text;
}

int refuse(const LocalAnswer& answer, bool json) {
    if (json)
        std::cout << answer.body.dump() << '\n';
    else
        std::cerr << answer.sentences() << '\n';
    return failed;
}

std::string encoded(const std::string& text) {
    char* const escaped = curl_easy_escape(nullptr, text.data(), int(text.size()));
    const std::string copy(escaped);
    curl_free(escaped);
    return copy;
}

LocalClient::LocalClient(const polyclinic::Settings& given) {
    auto running = polyclinic::findRunning(given.dataDirectory);
    if (running.operators.empty()) {
        auto settings = given;
        settings.logLevel = "error";
        settings.opensToOthers = false;  // for the length of one command
        settings.dropRoot = false;       // the person's own files must stay readable
        auto result = polyclinic::Server::start(settings, [](std::string_view) {});
        if (!result) throw result.fault();
        own_ = std::move(result.value());
        running = polyclinic::findRunning(given.dataDirectory);
    }
    operators_ = running.operators;
    base_ = running.base;
    token_ = running.token;
}

LocalClient::~LocalClient() = default;

LocalAnswer LocalClient::call(const std::string& method, const std::string& path, const nlohmann::json& body) {
    const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), curl_easy_cleanup);
    std::string received;
    const auto sent = body.is_null() ? std::string() : body.dump();
    curl_slist* headers = curl_slist_append(nullptr, ("Authorization: Bearer " + token_).c_str());
    headers = curl_slist_append(headers, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Expect:");
    const auto url = operators_ + path;
    curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(handle.get(), CURLOPT_NOPROXY, "*");
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &received);
    if (!body.is_null()) {
        curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, sent.c_str());
        curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE, long(sent.size()));
    }
    const auto result = curl_easy_perform(handle.get());
    curl_slist_free_all(headers);
    if (result != CURLE_OK) throw polyclinic::Fault{"The running server does not answer.", "Look at its log, or start it again.", 75};
    LocalAnswer answer;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &answer.status);
    answer.body = nlohmann::json::parse(received, nullptr, false);
    if (answer.body.is_discarded()) answer.body = nullptr;
    return answer;
}
