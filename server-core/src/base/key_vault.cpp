#include "base/key_vault.h"

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <memory>
#include <stdexcept>

#include "base/encoding.h"
#include "base/random.h"

namespace polyclinic {
namespace {

constexpr std::size_t keyLength = 32, nonceLength = 12, tagLength = 16;
constexpr char format = 1;

struct Free {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Free>;

void must(int result) {
    if (result <= 0) throw std::runtime_error("the cryptographic library refused");
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

KeyVault::KeyVault(std::string master) : master_(std::move(master)) {
    if (master_.size() != keyLength) throw std::invalid_argument("the master key must have 32 bytes");
}

std::string KeyVault::keyFor(std::string_view purpose) const {
    const std::unique_ptr<EVP_PKEY_CTX, Free> context(EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr));
    if (!context) must(0);
    must(EVP_PKEY_derive_init(context.get()));
    must(EVP_PKEY_CTX_set_hkdf_md(context.get(), EVP_sha256()));
    must(EVP_PKEY_CTX_set1_hkdf_key(context.get(), bytes(master_), int(master_.size())));
    must(EVP_PKEY_CTX_add1_hkdf_info(context.get(), bytes(purpose), int(purpose.size())));
    std::string key(keyLength, '\0');
    std::size_t length = key.size();
    must(EVP_PKEY_derive(context.get(), bytes(key), &length));
    return key;
}

std::string KeyVault::seal(std::string_view purpose, std::string_view bound, std::string_view text) const {
    const auto key = keyFor(purpose);
    const auto nonce = randomBytes(nonceLength);
    const Cipher cipher(EVP_CIPHER_CTX_new());
    must(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes(key), bytes(nonce)));
    int length = 0;
    must(EVP_EncryptUpdate(cipher.get(), nullptr, &length, bytes(bound), int(bound.size())));
    std::string sealed(text.size(), '\0'), tag(tagLength, '\0');
    must(EVP_EncryptUpdate(cipher.get(), bytes(sealed), &length, bytes(text), int(text.size())));
    must(EVP_EncryptFinal_ex(cipher.get(), bytes(sealed) + length, &length));
    must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, int(tagLength), bytes(tag)));
    return std::string(1, format) + nonce + sealed + tag;
}

std::optional<std::string> KeyVault::open(std::string_view purpose, std::string_view bound, std::string_view sealed) const {
    if (sealed.size() < 1 + nonceLength + tagLength || sealed[0] != format) return std::nullopt;
    const auto key = keyFor(purpose);
    const auto nonce = sealed.substr(1, nonceLength);
    const auto hidden = sealed.substr(1 + nonceLength, sealed.size() - 1 - nonceLength - tagLength);
    std::string tag(sealed.substr(sealed.size() - tagLength));
    const Cipher cipher(EVP_CIPHER_CTX_new());
    must(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes(key), bytes(nonce)));
    int length = 0;
    must(EVP_DecryptUpdate(cipher.get(), nullptr, &length, bytes(bound), int(bound.size())));
    std::string text(hidden.size(), '\0');
    must(EVP_DecryptUpdate(cipher.get(), bytes(text), &length, bytes(hidden), int(hidden.size())));
    must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, int(tagLength), bytes(tag)));
    if (EVP_DecryptFinal_ex(cipher.get(), bytes(text) + length, &length) <= 0) return std::nullopt;
    return text;
}

std::string KeyVault::mac(std::string_view purpose, std::string_view text) const { return hmacSha256(keyFor(purpose), text); }

}  // namespace polyclinic
