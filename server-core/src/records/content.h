// How a resource's text lies in its bytea column: one zstd frame, with the dictionary that the frame names.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace polyclinic::records {

/// Any thread.
std::string compressContent(std::string_view json);
/// Throws Failure(internal) when the bytes are no frame of ours: the disk or a stranger changed them.
std::string decompressContent(std::string_view frame);

/// Bytes of the text, as the frame's first bytes say. Throws as decompressContent.
std::size_t contentSize(std::string_view head);

/// A frame's text in pieces.
class ContentDecoder {
  public:
    /// `head`: the frame's first bytes, 18 or all of them. Throws as decompressContent.
    explicit ContentDecoder(std::string_view head);
    ~ContentDecoder();
    ContentDecoder(const ContentDecoder&) = delete;

    /// Memory that a decoder of such a frame takes.
    static std::size_t workBytes(std::string_view head);

    struct Step {
        std::size_t used;  // of `bytes`
        bool done;         // the text is complete
    };
    /// Goes on with the frame's next `bytes`, and appends `most` bytes of text at most. Throws as decompressContent.
    Step decode(std::string_view bytes, std::string& into, std::size_t most);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace polyclinic::records
