// What anybody may see: the front page, health, metrics.

#pragma once

#include "api/route.h"

namespace polyclinic::api {

/// Names the program and nothing about its tenants.
Answer frontPage(Services&, const http::Request&, const PathParameters&);
/// For the first visit of a phone: the certificate as six words, and the clinic's own authority to install.
Answer hello(Services&, const http::Request&, const PathParameters&);
/// DER (RFC 2585); 404 where there is none.
Answer authorityFile(Services&, const http::Request&, const PathParameters&);
/// 200 while the process answers.
Answer live(Services&, const http::Request&, const PathParameters&);
/// 200 once every address answers and PostgreSQL does; else 503.
Answer ready(Services&, const http::Request&, const PathParameters&);
/// Prometheus text.
Answer metrics(Services&, const http::Request&, const PathParameters&);

}  // namespace polyclinic::api
