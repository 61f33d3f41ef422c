// Row numbers of resources and audit events: time-ordered, so that new rows land side by side in their indexes,
// and drawn without asking the database, so that a tenant can be copied to another one as it is.

#pragma once

#include <cstdint>

namespace polyclinic {

/// 41 bits of milliseconds since 2020, 22 bits that count from a random start. Two server processes can meet by
/// chance; the unique key then refuses the row and the write is tried again. Any thread. Always positive.
std::int64_t nextRowId();

}  // namespace polyclinic
