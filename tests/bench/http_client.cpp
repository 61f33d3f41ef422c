#include "http_client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/encoding.h"

namespace polyclinic::bench {

std::string Answer::field(std::string_view name) const {
    std::size_t at = head.find("\r\n");
    while (at != std::string::npos && at + 2 < head.size()) {
        const std::size_t start = at + 2;
        at = head.find("\r\n", start);
        const std::string_view line = std::string_view(head).substr(start, at - start);
        if (line.size() <= name.size() || line[name.size()] != ':') continue;
        if (strncasecmp(line.data(), name.data(), name.size()) != 0) continue;
        const auto value = line.find_first_not_of(" \t", name.size() + 1);
        return value == std::string_view::npos ? "" : std::string(line.substr(value));
    }
    return {};
}

namespace {

/// Chunked content from `at` on; npos when it is not whole yet, else where it ends.
std::size_t takeChunks(const std::string& buffer, std::size_t at, std::string& body) {
    body.clear();
    for (;;) {
        const auto line = buffer.find("\r\n", at);
        if (line == std::string::npos) return line;
        const std::size_t size = std::stoul(buffer.substr(at, line - at), nullptr, 16);
        if (buffer.size() < line + 2 + size + 2) return std::string::npos;
        body.append(buffer, line + 2, size);
        at = line + 2 + size + 2;
        if (size == 0) return at;
    }
}

}  // namespace

bool takeAnswer(std::string& buffer, Answer& answer) {
    const auto blank = buffer.find("\r\n\r\n");
    if (blank == std::string::npos) return false;
    if (!buffer.starts_with("HTTP/1.1 ")) throw std::runtime_error("no HTTP answer");
    answer.head = buffer.substr(0, blank);
    answer.status = std::atoi(buffer.c_str() + 9);
    std::size_t end = blank + 4;
    if (answer.field("Transfer-Encoding") == "chunked") {
        end = takeChunks(buffer, end, answer.body);
        if (end == std::string::npos) return false;
    } else {
        const auto length = static_cast<std::size_t>(std::atol(answer.field("Content-Length").c_str()));
        if (buffer.size() < end + length) return false;
        answer.body = buffer.substr(end, length);
        end += length;
    }
    buffer.erase(0, end);
    return true;
}

Address::Address(const std::string& url) {
    constexpr std::string_view scheme = "http://";
    if (!url.starts_with(scheme)) throw std::runtime_error("not a plain http address: " + url);
    const auto slash = url.find('/', scheme.size());
    host = url.substr(scheme.size(), slash - scheme.size());
    if (slash != std::string::npos) path = url.substr(slash);
    if (path.ends_with('/')) path.pop_back();
    if (const auto colon = host.rfind(':'); colon != std::string::npos) port = std::stoi(host.substr(colon + 1));
}

std::string requestText(std::string_view method, std::string_view host, std::string_view target, const Headers& headers,
                        std::string_view body) {
    std::string text(method);
    text.append(" ").append(target).append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
    for (const auto& [name, value] : headers) text.append(name).append(": ").append(value).append("\r\n");
    if (method != "GET") text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return text.append("\r\n").append(body);
}

int connectTo(const Address& address) {
    std::string name = address.host.substr(0, address.host.rfind(':'));
    if (name == "localhost") name = "127.0.0.1";
    sockaddr_in target{};
    target.sin_family = AF_INET;
    target.sin_port = htons(static_cast<std::uint16_t>(address.port));
    if (inet_pton(AF_INET, name.c_str(), &target.sin_addr) != 1) throw std::runtime_error("no IPv4 address: " + name);
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(socket, reinterpret_cast<sockaddr*>(&target), sizeof target) != 0) {
        close(socket);
        throw std::runtime_error("no connection to " + address.host);
    }
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

Answer ask(std::string_view method, const std::string& url, const Headers& headers, std::string_view body, std::chrono::seconds patience) {
    const Address address(url);
    const int socket = connectTo(address);
    const timeval limit{patience.count(), 0};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const std::string request = requestText(method, address.host, address.path.empty() ? "/" : address.path, headers, body);
    Answer answer;
    std::string buffer;
    bool whole = false;
    std::size_t sent = 0;
    while (sent < request.size()) {
        const ssize_t count = send(socket, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) break;
        sent += static_cast<std::size_t>(count);
    }
    char piece[65536];
    while (!whole) {
        const ssize_t got = recv(socket, piece, sizeof piece, 0);
        if (got <= 0) break;
        buffer.append(piece, static_cast<std::size_t>(got));
        whole = takeAnswer(buffer, answer);
    }
    close(socket);
    if (!whole) throw std::runtime_error("no answer: " + std::string(method) + " " + address.path);
    return answer;
}

Answer demand(const Answer& answer, int status, int other, const std::string& what) {
    if (answer.status == status || answer.status == other) return answer;
    throw std::runtime_error(what + " was answered " + std::to_string(answer.status) + ": " + answer.body.substr(0, 300));
}

std::string tokenOf(const std::string& endpoint, const std::string& client, const std::string& secret, const std::string& scope) {
    const std::string basic = "Basic " + base64Encode(percentEncode(client) + ":" + percentEncode(secret));
    FormFields form{{"grant_type", "client_credentials"}};
    if (!scope.empty()) form.emplace_back("scope", scope);
    const Answer answer =
        demand(ask("POST", endpoint, {{"Authorization", basic}, {"Content-Type", "application/x-www-form-urlencoded"}}, encodeForm(form)),
               200, 200, "token");
    return nlohmann::json::parse(answer.body).at("access_token");
}

}  // namespace polyclinic::bench
