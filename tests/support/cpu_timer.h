// How long the program itself worked: what another program on the machine does meanwhile does not count.

#pragma once

#include <ctime>

namespace polyclinic::test {

class CpuTimer {
  public:
    void start() { since_ = now(); }
    /// Milliseconds of CPU of all threads of this process since start().
    double elapsed() const { return now() - since_; }

  private:
    static double now() {
        timespec time{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
    }
    double since_ = now();
};

}  // namespace polyclinic::test
