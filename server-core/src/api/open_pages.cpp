#include "api/open_pages.h"

#include "pages/pages.h"
#include "pages/words.h"

namespace polyclinic::api {
namespace {

http::Response plain(int status, std::string text) {
    auto response = http::Response::make(status, "text/plain; charset=utf-8", std::move(text));
    response.headers.add("Cache-Control", "no-store");
    return response;
}

}  // namespace

Answer frontPage(Services&, const http::Request& request, const PathParameters&) {
    const auto look = pages::houseLook(request);
    pages::Fault page;
    page.status = 200;
    page.title = "Polyclinic";
    page.sentence = pages::Words::of(look.language).text("front");
    co_return pages::fault(look, page);
}

Answer live(Services&, const http::Request&, const PathParameters&) { co_return plain(200, "ok\n"); }

Answer ready(Services& services, const http::Request&, const PathParameters&) {
    if (!services.ready) co_return plain(503, "starting\n");
    std::string fault;
    try {
        db::SystemSession session(services.office.directoryDatabase);
        co_await session.run("SELECT 1");
    } catch (const Failure&) {
        fault = "the database does not answer\n";
    }
    if (!fault.empty()) {
        auto response = plain(503, fault);
        response.headers.add("Retry-After", "1");
        co_return response;
    }
    co_return plain(200, "ready\n");
}

Answer metrics(Services& services, const http::Request&, const PathParameters&) {
    co_return http::Response::make(200, "text/plain; version=0.0.4; charset=utf-8", services.metrics());
}

}  // namespace polyclinic::api
