// Tells the local network by multicast DNS that a server is here, through Avahi where it runs.

#pragma once

#include <cstdint>
#include <memory>
#include <string>

struct sd_bus;

namespace polyclinic::network {

/// One thread at a time. Nothing throws: without Avahi there is no announcement, and state() says so.
class Announcer {
  public:
    Announcer();
    ~Announcer();

    /// Announces _polyclinic._tcp on `port` as `name`; does nothing when that stands already.
    void announce(const std::string& name, std::uint16_t port);
    void withdraw();
    /// "announced", "off", or "not available".
    const std::string& state() const { return state_; }

  private:
    struct Release {
        void operator()(sd_bus* bus) const;
    };
    bool publish(const std::string& name, std::uint16_t port);

    std::unique_ptr<sd_bus, Release> bus_;  // Avahi forgets us when it is closed
    std::string group_, name_, state_ = "off";
    std::uint16_t port_ = 0;
};

}  // namespace polyclinic::network
