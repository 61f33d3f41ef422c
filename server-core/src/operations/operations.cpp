#include "operations/operations.h"

namespace polyclinic::operations {

rest::Operations table() {
    // {name, definition, levels, types, handler}
    static const std::vector<rest::Operation> rows{};
    return rows;
}

}  // namespace polyclinic::operations
