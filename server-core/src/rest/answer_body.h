// The body of an answer: text, and between it records, of which the large ones are read when they are sent.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"
#include "records/stored_resource.h"

namespace polyclinic::rest {

class AnswerBody {
  public:
    AnswerBody& operator+=(std::string_view text) {
        cutText();
        text_ += text;
        return *this;
    }
    AnswerBody& operator+=(char c) {
        text_ += c;
        return *this;
    }
    /// Text goes on here.
    std::string& text() { return text_; }
    /// The record's text.
    void add(const records::StoredResource& resource);
    /// All of another body.
    void add(AnswerBody other);
    /// The body of another answer.
    void add(http::Response&& answer);

    /// Bytes so far.
    std::uint64_t size() const { return before_ + text_.size(); }
    bool empty() const { return size() == 0; }
    void clear() { *this = AnswerBody(); }
    /// Puts it into `response`; nothing is left here.
    void moveInto(http::Response& response);

  private:
    /// One long text would be copied again and again while it grows.
    void cutText();
    using Piece = std::pair<std::string, std::shared_ptr<http::BodySource>>;  // the text, then what follows it
    void add(std::shared_ptr<http::BodySource> source);
    friend class PieceSource;

    std::vector<Piece> pieces_;
    std::uint64_t before_ = 0;  // bytes of the pieces
    std::string text_;          // behind them
};

}  // namespace polyclinic::rest
