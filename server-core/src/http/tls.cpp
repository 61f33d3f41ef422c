#include "http/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <ctime>

#include "base/failure.h"
#include "base/log.h"
#include "base/small_file.h"

namespace polyclinic::http {
namespace {

[[noreturn]] void refuse(const std::string& sentence) {
    ERR_clear_error();
    throw Failure(FailureKind::unprocessable, sentence);
}

void demandReadable(const std::string& file, const char* what) {
    const auto small = readSmallFile(file, largestPemFile);
    if (!small.fault.empty()) refuse(std::string("The ") + what + " file " + file + " " + small.fault + ".");
    if (small.bytes.empty()) refuse(std::string("The ") + what + " file " + file + " cannot be read.");
}

int noPassphrase(char*, int, int, void*) { return -1; }

/// Browsers offer h2 first; without a choice of ours some wait for it.
int chooseHttp11(SSL*, const unsigned char** out, unsigned char* outSize, const unsigned char* in, unsigned inSize, void*) {
    static constexpr unsigned char known[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, outSize, known, sizeof known - 1, in, inSize) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

std::shared_ptr<SSL_CTX> strictContext() {
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_3_VERSION);
    // The suites of 1.3 are all authenticated; these are those of 1.2.
    if (SSL_CTX_set_cipher_list(context.get(), "ECDHE+AESGCM:ECDHE+CHACHA20") != 1)
        refuse("This system's OpenSSL has no modern cipher suite.");
    SSL_CTX_set_options(context.get(),
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_max_early_data(context.get(), 0);                       // what can be replayed is not taken
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);  // tickets carry the session
    SSL_CTX_set_alpn_select_cb(context.get(), chooseHttp11, nullptr);
    SSL_CTX_set_default_passwd_cb(context.get(), noPassphrase);
    return context;
}

Timestamp toTimestamp(const ASN1_TIME* time) {
    std::tm parts{};
    ASN1_TIME_to_tm(time, &parts);
    return {static_cast<std::int64_t>(timegm(&parts)) * 1'000'000};
}

}  // namespace

std::shared_ptr<const TlsContext> loadTls(const TlsFiles& files) {
    demandReadable(files.certificate, "certificate");
    demandReadable(files.key, "key");
    auto tls = std::make_shared<TlsContext>();
    tls->native = strictContext();
    SSL_CTX* context = tls->native.get();

    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1) {
        const int reason = ERR_GET_REASON(ERR_peek_last_error());
        if (reason == SSL_R_EE_KEY_TOO_SMALL || reason == SSL_R_CA_MD_TOO_WEAK || reason == SSL_R_CA_KEY_TOO_SMALL)
            refuse("The certificate in " + files.certificate + " is too weak: its key or its signature is out of date.");
        refuse("There is no certificate in PEM form in " + files.certificate + ".");
    }
    if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
        const auto error = ERR_peek_last_error();
        if (ERR_GET_LIB(error) == ERR_LIB_X509) refuse("The key in " + files.key + " does not belong to the certificate.");
        for (auto code = ERR_get_error(); code; code = ERR_get_error())
            if (ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_BAD_PASSWORD_READ)
                refuse("The key in " + files.key + " is locked by a passphrase; a server needs one without.");
        refuse("There is no private key in PEM form in " + files.key + ".");
    }
    if (SSL_CTX_check_private_key(context) != 1) refuse("The key in " + files.key + " does not belong to the certificate.");

    const X509* certificate = SSL_CTX_get0_certificate(context);
    const auto notAfter = toTimestamp(X509_get0_notAfter(certificate));
    const auto now = Clock::system().now();
    if (notAfter < now) refuse("The certificate in " + files.certificate + " expired on " + toInstant(notAfter).substr(0, 10) + ".");
    const auto notBefore = toTimestamp(X509_get0_notBefore(certificate));
    if (notBefore > now) refuse("The certificate in " + files.certificate + " is not valid before " + toInstant(notBefore) + ".");
    if (notAfter - now < std::chrono::hours(24 * 30))
        log::warn("the certificate in {} expires on {}", files.certificate, toInstant(notAfter).substr(0, 10));
    tls->certificate = {files.certificate, notAfter};
    return tls;
}

}  // namespace polyclinic::http
