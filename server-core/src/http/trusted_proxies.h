// Proxies in front of a listener whose word about the client's address is believed.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace polyclinic::http {

class TrustedProxies {
  public:
    /// IP addresses, or networks such as 10.0.0.0/8 and fd00::/8. Throws Failure(unprocessable), which names the wrong one.
    explicit TrustedProxies(const std::vector<std::string>& networks);
    ~TrustedProxies();

    /// Any thread.
    bool contains(std::string_view address) const;

    /// Who asks, behind a `peer` that is one of these: X-Forwarded-For read from its end, up to the first address that
    /// is none of these. What stands before that was written by the client, and is not believed. A word that is no
    /// address ends the search at the last one that is. Any thread.
    std::string clientOf(std::string_view peer, const Headers& headers) const;

  private:
    struct Networks;
    std::unique_ptr<const Networks> networks_;
};

}  // namespace polyclinic::http
