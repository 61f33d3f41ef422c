#include "http/request_parser.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "base/text.h"
#include "http/framing.h"

namespace polyclinic::http {
namespace {

namespace beast = boost::beast;
using Text = beast::string_view;
using Error = beast::error_code;

Method methodOf(beast::http::verb verb) {
    switch (verb) {
        case beast::http::verb::get:
            return Method::get;
        case beast::http::verb::head:
            return Method::head;
        case beast::http::verb::post:
            return Method::post;
        case beast::http::verb::put:
            return Method::put;
        case beast::http::verb::delete_:
            return Method::del;
        case beast::http::verb::patch:
            return Method::patch;
        case beast::http::verb::options:
            return Method::options;
        default:
            return Method::other;
    }
}

class Parser : public beast::http::basic_parser<true> {
  public:
    RequestHead* head = nullptr;  // null once the head is read: trailers are not headers
    std::string* into = nullptr;
    std::size_t limit = 0;
    bool version11 = true;

  private:
    void on_request_impl(beast::http::verb verb, Text method, Text target, int version, Error&) override {
        version11 = version == 11;
        head->method = methodOf(verb);
        head->methodText.assign(method.data(), method.size());
        head->target = originForm(std::string_view(target.data(), target.size()));
        const auto question = head->target.find('?');
        head->path = head->target.substr(0, question);
        if (question != std::string::npos) head->query = head->target.substr(question + 1);
    }

    void on_field_impl(beast::http::field field, Text name, Text value, Error&) override {
        if (!head) return;
        if (field == beast::http::field::host) head->host = lowerAscii(std::string_view(value.data(), value.size()));
        head->headers.add(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
    }

    std::size_t on_body_impl(Text body, Error& error) override {
        if (body.size() > limit - into->size()) {
            error = beast::http::error::body_limit;
            return 0;
        }
        into->append(body.data(), body.size());
        return body.size();
    }

    std::size_t on_chunk_body_impl(std::uint64_t, Text body, Error& error) override { return on_body_impl(body, error); }

    void on_response_impl(int, Text, int, Error&) override {}
    void on_header_impl(Error&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
    /// Extensions are ignored, as RFC 9112 section 7.1.1 says, but a line end hidden in one is an attack.
    void on_chunk_header_impl(std::uint64_t, Text extensions, Error& error) override {
        for (const unsigned char c : extensions)
            if (c < 0x20 && c != '\t') error = beast::http::error::bad_chunk_extension;
    }
    void on_finish_impl(Error&) override {}
};

}  // namespace

struct RequestParser::Impl {
    std::optional<Parser> parser;
    bool keepAlive = false;  // as the head said; the parser would listen to trailers too
};

RequestParser::RequestParser() : impl_(std::make_unique<Impl>()) {}
RequestParser::~RequestParser() = default;

bool RequestParser::head(std::string_view head, RequestHead& into) {
    Parser& parser = impl_->parser.emplace();
    parser.header_limit(static_cast<std::uint32_t>(head.size()) + 1);
    parser.body_limit(boost::none);  // body() counts
    parser.head = &into;
    Error error;
    const auto used = parser.put(boost::asio::const_buffer(head.data(), head.size()), error);
    parser.head = nullptr;
    if (error || used != head.size() || !parser.is_header_done()) return false;
    impl_->keepAlive = parser.keep_alive();
    return true;
}

bool RequestParser::keepAlive() const { return impl_->keepAlive; }

bool RequestParser::version11() const { return impl_->parser->version11; }

bool RequestParser::chunked() const { return impl_->parser->chunked(); }

std::optional<std::uint64_t> RequestParser::contentLength() const {
    if (chunked()) return std::nullopt;
    return impl_->parser->content_length().value_or(0);
}

bool RequestParser::done() const { return impl_->parser->is_done(); }

RequestParser::Step RequestParser::body(std::string_view bytes, std::string& into, std::size_t limit) {
    Parser& parser = *impl_->parser;
    // Beast 1.81 aborts on fewer than 5 bytes after the size of a last chunk; no chunked body ends in fewer.
    constexpr std::size_t shortestEnd = 5;
    if (parser.chunked() && bytes.size() < shortestEnd) return {Body::more, 0};
    parser.eager(true);
    parser.header_limit(64 * 1024);  // of the trailers
    parser.into = &into;
    parser.limit = limit;
    Error error;
    const auto used = parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    if (error == beast::http::error::body_limit) return {Body::tooLarge, used};
    if (error && error != beast::http::error::need_more) return {Body::faulty, used};
    return {parser.is_done() ? Body::complete : Body::more, used};
}

}  // namespace polyclinic::http
