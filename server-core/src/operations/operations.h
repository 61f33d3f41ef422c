// The operations that every base offers, a row each. A handler is a file of its own in this folder; operations.cpp
// declares it beside its row, and nothing else is touched.

#pragma once

#include "rest/operation.h"

namespace polyclinic::operations {

rest::Operations table();

}  // namespace polyclinic::operations
