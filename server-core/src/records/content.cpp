#include "records/content.h"

#define ZSTD_STATIC_LINKING_ONLY  // dictionaries by reference: they live as long as the program
#include <zstd.h>

#include <map>
#include <memory>
#include <mutex>

#include "base/failure.h"
#include "dictionaries_embedded.h"

namespace polyclinic::records {
namespace {

constexpr int level = 3;
constexpr std::size_t largest = 64 << 20;
/// Larger texts are compressed within a window of 128 kB, which is what reading them piece by piece takes.
constexpr std::size_t windowed = 256 << 10;
constexpr int windowLog = 17;

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
        if (const auto bytes = newestDictionary(); !bytes.empty()) dictionary = ZSTD_createCDict(bytes.data(), bytes.size(), level);
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
    if (json.size() > windowed) {
        ZSTD_CCtx_reset(compressor.context, ZSTD_reset_session_and_parameters);
        ZSTD_CCtx_setParameter(compressor.context, ZSTD_c_compressionLevel, level);
        ZSTD_CCtx_setParameter(compressor.context, ZSTD_c_windowLog, windowLog);
    }
    const auto size =
        json.size() > windowed ? ZSTD_compress2(compressor.context, frame.data(), frame.size(), json.data(), json.size())
        : compressor.dictionary
            ? ZSTD_compress_usingCDict(compressor.context, frame.data(), frame.size(), json.data(), json.size(), compressor.dictionary)
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
    const auto done =
        id ? ZSTD_decompress_usingDDict(decompressor.context, json.data(), json.size(), frame.data(), frame.size(), decompressor.of(id))
           : ZSTD_decompressDCtx(decompressor.context, json.data(), json.size(), frame.data(), frame.size());
    if (ZSTD_isError(done) || done != size) throw Failure(FailureKind::internal, "A stored resource cannot be read.", "content is damaged");
    return json;
}

std::size_t contentSize(std::string_view head) {
    const auto size = ZSTD_getFrameContentSize(head.data(), head.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > largest)
        throw Failure(FailureKind::internal, "A stored resource cannot be read.", "content is no zstd frame");
    return size;
}

namespace {

/// Digested once for all decoders; there are few dictionaries, and they stay.
const ZSTD_DDict* sharedDictionary(unsigned id) {
    static std::mutex mutex;
    static std::map<unsigned, ZSTD_DDict*> known;
    std::lock_guard lock(mutex);
    auto& dictionary = known[id];
    if (!dictionary) {
        const auto bytes = dictionaryOf(id);
        dictionary = ZSTD_createDDict_byReference(bytes.data(), bytes.size());
    }
    return dictionary;
}

}  // namespace

struct ContentDecoder::Impl {
    ZSTD_DCtx* context = ZSTD_createDCtx();
    ~Impl() { ZSTD_freeDCtx(context); }
};

std::size_t ContentDecoder::workBytes(std::string_view head) {
    ZSTD_frameHeader header{};
    if (ZSTD_getFrameHeader(&header, head.data(), head.size()) != 0 || header.windowSize > largest)
        throw Failure(FailureKind::internal, "A stored resource cannot be read.", "content is no zstd frame");
    constexpr std::size_t besides = 512 << 10;  // the context itself, a block on its way in and one on its way out
    return std::size_t(header.windowSize) + besides;
}

ContentDecoder::ContentDecoder(std::string_view head) : impl_(std::make_unique<Impl>()) {
    contentSize(head);
    ZSTD_DCtx_setParameter(impl_->context, ZSTD_d_windowLogMax, 27);
    if (const auto id = ZSTD_getDictID_fromFrame(head.data(), head.size())) ZSTD_DCtx_refDDict(impl_->context, sharedDictionary(id));
}

ContentDecoder::~ContentDecoder() = default;

ContentDecoder::Step ContentDecoder::decode(std::string_view bytes, std::string& into, std::size_t most) {
    const auto had = into.size();
    into.resize(had + most);
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    ZSTD_outBuffer out{into.data() + had, most, 0};
    const auto left = ZSTD_decompressStream(impl_->context, &out, &in);
    into.resize(had + out.pos);
    if (ZSTD_isError(left)) throw Failure(FailureKind::internal, "A stored resource cannot be read.", "content is damaged");
    return {in.pos, left == 0};
}

}  // namespace polyclinic::records
