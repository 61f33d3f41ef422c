// Who can reach the clinics, as the installation keeps it.

#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace polyclinic::network {

enum class Reach { thisComputer, network, internet };
/// Whose certificate the outer listener shows: one of the clinic's own authority, one that somebody made elsewhere, or
/// none, since a reverse proxy stands before it.
enum class CertificateMode { clinic, own, proxy };

std::string_view toText(Reach reach);
std::string_view toText(CertificateMode mode);

/// Somebody's word that patients may be invited although browsers will not trust the certificate.
struct Risk {
    std::string name, statement;
    Timestamp at;
};

struct Settings {
    Reach reach = Reach::thisComputer;
    std::string publicUrl;  // without a closing slash; empty: made of what this computer has
    std::string listen = "0.0.0.0:8443";
    CertificateMode mode = CertificateMode::clinic;
    std::string file, keyFile;                // own: PEM, absolute paths
    bool authorityInstalled = false;          // the clinic's devices trust its authority
    std::vector<std::string> trustedProxies;  // IP addresses or networks
    std::optional<Risk> risk;
};

/// Members in the documented order.
nlohmann::ordered_json toJson(const Settings& settings);
/// `before` with the members of `wanted`; what is left out stays. `riskAccepted`: an object, or null to take it back; its
/// time is `now`. Members that only tell (addresses, checks ...) are passed over. Throws Failure(unprocessable) with an
/// issue for each wrong member.
Settings changed(const Settings& before, const nlohmann::json& wanted, Timestamp now);
/// As kept in a file. Nothing for text that is no settings.
std::optional<Settings> fromStorage(std::string_view text);
std::string toStorage(const Settings& settings);

bool isAddress(const std::string& text);
/// 127.0.0.0/8, ::1.
bool isLoopback(std::string_view address);
/// Host of an address such as https://clinic.example:8443/x, lower case, without brackets and port.
std::string hostOf(std::string_view url);

/// ADDRESS:PORT taken apart; brackets around IPv6.
struct Listen {
    std::string address;
    std::uint16_t port = 0;
    std::string text() const;
};
std::optional<Listen> parseListen(std::string_view text);

}  // namespace polyclinic::network
