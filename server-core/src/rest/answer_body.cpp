#include "rest/answer_body.h"

#include "records/large_content.h"

namespace polyclinic::rest {
namespace {

/// A record's own text.
class ContentSource final : public http::BodySource {
  public:
    explicit ContentSource(std::shared_ptr<const records::LargeContent> content) : size_(content->size), reader_(std::move(content)) {}

    std::optional<std::uint64_t> length() const override { return size_; }
    Task<bool> next(std::string& into) override { return reader_.next(into); }

  private:
    std::uint64_t size_;
    records::LargeContentReader reader_;
};

constexpr std::size_t oneGo = 64 << 10, oneText = 256 << 10;

}  // namespace

/// Pieces of text, each followed by another source. What was sent is forgotten.
class PieceSource final : public http::BodySource {
  public:
    PieceSource(std::vector<AnswerBody::Piece> pieces, std::uint64_t size) : pieces_(std::move(pieces)), size_(size) {}

    std::optional<std::uint64_t> length() const override { return size_; }

    Task<bool> next(std::string& into) override {
        const auto before = into.size();
        while (at_ < pieces_.size() && into.size() - before < oneGo) {
            auto& [text, source] = pieces_[at_];
            if (sent_ < text.size()) {
                const auto part = std::string_view(text).substr(sent_, oneGo - (into.size() - before));
                into += part;
                sent_ += part.size();
                continue;
            }
            bool more = false;
            if (source) more = co_await source->next(into);
            if (more) continue;
            text = {};
            source.reset();
            sent_ = 0;
            ++at_;
        }
        co_return into.size() > before;
    }

  private:
    std::vector<AnswerBody::Piece> pieces_;
    const std::uint64_t size_;
    std::size_t at_ = 0, sent_ = 0;
};

void AnswerBody::cutText() {
    if (text_.size() >= oneText) add(std::shared_ptr<http::BodySource>());
}

void AnswerBody::add(const records::StoredResource& resource) {
    cutText();
    if (resource.large) return add(std::make_shared<ContentSource>(resource.large));
    text_ += resource.json;
}

void AnswerBody::add(std::shared_ptr<http::BodySource> source) {
    before_ += text_.size() + (source ? source->length().value_or(0) : 0);
    pieces_.emplace_back(std::move(text_), std::move(source));
    text_.clear();
}

void AnswerBody::add(AnswerBody other) {
    for (auto& [text, source] : other.pieces_) {
        cutText();
        text_ += text;
        add(std::move(source));
    }
    cutText();
    text_ += other.text_;
}

void AnswerBody::add(http::Response&& answer) {
    if (answer.source) return add(std::move(answer.source));
    cutText();
    text_ += answer.body;
}

void AnswerBody::moveInto(http::Response& response) {
    if (pieces_.empty()) {
        response.body = std::move(text_);
    } else {
        const auto all = size();
        pieces_.emplace_back(std::move(text_), nullptr);
        response.source = std::make_shared<PieceSource>(std::move(pieces_), all);
    }
    clear();
}

}  // namespace polyclinic::rest
