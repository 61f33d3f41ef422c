#include "http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace polyclinic::test {
namespace {

using Handle = std::unique_ptr<CURL, void (*)(CURL*)>;

CURL* threadsHandle() {
    static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    thread_local Handle handle(ready ? curl_easy_init() : nullptr, curl_easy_cleanup);
    if (!handle) throw std::runtime_error("no curl");
    return handle.get();
}

std::size_t takeBody(char* bytes, std::size_t size, std::size_t count, void* out) {
    static_cast<std::string*>(out)->append(bytes, size * count);
    return size * count;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return text;
}

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n"), last = text.find_last_not_of(" \t\r\n");
    return first == text.npos ? std::string() : std::string(text.substr(first, last - first + 1));
}

void addHeader(HttpHeaders& headers, std::string_view line) {
    if (const auto colon = line.find(':'); colon != line.npos)
        headers.emplace_back(lower(std::string(line.substr(0, colon))), trimmed(line.substr(colon + 1)));
}

std::size_t takeHeader(char* bytes, std::size_t size, std::size_t count, void* out) {
    auto& headers = *static_cast<HttpHeaders*>(out);
    const std::string_view line(bytes, size * count);
    if (line.starts_with("HTTP/"))
        headers.clear();  // of an answer before the last one, such as 100
    else
        addHeader(headers, line);
    return size * count;
}

}  // namespace

std::string HttpAnswer::header(std::string_view name) const {
    for (const auto& [one, value] : headers)
        if (one == name) return value;
    return {};
}

std::string HttpAnswer::everything() const {
    std::string text = std::to_string(status) + '\n';
    for (const auto& [name, value] : headers) text += name + ": " + value + '\n';
    return text + body;
}

std::string HttpAnswer::told() const {
    std::string text = std::to_string(status) + ' ';
    if (!json.is_object() || !json.contains("issue")) return text + body.substr(0, 300);
    for (const auto& issue : json["issue"]) text += issue.value("code", "") + ": " + issue.value("diagnostics", "") + '\n';
    return text;
}

HttpAnswer http(const std::string& method, const std::string& url, const HttpHeaders& headers, std::string_view body,
                std::chrono::milliseconds patience) {
    auto* curl = threadsHandle();
    curl_easy_reset(curl);
    HttpAnswer answer;
    const std::unique_ptr<curl_slist*, void (*)(curl_slist**)> list(new curl_slist*(nullptr), [](curl_slist** one) {
        curl_slist_free_all(*one);
        delete one;
    });
    const auto add = [&](const std::string& line) { *list = curl_slist_append(*list, line.c_str()); };
    add("Expect:");
    bool typed = false;
    for (const auto& [name, value] : headers) {
        add(value.empty() ? name + ";" : name + ": " + value);
        typed = typed || lower(name) == "content-type";
    }
    if (!typed) add("Content-Type:");
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, long(patience.count()));
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, long(CURL_HTTP_VERSION_1_1));
    if (method == "HEAD") {
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    } else {
        const bool carries = !body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
        if (carries) {
            curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
            curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.size()));
        }
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, *list);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, takeBody);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, takeHeader);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer.headers);
    const auto code = curl_easy_perform(curl);
    if (code != CURLE_OK) throw std::runtime_error(method + ' ' + url.substr(0, 200) + ": " + curl_easy_strerror(code));
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    answer.status = int(status);
    answer.json = nlohmann::json::parse(answer.body, nullptr, false);
    return answer;
}

HttpHeaders bearer(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }

HttpHeaders bearerJson(const std::string& token) {
    return {{"Authorization", "Bearer " + token}, {"Content-Type", "application/fhir+json"}};
}

std::string encoded(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const unsigned char c : text) {
        if (isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
            out += char(c);
        else
            (out += '%') += {digits[c >> 4], digits[c & 15]};
    }
    return out;
}

std::string form(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string text;
    for (const auto& [name, value] : fields) text += (text.empty() ? "" : "&") + encoded(name) + '=' + encoded(value);
    return text;
}

std::string authorityOf(const std::string& url) {
    const auto scheme = url.find("://");
    const auto rest = scheme == url.npos ? url : url.substr(scheme + 3);
    return rest.substr(0, rest.find('/'));
}

std::string pathOf(const std::string& url) {
    const auto start = url.find('/', url.find("://") + 3);
    return start == url.npos ? "/" : url.substr(start);
}

RawSocket::RawSocket(const std::string& url) {
    const auto authority = authorityOf(url);
    const auto colon = authority.rfind(':');
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(std::uint16_t(std::stoi(authority.substr(colon + 1))));
    inet_pton(AF_INET, authority.substr(0, colon).c_str(), &address.sin_addr);
    file_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file_ < 0 || ::connect(file_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        if (file_ >= 0) ::close(file_);
        throw std::runtime_error("no connection to " + authority);
    }
}

RawSocket::~RawSocket() {
    if (file_ >= 0) ::close(file_);
}

bool RawSocket::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(file_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(std::size_t(sent));
    }
    return true;
}

bool RawSocket::fill(std::chrono::milliseconds patience) {
    pollfd one{file_, POLLIN, 0};
    if (ended_ || ::poll(&one, 1, int(patience.count())) <= 0) return false;
    char buffer[65536];
    const auto got = ::recv(file_, buffer, sizeof buffer, 0);
    if (got <= 0) {
        ended_ = true;
        return false;
    }
    got_.append(buffer, std::size_t(got));
    return true;
}

std::string RawSocket::readAll(std::chrono::milliseconds patience) {
    while (fill(patience)) {
    }
    return std::exchange(got_, {});
}

HttpAnswer RawSocket::answer(std::chrono::milliseconds patience) {
    HttpAnswer answer;
    for (;;) {
        std::size_t head;
        while ((head = got_.find("\r\n\r\n")) == got_.npos)
            if (!fill(patience)) return answer;
        if (!got_.starts_with("HTTP/1.") || got_.size() < 12) return answer;
        answer.status = std::stoi(got_.substr(9, 3));
        answer.headers.clear();
        std::size_t from = got_.find("\r\n") + 2;
        while (from < head) {
            const auto end = got_.find("\r\n", from);
            addHeader(answer.headers, std::string_view(got_).substr(from, end - from));
            from = end + 2;
        }
        got_.erase(0, head + 4);
        if (answer.status >= 200) break;
    }
    const auto length = answer.header("content-length");
    const std::size_t expected = length.empty() ? 0 : std::stoull(length);
    while (got_.size() < expected && fill(patience)) {
    }
    answer.body = got_.substr(0, expected);
    got_.erase(0, answer.body.size());
    answer.json = nlohmann::json::parse(answer.body, nullptr, false);
    return answer;
}

bool RawSocket::closed(std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!ended_ && std::chrono::steady_clock::now() < until) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        fill(std::max(left, std::chrono::milliseconds(1)));
    }
    return ended_;
}

void RawSocket::reset() {
    const linger now{1, 0};
    ::setsockopt(file_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(std::exchange(file_, -1));
}

HttpAnswer raw(const std::string& url, std::string_view bytes, std::chrono::milliseconds patience) {
    RawSocket socket(url);
    socket.send(bytes);
    return socket.answer(patience);
}

}  // namespace polyclinic::test
