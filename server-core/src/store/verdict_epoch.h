// When the verdicts on tokens that this process remembers end: at the next change of any token, client or operator.

#pragma once

#include <atomic>
#include <cstdint>

namespace polyclinic::store {

namespace detail {
inline std::atomic<std::uint64_t> verdictEpoch{1};
}

/// To be read before the look-up whose verdict is to be remembered; the verdict holds while the number stays.
inline std::uint64_t verdictEpoch() { return detail::verdictEpoch.load(std::memory_order_acquire); }
/// After the change is committed. Any thread.
inline void endVerdicts() { detail::verdictEpoch.fetch_add(1, std::memory_order_acq_rel); }

}  // namespace polyclinic::store
