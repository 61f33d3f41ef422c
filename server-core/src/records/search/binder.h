// The parameters of a statement while it is made.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "db/tenant_session.h"

namespace polyclinic::records::sql {

/// Collects parameters; each answers its placeholder. $1 is the tenant's number.
class Binder {
  public:
    std::string int4(std::int32_t value) {
        params_.int4(value);
        return next();
    }
    std::string int8(std::int64_t value) {
        params_.int8(value);
        return next();
    }
    std::string float8(double value) {
        params_.float8(value);
        return next();
    }
    std::string text(std::string_view value) {
        params_.text(value);
        return next();
    }
    std::string time(Timestamp value) {
        params_.timestamp(value);
        return next();
    }
    std::string int4s(const std::vector<std::int32_t>& values) {
        params_.int4Array(values);
        return next();
    }
    std::string int8s(const std::vector<std::int64_t>& values) {
        params_.int8Array(values);
        return next();
    }
    std::string texts(const std::vector<std::string>& values) {
        params_.textArray(values);
        return next();
    }
    db::Params take() { return std::move(params_); }

  private:
    std::string next() { return "$" + std::to_string(params_.size() + 1); }
    db::Params params_;
};

}  // namespace polyclinic::records::sql
