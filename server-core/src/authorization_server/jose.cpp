#include "authorization_server/jose.h"

#include <cjose/cjose.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "base/failure.h"
#include "base/random.h"

namespace polyclinic::authorization_server {
namespace {

struct Free {
    void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
    void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
    void operator()(cjose_header_t* header) const { cjose_header_release(header); }
    void operator()(char* text) const { cjose_get_dealloc()(text); }
};
using Key = std::unique_ptr<cjose_jwk_t, Free>;
using Jws = std::unique_ptr<cjose_jws_t, Free>;
using Header = std::unique_ptr<cjose_header_t, Free>;

constexpr std::size_t bits = 2048;
constexpr std::uint8_t exponent[] = {1, 0, 1};

/// What the library refuses to do with texts of ours is a fault of ours.
void must(bool done, const cjose_err& error) {
    if (!done)
        throw Failure(FailureKind::internal, "A signature could not be made.",
                      std::string("cjose: ") + (error.message ? error.message : "?"));
}

const std::uint8_t* bytes(std::string_view text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

std::string jsonOf(const cjose_jwk_t* key, bool priv) {
    cjose_err error{};
    const std::unique_ptr<char, Free> text(cjose_jwk_to_json(key, priv, &error));
    must(bool(text), error);
    return text.get();
}

std::string idOf(const cjose_jwk_t* key) {
    cjose_err error{};
    const char* id = cjose_jwk_get_kid(key, &error);
    must(id != nullptr, error);
    return id;
}

}  // namespace

struct RsaKey::Impl {
    Key key;
};

RsaKey::RsaKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)), id_(idOf(impl_->key.get())) {}

RsaKey RsaKey::make() {
    cjose_err error{};
    auto impl = std::make_shared<Impl>();
    impl->key.reset(cjose_jwk_create_RSA_random(bits, exponent, sizeof exponent, &error));
    must(bool(impl->key), error);
    const auto id = randomToken(16);
    must(cjose_jwk_set_kid(impl->key.get(), id.data(), id.size(), &error), error);
    return RsaKey(std::move(impl));
}

RsaKey RsaKey::fromPrivateJwk(std::string_view json) {
    cjose_err error{};
    auto impl = std::make_shared<Impl>();
    impl->key.reset(cjose_jwk_import(json.data(), json.size(), &error));
    must(impl->key && cjose_jwk_get_kty(impl->key.get(), &error) == CJOSE_JWK_KTY_RSA, error);
    return RsaKey(std::move(impl));
}

std::string RsaKey::privateJwk() const { return jsonOf(impl_->key.get(), true); }

std::string RsaKey::publicJwk() const {
    const auto all = nlohmann::json::parse(jsonOf(impl_->key.get(), false));
    const nlohmann::ordered_json shown{{"kty", "RSA"},   {"kid", id_},       {"use", "sig"},
                                       {"alg", "RS256"}, {"n", all.at("n")}, {"e", all.at("e")}};
    return shown.dump();
}

std::string RsaKey::sign(std::string_view payload) const {
    cjose_err error{};
    const Header header(cjose_header_new(&error));
    must(bool(header), error);
    must(cjose_header_set(header.get(), CJOSE_HDR_ALG, CJOSE_HDR_ALG_RS256, &error), error);
    must(cjose_header_set(header.get(), "typ", "JWT", &error), error);
    must(cjose_header_set(header.get(), CJOSE_HDR_KID, id_.c_str(), &error), error);
    const Jws jws(cjose_jws_sign(impl_->key.get(), header.get(), bytes(payload), payload.size(), &error));
    must(bool(jws), error);
    const char* text = nullptr;  // belongs to the JWS
    must(cjose_jws_export(jws.get(), &text, &error), error);
    return text;
}

std::optional<std::string> verifiedPayload(std::string_view compact, std::string_view publicJwk) {
    cjose_err error{};
    const Jws jws(cjose_jws_import(compact.data(), compact.size(), &error));
    const Key key(cjose_jwk_import(publicJwk.data(), publicJwk.size(), &error));
    if (!jws || !key || cjose_jwk_get_kty(key.get(), &error) != CJOSE_JWK_KTY_RSA) return std::nullopt;
    // The algorithm is ours to choose, never the sender's (RFC 8725 section 3.1).
    const char* algorithm = cjose_header_get(cjose_jws_get_protected(jws.get()), CJOSE_HDR_ALG, &error);
    if (!algorithm || std::string_view(algorithm) != CJOSE_HDR_ALG_RS256) return std::nullopt;
    if (!cjose_jws_verify(jws.get(), key.get(), &error)) return std::nullopt;
    std::uint8_t* text = nullptr;  // belongs to the JWS
    std::size_t size = 0;
    if (!cjose_jws_get_plaintext(jws.get(), &text, &size, &error)) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(text), size);
}

}  // namespace polyclinic::authorization_server
