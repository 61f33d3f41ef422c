#include "http/peer_owner.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

namespace polyclinic::http {
namespace {

/// Address and port as sock_diag wants them. False for what is no IP.
bool fill(const sockaddr_storage& from, __be32 (&address)[4], __be16& port) {
    if (from.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(from);
        address[0] = v4.sin_addr.s_addr;
        port = v4.sin_port;
        return true;
    }
    if (from.ss_family != AF_INET6) return false;
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from);
    std::memcpy(address, &v6.sin6_addr, sizeof address);
    port = v6.sin6_port;
    return true;
}

bool isLoopback(const sockaddr_storage& address) {
    if (address.ss_family == AF_INET) return (ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr) >> 24) == 127;
    return address.ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
}

struct Question {
    nlmsghdr head{};
    inet_diag_req_v2 body{};
};

}  // namespace

std::optional<std::uint32_t> peerOwner(int descriptor) {
    sockaddr_storage here{}, there{};
    socklen_t hereSize = sizeof here, thereSize = sizeof there;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&here), &hereSize) != 0) return std::nullopt;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&there), &thereSize) != 0) return std::nullopt;
    if (!isLoopback(there)) return std::nullopt;

    // Of the other end's own socket: what is there for us is its source.
    Question question;
    question.head.nlmsg_len = sizeof question;
    question.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    question.head.nlmsg_flags = NLM_F_REQUEST;
    question.body.sdiag_family = std::uint8_t(there.ss_family);
    question.body.sdiag_protocol = IPPROTO_TCP;
    question.body.idiag_states = ~0u;
    question.body.id.idiag_cookie[0] = question.body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    if (!fill(there, question.body.id.idiag_src, question.body.id.idiag_sport)) return std::nullopt;
    if (!fill(here, question.body.id.idiag_dst, question.body.id.idiag_dport)) return std::nullopt;

    const int diag = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (diag < 0) return std::nullopt;
    std::optional<std::uint32_t> owner;
    alignas(nlmsghdr) char answer[4096];
    // The kernel answers within the call to send(): there is nothing to wait for.
    if (::send(diag, &question, sizeof question, 0) == ssize_t(sizeof question)) {
        const auto size = ::recv(diag, answer, sizeof answer, MSG_DONTWAIT);
        const auto* head = reinterpret_cast<const nlmsghdr*>(answer);
        if (size >= ssize_t(NLMSG_LENGTH(sizeof(inet_diag_msg))) && head->nlmsg_type == SOCK_DIAG_BY_FAMILY)
            owner = static_cast<const inet_diag_msg*>(NLMSG_DATA(head))->idiag_uid;
    }
    ::close(diag);
    return owner;
}

}  // namespace polyclinic::http
