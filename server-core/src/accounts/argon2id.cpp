#include "accounts/argon2id.h"

#include <argon2.h>
#include <sys/mman.h>

#include <cstdint>

#include "base/encoding.h"
#include "base/failure.h"
#include "base/random.h"

namespace polyclinic::accounts {
namespace {

constexpr std::uint32_t passes = 2, memoryKib = 19 * 1024;
constexpr std::size_t saltBytes = 16, hashBytes = 32;
constexpr std::string_view prefix = "$argon2id$v=19$m=19456,t=2,p=1$";

[[noreturn]] void refuse(int status) {
    throw Failure(FailureKind::unavailable, "Sign-in is not possible right now.", argon2_error_message(status));
}

// Pages of 2 MiB, as far as the system has them: thousands of small ones, which the allocator gives back after every hash,
// take several times as long to come as the hash itself, above all on virtual machines.
constexpr std::size_t largePage = 2 << 20;

std::size_t mapped(std::size_t bytes) { return (bytes + 2 * largePage - 1) / largePage * largePage; }

int allocate(std::uint8_t** memory, std::size_t bytes) {
    void* pages = mmap(nullptr, mapped(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return ARGON2_MEMORY_ALLOCATION_ERROR;
    madvise(pages, mapped(bytes), MADV_HUGEPAGE);
    *memory = static_cast<std::uint8_t*>(pages);
    return ARGON2_OK;
}

void release(std::uint8_t* memory, std::size_t bytes) { munmap(memory, mapped(bytes)); }

std::uint8_t* bytesOf(std::string& text) { return reinterpret_cast<std::uint8_t*>(text.data()); }

std::string hashOf(std::string_view text, std::string salt) {
    std::string hash(hashBytes, '\0');
    argon2_context context{};
    context.out = bytesOf(hash);
    context.outlen = std::uint32_t(hash.size());
    // Read only: no flag that clears the password is set.
    context.pwd = reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    context.pwdlen = std::uint32_t(text.size());
    context.salt = bytesOf(salt);
    context.saltlen = std::uint32_t(salt.size());
    context.t_cost = passes;
    context.m_cost = memoryKib;
    context.lanes = context.threads = 1;
    context.version = ARGON2_VERSION_13;
    context.allocate_cbk = allocate;
    context.free_cbk = release;
    context.flags = ARGON2_DEFAULT_FLAGS;
    if (const int status = argon2_ctx(&context, Argon2_id); status != ARGON2_OK) refuse(status);
    return hash;
}

/// As PHC strings have it: without padding.
std::string unpadded(std::string_view bytes) {
    auto text = base64Encode(bytes);
    text.resize(text.find_last_not_of('=') + 1);
    return text;
}

}  // namespace

std::string argon2idHash(std::string_view text) {
    const auto salt = randomBytes(saltBytes);
    return std::string(prefix) + unpadded(salt) + '$' + unpadded(hashOf(text, salt));
}

bool argon2idMatches(std::string_view text, const std::string& encoded) {
    constexpr std::size_t saltLength = 22;  // 16 bytes
    if (encoded.starts_with(prefix) && encoded.find('$', prefix.size()) == prefix.size() + saltLength) {
        const auto salt = base64Decode(encoded.substr(prefix.size(), saltLength) + "==");
        if (salt) return equalInConstantTime(unpadded(hashOf(text, *salt)), encoded.substr(prefix.size() + saltLength + 1));
    }
    const int status = argon2id_verify(encoded.c_str(), text.data(), text.size());
    if (status != ARGON2_OK && status != ARGON2_VERIFY_MISMATCH) refuse(status);
    return status == ARGON2_OK;
}

}  // namespace polyclinic::accounts
