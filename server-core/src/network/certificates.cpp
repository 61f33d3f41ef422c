#include "network/certificates.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "base/failure.h"
#include "network/settings.h"

namespace polyclinic::network {
namespace {

template <class T, void (*release)(T*)>
struct Release {
    void operator()(T* pointer) const { release(pointer); }
};
using Certificate = std::unique_ptr<X509, Release<X509, X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY, EVP_PKEY_free>>;
struct CloseBio {
    void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using Bio = std::unique_ptr<BIO, CloseBio>;

constexpr int authorityYears = 10;
constexpr std::int64_t day = 86'400;

void demand(bool done) {
    if (done) return;
    ERR_clear_error();
    throw Failure(FailureKind::internal, "The certificate could not be made.");
}

Bio readerOf(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), int(text.size()))); }

std::string textOf(BIO* bio) {
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(bio, &bytes);
    return {bytes, std::size_t(size)};
}

Certificate certificateOf(std::string_view pem) {
    const auto bio = readerOf(pem);
    Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    return certificate;
}

Key keyOf(std::string_view pem) {
    const auto bio = readerOf(pem);
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    return key;
}

template <class Write>
std::string pemOf(Write write) {
    const Bio bio(BIO_new(BIO_s_mem()));
    demand(write(bio.get()) == 1);
    return textOf(bio.get());
}

std::string pemOf(EVP_PKEY* key) {
    return pemOf([key](BIO* bio) { return PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr); });
}

std::string pemOf(X509* certificate) {
    return pemOf([certificate](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

Timestamp timeOf(const ASN1_TIME* time) {
    std::tm parts{};
    ASN1_TIME_to_tm(time, &parts);
    return {std::int64_t(timegm(&parts)) * 1'000'000};
}

std::string commonName(const X509_NAME* name) {
    const int at = X509_NAME_get_index_by_NID(const_cast<X509_NAME*>(name), NID_commonName, -1);
    if (at < 0) return {};
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    std::string out(reinterpret_cast<char*>(text), size > 0 ? std::size_t(size) : 0);
    OPENSSL_free(text);
    return out;
}

void addExtension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    demand(extension != nullptr);
    const bool added = X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    demand(added);
}

Certificate begin(EVP_PKEY* key, const std::string& name, Timestamp from, Timestamp to) {
    Certificate made(X509_new());
    demand(made && X509_set_version(made.get(), 2) == 1);
    unsigned char serial[16];
    demand(RAND_bytes(serial, sizeof serial) == 1);
    serial[0] &= 0x7F;
    BIGNUM* number = BN_bin2bn(serial, sizeof serial, nullptr);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made.get()));
    BN_free(number);
    ASN1_TIME_set(X509_getm_notBefore(made.get()), from.micros / 1'000'000);
    ASN1_TIME_set(X509_getm_notAfter(made.get()), to.micros / 1'000'000);
    X509_set_pubkey(made.get(), key);
    const auto shown = name.substr(0, 64);  // ub-common-name
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(shown.c_str()), -1, -1, 0);
    return made;
}

/// Trusted by this system: OpenSSL's store, or what SSL_CERT_FILE names.
bool isKnown(std::string_view pem) {
    const auto bio = readerOf(pem);
    Certificate first(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    STACK_OF(X509)* rest = sk_X509_new_null();
    while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) sk_X509_push(rest, next);
    X509_STORE* store = X509_STORE_new();
    X509_STORE_set_default_paths(store);
    X509_STORE_CTX* context = X509_STORE_CTX_new();
    const bool known = first && X509_STORE_CTX_init(context, store, first.get(), rest) == 1 &&
                       X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER) == 1 && X509_verify_cert(context) == 1;
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    sk_X509_pop_free(rest, X509_free);
    ERR_clear_error();
    return known;
}

std::vector<std::string> namesOf(X509* certificate) {
    std::vector<std::string> names;
    auto* all = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
        const auto* one = sk_GENERAL_NAME_value(all, i);
        if (one->type == GEN_DNS) {
            names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(one->d.dNSName)),
                               std::size_t(ASN1_STRING_length(one->d.dNSName)));
        } else if (one->type == GEN_IPADD) {
            char text[INET6_ADDRSTRLEN] = "";
            const auto* bytes = ASN1_STRING_get0_data(one->d.iPAddress);
            ::inet_ntop(ASN1_STRING_length(one->d.iPAddress) == 4 ? AF_INET : AF_INET6, bytes, text, sizeof text);
            names.emplace_back(text);
        }
    }
    GENERAL_NAMES_free(all);
    return names;
}

bool isFor(X509* certificate, const std::string& host) {
    return isAddress(host) ? X509_check_ip_asc(certificate, host.c_str(), 0) == 1
                           : X509_check_host(certificate, host.c_str(), host.size(), 0, nullptr) == 1;
}

std::string constraintOf(const std::string& address) {
    const bool six = address.find(':') != address.npos;
    return "permitted;IP:" + address + (six ? "/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" : "/255.255.255.255");
}

/// A certificate for one host, signed by `signer`.
Certificate sign(const Authority& authority, EVP_PKEY* key, const std::vector<std::string>& hosts, Timestamp now) {
    const auto signer = certificateOf(authority.certificate);
    const auto signingKey = keyOf(authority.key);
    demand(signer && signingKey && !hosts.empty());
    const auto from = now - std::chrono::hours(1);  // clocks of phones are not exact
    auto made = begin(key, hosts.front(), from, from + std::chrono::seconds(leafDays * day - 1));
    X509_set_issuer_name(made.get(), X509_get_subject_name(signer.get()));
    std::string names;
    for (const auto& host : hosts) names += (names.empty() ? "" : ",") + std::string(isAddress(host) ? "IP:" : "DNS:") + host;
    addExtension(made.get(), signer.get(), NID_basic_constraints, "critical,CA:FALSE");
    addExtension(made.get(), signer.get(), NID_key_usage, "critical,digitalSignature");
    addExtension(made.get(), signer.get(), NID_ext_key_usage, "serverAuth");
    addExtension(made.get(), signer.get(), NID_subject_key_identifier, "hash");
    addExtension(made.get(), signer.get(), NID_authority_key_identifier, "keyid:always");
    addExtension(made.get(), signer.get(), NID_subject_alt_name, names);
    demand(X509_sign(made.get(), signingKey.get(), EVP_sha256()) > 0);
    return made;
}

}  // namespace

std::optional<CertificateDetails> detailsOf(std::string_view pem) {
    const auto certificate = certificateOf(pem);
    if (!certificate) return std::nullopt;
    CertificateDetails details;
    details.subject = commonName(X509_get_subject_name(certificate.get()));
    details.issuer = commonName(X509_get_issuer_name(certificate.get()));
    details.names = namesOf(certificate.get());
    details.begins = timeOf(X509_get0_notBefore(certificate.get()));
    details.expires = timeOf(X509_get0_notAfter(certificate.get()));
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    demand(X509_digest(certificate.get(), EVP_sha256(), digest, &size) == 1);
    details.fingerprint.assign(reinterpret_cast<char*>(digest), size);
    details.selfSigned = X509_self_signed(certificate.get(), 1) == 1;
    details.known = isKnown(pem);
    return details;
}

bool isFor(std::string_view pem, const std::string& host) {
    const auto certificate = certificateOf(pem);
    return certificate && isFor(certificate.get(), host);
}

Authority makeAuthority(const std::string& name, const std::vector<std::string>& addresses, Timestamp now) {
    const Key key(EVP_EC_gen("P-256"));
    demand(key != nullptr);
    const auto from = now - std::chrono::hours(1);
    auto made = begin(key.get(), "Polyclinic of " + (name.empty() ? "this computer" : name), from,
                      from + std::chrono::seconds(authorityYears * 365 * day));
    X509_set_issuer_name(made.get(), X509_get_subject_name(made.get()));
    std::string limits =
        "critical,permitted;DNS:localhost,permitted;DNS:local,permitted;DNS:home.arpa,permitted;DNS:internal,"
        "permitted;IP:127.0.0.0/255.0.0.0,permitted;IP:10.0.0.0/255.0.0.0,permitted;IP:172.16.0.0/255.240.0.0,"
        "permitted;IP:192.168.0.0/255.255.0.0,permitted;IP:100.64.0.0/255.192.0.0,permitted;IP:169.254.0.0/255.255.0.0,"
        "permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,permitted;IP:fc00::/fe00::,permitted;IP:fe80::/ffc0::";
    if (!name.empty()) limits += ",permitted;DNS:" + name;
    for (const auto& address : addresses) limits += "," + constraintOf(address);
    addExtension(made.get(), made.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    addExtension(made.get(), made.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    addExtension(made.get(), made.get(), NID_subject_key_identifier, "hash");
    addExtension(made.get(), made.get(), NID_name_constraints, limits);
    demand(X509_sign(made.get(), key.get(), EVP_sha256()) > 0);
    return {pemOf(made.get()), pemOf(key.get())};
}

bool maySign(const Authority& authority, const std::string& host) {
    const auto signer = certificateOf(authority.certificate);
    const auto key = keyOf(authority.key);
    if (!signer || !key) return false;
    auto* limits = static_cast<NAME_CONSTRAINTS*>(X509_get_ext_d2i(signer.get(), NID_name_constraints, nullptr, nullptr));
    const auto probe = sign(authority, key.get(), {host}, Clock::system().now());
    X509_check_purpose(probe.get(), -1, 0);  // reads the names, which the next call takes for read
    const bool may = limits && NAME_CONSTRAINTS_check(probe.get(), limits) == X509_V_OK;
    NAME_CONSTRAINTS_free(limits);
    ERR_clear_error();
    return may;
}

std::string makeLeaf(const Authority& authority, const std::vector<std::string>& hosts, Timestamp now) {
    const Key key(EVP_EC_gen("P-256"));
    demand(key != nullptr);
    const auto made = sign(authority, key.get(), hosts, now);
    return pemOf(made.get()) + authority.certificate + pemOf(key.get());
}

bool isDue(std::string_view leaf, const Authority& authority, const std::vector<std::string>& hosts, Timestamp now) {
    const auto certificate = certificateOf(leaf);
    const auto signer = certificateOf(authority.certificate);
    if (!certificate || !signer || !keyOf(leaf)) return true;
    const Key signerKey(X509_get_pubkey(signer.get()));
    if (X509_verify(certificate.get(), signerKey.get()) != 1) {
        ERR_clear_error();
        return true;
    }
    if (timeOf(X509_get0_notAfter(certificate.get())) - now < std::chrono::hours(24 * renewDays)) return true;
    for (const auto& host : hosts)
        if (!isFor(certificate.get(), host)) return true;
    return false;
}

}  // namespace polyclinic::network
