// The operators' authorization server, as handlers of routes.

#pragma once

#include "api/route.h"

namespace polyclinic::api {

Answer operatorDiscovery(Services&, const http::Request&, const PathParameters&);
Answer operatorAuthorize(Services&, const http::Request&, const PathParameters&);
Answer operatorToken(Services&, const http::Request&, const PathParameters&);
Answer operatorRevoke(Services&, const http::Request&, const PathParameters&);
Answer operatorSetup(Services&, const http::Request&, const PathParameters&);
Answer operatorSignIn(Services&, const http::Request&, const PathParameters&);
Answer operatorAsset(Services&, const http::Request&, const PathParameters&);

}  // namespace polyclinic::api
