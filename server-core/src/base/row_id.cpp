#include "base/row_id.h"

#include <atomic>
#include <chrono>

#include "base/random.h"

namespace polyclinic {

std::int64_t nextRowId() {
    static std::atomic<std::uint64_t> counter{randomU64()};
    constexpr std::int64_t epoch2020 = 1577836800000;
    using namespace std::chrono;
    const auto millis = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count() - epoch2020;
    return ((millis & ((std::int64_t(1) << 41) - 1)) << 22) | std::int64_t(counter.fetch_add(1) & ((1 << 22) - 1));
}

}  // namespace polyclinic
