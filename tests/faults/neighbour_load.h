// Attackers at the lowest priority, programs that keep the processors as busy as an attack does, and what a neighbour felt.

#pragma once

#include <sys/resource.h>

#include <algorithm>
#include <atomic>

#include "server_support.h"

namespace polyclinic::test {

/// Of this thread alone.
inline void lowestPriority() { setpriority(PRIO_PROCESS, 0, 19); }

struct Figures {
    std::vector<double> seconds;  // sorted
    int failed = 0;
    double at(double part) const {
        return seconds.empty() ? 0 : seconds[std::min(seconds.size() - 1, std::size_t(part * double(seconds.size())))];
    }
};

/// Keeps both processors busy at the usual priority, as the server and its PostgreSQL do under the attack.
class Burners {
  public:
    Burners() {
        for (unsigned i = 0; i < std::max(2u, std::thread::hardware_concurrency()); ++i)
            threads_.emplace_back([](std::stop_token stop) {
                volatile unsigned long counter = 0;
                while (!stop.stop_requested()) counter = counter + 1;
            });
    }

  private:
    std::vector<std::jthread> threads_;
};

class Attack {
  public:
    explicit Attack(const std::vector<std::function<void(int)>>& attacks) {
        for (const auto& attack : attacks)
            threads_.emplace_back([this, attack](std::stop_token stop) {
                lowestPriority();
                for (int i = 0; !stop.stop_requested(); ++i) {
                    try {
                        attack(i);
                        ++asked_;
                    } catch (const std::exception&) {
                        ++lost_;
                    }
                }
            });
    }
    int asked() const { return asked_; }
    int lost() const { return lost_; }

  private:
    std::atomic<int> asked_{0}, lost_{0};
    std::vector<std::jthread> threads_;
};

}  // namespace polyclinic::test
