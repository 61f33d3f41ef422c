// How many event loops the server has, and how many connections to PostgreSQL.

#pragma once

#include "core/settings.h"
#include "db/database.h"

namespace polyclinic {

unsigned loopsOf(const Settings& settings);
db::PoolSizes poolSizesOf(const Settings& settings);
/// The most connections that one server ever holds, with a few over for migrations and who looks in by hand: what a
/// PostgreSQL of its own must allow.
int connectionsOf(const Settings& settings);

}  // namespace polyclinic
