#include "http/body_budget.h"

#include <arpa/inet.h>

#include <algorithm>
#include <utility>

namespace polyclinic::http {
namespace {

/// Bodies grow by steps of this much, so that small reads do not each ask.
constexpr std::size_t step = 64 * 1024;

}  // namespace

std::string networkOf(const std::string& address) {
    in6_addr six{};
    if (address.find(':') == address.npos || ::inet_pton(AF_INET6, address.c_str(), &six) != 1) return address;
    return std::string(reinterpret_cast<const char*>(six.s6_addr), 8);
}

std::shared_ptr<BodyBudget::Share> BodyBudget::share(const std::string& peer) {
    return std::make_shared<Share>(shared_from_this(), networkOf(peer));
}

std::size_t BodyBudget::taken() const {
    std::lock_guard lock(mutex_);
    return taken_;
}

BodyBudget::Share::Share(std::shared_ptr<BodyBudget> budget, std::string network)
    : budget_(std::move(budget)), network_(std::move(network)) {}

BodyBudget::Share::~Share() {
    if (bytes_ == 0) return;
    std::lock_guard lock(budget_->mutex_);
    budget_->taken_ -= bytes_;
    if (const auto peer = budget_->peers_.find(network_); (peer->second -= bytes_) == 0) budget_->peers_.erase(peer);
}

bool BodyBudget::Share::fits(std::size_t bytes) const {
    std::lock_guard lock(budget_->mutex_);
    const auto peer = budget_->peers_.find(network_);
    const std::size_t ofPeer = peer == budget_->peers_.end() ? 0 : peer->second;
    return bytes <= budget_->all_ - std::min(budget_->taken_, budget_->all_) &&
           bytes <= budget_->perPeer_ - std::min(ofPeer, budget_->perPeer_);
}

bool BodyBudget::Share::growTo(std::size_t bytes) {
    if (bytes <= bytes_) return true;
    const std::size_t more = (bytes - bytes_ + step - 1) / step * step;
    std::lock_guard lock(budget_->mutex_);
    auto& ofPeer = budget_->peers_[network_];
    if (budget_->taken_ + more > budget_->all_ || ofPeer + more > budget_->perPeer_) {
        if (ofPeer == 0) budget_->peers_.erase(network_);
        return false;
    }
    budget_->taken_ += more;
    ofPeer += more;
    bytes_ += more;
    return true;
}

}  // namespace polyclinic::http
