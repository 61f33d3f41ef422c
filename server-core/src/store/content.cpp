#include "store/content.h"

#define ZSTD_STATIC_LINKING_ONLY  // dictionaries by reference: they live as long as the program
#include <zstd.h>

#include <memory>

#include "base/failure.h"
#include "dictionaries_embedded.h"

namespace polyclinic::store {
namespace {

constexpr int level = 3;
constexpr std::size_t largest = 64 << 20;

/// Dictionaries ship in the binary and are never changed once released: frames name them by number.
std::string_view newestDictionary() {
    const auto files = dictionaryFiles();
    return files.empty() ? std::string_view() : files.back().bytes;
}

std::string_view dictionaryOf(unsigned id) {
    for (const auto& file : dictionaryFiles())
        if (ZSTD_getDictID_fromDict(file.bytes.data(), file.bytes.size()) == id) return file.bytes;
    throw Failure(FailureKind::internal, "A stored resource cannot be read.",
                  "content was compressed with dictionary " + std::to_string(id) + ", which this program lacks");
}

/// One a thread: contexts and digested dictionaries are costly to make and not thread-safe to share while in use.
struct Compressor {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CDict* dictionary = nullptr;
    Compressor() {
        if (const auto bytes = newestDictionary(); !bytes.empty())
            dictionary = ZSTD_createCDict(bytes.data(), bytes.size(), level);
    }
    ~Compressor() {
        ZSTD_freeCDict(dictionary);
        ZSTD_freeCCtx(context);
    }
};

struct Decompressor {
    ZSTD_DCtx* context = ZSTD_createDCtx();
    unsigned loaded = 0;
    ZSTD_DDict* dictionary = nullptr;
    ~Decompressor() {
        ZSTD_freeDDict(dictionary);
        ZSTD_freeDCtx(context);
    }
    ZSTD_DDict* of(unsigned id) {
        if (id != loaded) {
            const auto bytes = dictionaryOf(id);
            ZSTD_freeDDict(dictionary);
            dictionary = ZSTD_createDDict_byReference(bytes.data(), bytes.size());
            loaded = id;
        }
        return dictionary;
    }
};

}  // namespace

std::string compressContent(std::string_view json) {
    thread_local Compressor compressor;
    std::string frame(ZSTD_compressBound(json.size()), '\0');
    const auto size = compressor.dictionary
                          ? ZSTD_compress_usingCDict(compressor.context, frame.data(), frame.size(), json.data(),
                                                     json.size(), compressor.dictionary)
                          : ZSTD_compressCCtx(compressor.context, frame.data(), frame.size(), json.data(), json.size(), level);
    if (ZSTD_isError(size)) throw Failure(FailureKind::internal, "The resource could not be stored.", ZSTD_getErrorName(size));
    frame.resize(size);
    return frame;
}

std::string decompressContent(std::string_view frame) {
    thread_local Decompressor decompressor;
    const auto size = ZSTD_getFrameContentSize(frame.data(), frame.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > largest)
        throw Failure(FailureKind::internal, "A stored resource cannot be read.", "content is no zstd frame");
    std::string json(size, '\0');
    const auto id = ZSTD_getDictID_fromFrame(frame.data(), frame.size());
    const auto done = id ? ZSTD_decompress_usingDDict(decompressor.context, json.data(), json.size(), frame.data(),
                                                      frame.size(), decompressor.of(id))
                         : ZSTD_decompressDCtx(decompressor.context, json.data(), json.size(), frame.data(), frame.size());
    if (ZSTD_isError(done) || done != size)
        throw Failure(FailureKind::internal, "A stored resource cannot be read.", "content is damaged");
    return json;
}

}  // namespace polyclinic::store
