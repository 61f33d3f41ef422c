// A value, or what went wrong in words for the person at the machine.

#pragma once

#include <string>
#include <utility>
#include <variant>

namespace polyclinic {

struct Fault {
    std::string cause;   // what happened
    std::string remedy;  // what to do about it
    int exitCode = 1;    // 69 port, 73 data folder, 75 retry, 77 permission, 78 configuration, 2 running
};

template <class T>
class Result {
  public:
    Result(T value) : state_(std::move(value)) {}
    Result(Fault fault) : state_(std::move(fault)) {}

    explicit operator bool() const { return state_.index() == 0; }
    T& value() { return std::get<0>(state_); }
    const Fault& fault() const { return std::get<1>(state_); }

  private:
    std::variant<T, Fault> state_;
};

}  // namespace polyclinic
