// The patient portal of each tenant: BASE/tenant/{id}/patient/portal.

#include "api/portal_endpoints.h"
#include "api/route.h"

namespace polyclinic::api {
namespace {

constexpr std::size_t portalForm = 16 << 10;

template <portal::Page page>
Route show() {
    return {OpenOfTenant(portalPage<page>), FaultWriter::page};
}

template <portal::Page page>
Route take() {
    return {OpenOfTenant(portalPage<page>), FaultWriter::page, portalForm};
}

}  // namespace

RouteRows routesOfPortal() {
    using http::Method;
    using namespace portal;
    const std::string place = std::string(tenancy::tenantPattern) + "patient/portal";
    return {
        {Method::get, "/assets/:name", {Open(sharedAsset), FaultWriter::page}},
        {Method::get, "/t/:tenant", {OpenOfTenant(portalShort), FaultWriter::page}},
        {Method::get, place, show<start>()},
        {Method::get, place + "/brand/:name", {OpenOfTenant(portalBrand), FaultWriter::page}},

        {Method::get, place + "/sign-in", show<showSignIn>()},
        {Method::post, place + "/sign-in", take<signIn>()},
        {Method::get, place + "/link", show<showLink>()},
        {Method::post, place + "/link", take<useLink>()},
        {Method::post, place + "/sign-out", take<signOut>()},
        {Method::get, place + "/stay", show<stay>()},
        {Method::get, place + "/activate", show<showCode>()},
        {Method::post, place + "/activate", take<takeCode>()},
        {Method::get, place + "/activate/birth-date", show<showBirthDate>()},
        {Method::post, place + "/activate/birth-date", take<takeBirthDate>()},
        {Method::get, place + "/activate/password", show<showNewPassword>()},
        {Method::post, place + "/activate/password", take<takeNewPassword>()},
        {Method::get, place + "/reset", show<reset>()},
        {Method::get, place + "/help", show<help>()},

        {Method::get, place + "/home", show<homeEndpoint>()},
        {Method::get, place + "/apps", show<apps>()},
        {Method::get, place + "/apps/:id", show<app>()},
        {Method::get, place + "/apps/:id/stop", show<showStop>()},
        {Method::post, place + "/apps/:id/stop", take<stop>()},
        {Method::get, place + "/activity", show<activity>()},
        {Method::get, place + "/account", show<showAccount>()},
        {Method::post, place + "/account", take<saveAccount>()},
        {Method::get, place + "/account/password", show<showPassword>()},
        {Method::post, place + "/account/password", take<changePassword>()},
        {Method::get, place + "/sessions", show<sessions>()},
        {Method::post, place + "/sessions/end-others", take<endOthers>()},
        {Method::post, place + "/sessions/:id/end", take<endSession>()},
    };
}

}  // namespace polyclinic::api
