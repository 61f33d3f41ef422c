#include "api/open_endpoints.h"

#include "accounts/devices.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "network/fingerprint_words.h"
#include "pages/renderer.h"

#include "pages/pages.h"
#include "pages/translations.h"

namespace polyclinic::api {
namespace {

http::Response plain(int status, std::string text) {
    auto response = http::Response::make(status, "text/plain; charset=utf-8", std::move(text));
    response.headers.add("Cache-Control", "no-store");
    return response;
}

std::optional<std::string> derOf(std::string pem) {
    for (const std::string_view mark : {"-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"})
        if (const auto at = pem.find(mark); at != pem.npos) pem.erase(at, mark.size());
    std::erase(pem, '\n');
    return base64Decode(pem);
}

}  // namespace

Answer frontPage(Services&, const http::Request& request, const PathParameters&) {
    const auto theme = pages::housePageTheme(request);
    pages::Fault page;
    page.status = 200;
    page.title = "Polyclinic";
    page.sentence = pages::Translations::of(theme.language).text("front");
    page.go = {"help", pages::Translations::of(theme.language).text("menu_help")};
    co_return pages::fault(theme, page);
}

Answer hello(Services& services, const http::Request& request, const PathParameters&) {
    services.network->visited(accounts::deviceName(request.header("User-Agent")), request.peer);
    const auto view = services.network->view();
    const auto theme = pages::housePageTheme(request);
    const auto& translations = pages::Translations::of(theme.language);
    auto values = pages::object();
    pages::put(values, "title", translations.text("hello_title"));
    if (view->certificate) {
        auto all = pages::list();
        for (const auto& word : network::sixWords(view->certificate->fingerprint)) {
            auto one = pages::object();
            pages::put(one, "word", word);
            all.push_back(one);
        }
        values.set("words", all);
        std::string pairs;
        const auto hex = hexEncode(view->certificate->fingerprint);
        for (std::size_t i = 0; i < hex.size(); i += 4) pairs += (i ? " " : "") + hex.substr(i, 4);
        pages::put(values, "fingerprint", pairs);
        if (view->settings.mode == network::CertificateMode::clinic && !view->authority.empty())
            pages::put(values, "authority", "hello/authority.crt");
    }
    auto response = pages::render(theme, "hello", std::move(values));
    pages::keepLanguage(request, response);
    co_return response;
}

Answer authorityFile(Services& services, const http::Request&, const PathParameters&) {
    const auto view = services.network->view();
    const auto bytes = derOf(view->authority);
    if (!bytes || bytes->empty()) throw Failure(FailureKind::notFound, "There is nothing at this address.");
    auto response = http::Response::make(200, "application/x-x509-ca-cert", *bytes);
    response.headers.add("Content-Disposition", "attachment; filename=\"clinic-authority.crt\"");
    co_return response;
}

Answer live(Services&, const http::Request&, const PathParameters&) { co_return plain(200, "ok\n"); }

Answer ready(Services& services, const http::Request&, const PathParameters&) {
    if (!services.ready) co_return plain(503, "starting\n");
    std::string fault;
    try {
        db::SystemSession session(services.operatorServices.directoryDatabase);
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
