#include "targets.h"

#include <array>
#include <ctime>

namespace polyclinic::fuzz {
namespace {

constexpr auto all = std::to_array<Target>({
    {"json", json, 32'768},
    {"search", search, 8'192},
    {"framing", framing, 8'192},
    {"scopes", scopes, 40'000},
    {"forms", forms, 16'384},
});

double threadSeconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

std::span<const Target> targets() { return all; }

void runTimed(const Target& target, std::string_view input) {
    const auto start = threadSeconds();
    target.run(input);
    demand(threadSeconds() - start < 1, "No input takes a second.");
}

}  // namespace polyclinic::fuzz
