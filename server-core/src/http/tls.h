// Certificates and the TLS that we speak: 1.2 and 1.3, suites with authenticated encryption, nothing else.

#pragma once

#include <memory>

#include "http/server.h"

struct ssl_ctx_st;

namespace polyclinic::http {

/// What one certificate file and its key make of a listener. Immutable; shared by the connections that began
/// under it.
struct TlsContext {
    std::shared_ptr<ssl_ctx_st> native;
    CertificateStatus certificate;
};

/// Reads and checks both files. Throws Failure(unprocessable) with a sentence of its own for each: a file
/// that cannot be read, no certificate or no key in it, a key that needs a passphrase, a key that does not
/// fit, a certificate that has expired or is not valid yet. Logs a warning when fewer than 30 days are left.
/// Any thread.
std::shared_ptr<const TlsContext> loadTls(const TlsFiles& files);

}  // namespace polyclinic::http
