// The operations that every base offers, a row each. A handler is a file of its own in this folder, which adds its row
// to the table in operations.cpp and touches nothing else.

#pragma once

#include "rest/operation.h"

namespace polyclinic::operations {

rest::Operations table();

}  // namespace polyclinic::operations
