// Chance that falls alike on every machine: SplitMix64 and whole-number draws, no distribution of the library.

#pragma once

#include <cstdint>
#include <string>

namespace polyclinic::sample_data {

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    /// low and high included.
    int between(int low, int high) { return low + static_cast<int>(next() % static_cast<std::uint64_t>(high - low + 1)); }
    bool chance(int percent) { return between(1, 100) <= percent; }
    /// Of an array or vector that is not empty.
    template <class Items>
    const auto& pick(const Items& items) {
        return items[next() % std::size(items)];
    }
    /// In the form of RFC 4122 version 4.
    std::string uuid() {
        const std::uint64_t high = (next() & 0xffffffffffff0fffu) | 0x4000u;
        const std::uint64_t low = (next() & 0x3fffffffffffffffu) | 0x8000000000000000u;
        std::string text;
        for (int digit = 0; digit < 32; ++digit) {
            if (digit == 8 || digit == 12 || digit == 16 || digit == 20) text += '-';
            const std::uint64_t half = digit < 16 ? high : low;
            text += "0123456789abcdef"[(half >> (60 - 4 * (digit % 16))) & 15];
        }
        return text;
    }

  private:
    std::uint64_t state_;
};

}  // namespace polyclinic::sample_data
