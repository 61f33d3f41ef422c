// When the cached tokens that this process remembers end: at the next change of any token, client or operator.

#pragma once

#include <atomic>
#include <cstdint>

namespace polyclinic::access {

namespace detail {
inline std::atomic<std::uint64_t> tokenCacheEpoch{1};
}

/// To be read before the look-up whose result is to be cached; it holds while the number stays.
inline std::uint64_t tokenCacheEpoch() { return detail::tokenCacheEpoch.load(std::memory_order_acquire); }
/// After the change is committed. Any thread.
inline void endCachedTokens() { detail::tokenCacheEpoch.fetch_add(1, std::memory_order_acq_rel); }

}  // namespace polyclinic::access
