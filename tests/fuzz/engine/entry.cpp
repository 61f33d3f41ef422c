// A target as libFuzzer calls it. A property that does not hold, and more than 64 MB for one input, abort.

#include <sanitizer/allocator_interface.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include "targets.h"

namespace {

constexpr long mostBytes = 64 << 20;
std::atomic<long> live{0}, most{0};
thread_local bool counting = false;

void onMalloc(const volatile void*, std::size_t size) {
    if (!counting) return;
    const long now = live += static_cast<long>(size);
    if (now > most) most = now;
}

void onFree(const volatile void* memory) {
    if (counting && memory) live -= static_cast<long>(__sanitizer_get_allocated_size(const_cast<const void*>(memory)));
}

const polyclinic::fuzz::Target* target = nullptr;

}  // namespace

/// The target is what the program is called by: fuzz_<target>. "--longest" answers how long its inputs may well be.
extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
    for (const auto& each : polyclinic::fuzz::targets())
        if (std::string_view((*arguments)[0]).ends_with("fuzz_" + std::string(each.name))) target = &each;
    if (!target) {
        std::fprintf(stderr, "call it by a target: fuzz_json and the like\n");
        std::exit(64);
    }
    if (*count == 2 && std::string_view((*arguments)[1]) == "--longest") {
        std::printf("%zu\n", target->longest);
        std::exit(0);
    }
    __sanitizer_install_malloc_and_free_hooks(onMalloc, onFree);
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    live = most = 0;
    counting = true;
    try {
        polyclinic::fuzz::runTimed(*target, {reinterpret_cast<const char*>(data), size});
        polyclinic::fuzz::demand(most <= mostBytes, "No input takes 64 MB.");
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "Broken: %s\n", fault.what());
        std::abort();
    }
    counting = false;
    return 0;
}
