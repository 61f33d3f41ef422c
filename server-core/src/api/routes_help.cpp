// The help of the program: BASE/help.

#include "api/help_endpoints.h"
#include "api/route.h"

namespace polyclinic::api {

RouteRows routesOfHelp() {
    using http::Method;
    return {
        {Method::get, "/help", {Open(helpIndex), FaultWriter::page}},
        {Method::get, "/help/:page", {Open(helpPage), FaultWriter::page}},
    };
}

}  // namespace polyclinic::api
