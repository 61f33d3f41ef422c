// What a Result holds. Internal to db/.

#pragma once

#include <libpq-fe.h>

#include <memory>

#include "db/values.h"

namespace polyclinic::db {

struct ClearResult {
    void operator()(PGresult* result) const { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ClearResult>;

struct Result::Impl {
    ResultHandle result;
};

}  // namespace polyclinic::db
