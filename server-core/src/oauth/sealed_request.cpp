#include "oauth/sealed_request.h"

#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "base/failure.h"
#include "records/content.h"

namespace polyclinic::oauth {
namespace {

constexpr std::string_view sealPurpose = "authorization-request";
constexpr std::size_t longestId = 100;

std::string placeOf(std::int32_t tenant, std::string_view realm) { return std::to_string(tenant) + '|' + std::string(realm); }

}  // namespace

std::string sealRequest(const KeyVault& vault, std::int32_t tenant, std::string_view realm, const AuthRequest& request) {
    const nlohmann::json json{request.id,
                              request.client,
                              request.redirectUri,
                              request.parameters,
                              request.created.micros,
                              request.expires.micros,
                              request.signedInSince.micros};
    return base64UrlEncode(vault.seal(sealPurpose, placeOf(tenant, realm), records::compressContent(json.dump())));
}

std::optional<AuthRequest> openRequest(const KeyVault& vault, std::int32_t tenant, std::string_view realm, std::string_view sealed,
                                       Timestamp now) {
    if (!looksSealed(sealed) || sealed.size() > longestSealedRequest) return std::nullopt;
    const auto bytes = base64UrlDecode(sealed);
    if (!bytes) return std::nullopt;
    const auto text = vault.open(sealPurpose, placeOf(tenant, realm), *bytes);
    if (!text) return std::nullopt;
    const auto json = nlohmann::json::parse(records::decompressContent(*text));
    AuthRequest request;
    request.id = json.at(0).get<std::string>();
    request.client = json.at(1).get<std::string>();
    request.redirectUri = json.at(2).get<std::string>();
    request.parameters = json.at(3).get<std::string>();
    request.created = {json.at(4).get<std::int64_t>()};
    request.expires = {json.at(5).get<std::int64_t>()};
    request.signedInSince = {json.at(6).get<std::int64_t>()};
    if (request.expires <= now) return std::nullopt;
    return request;
}

bool looksSealed(std::string_view text) { return text.size() > longestId; }

}  // namespace polyclinic::oauth
