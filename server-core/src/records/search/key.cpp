#include "records/search/key.h"

#include <charconv>

namespace polyclinic::records::sql {

using fhir::ParameterType;
using fhir::SortKey;
using fhir::Storage;

Key keyOf(const SortKey& sort) {
    if (sort.parameter->storage == Storage::updated) return {"updated", Key::Type::time};
    if (sort.parameter->storage == Storage::id) return {"id", Key::Type::text};
    if (sort.parameter->kind == ParameterType::date) return {"low", Key::Type::time};
    if (sort.parameter->kind == ParameterType::string || sort.parameter->kind == ParameterType::uri) return {"value", Key::Type::text};
    return {"low", Key::Type::number};
}

std::string bindKey(const SortKey& sort, const std::string& text, Binder& binder) {
    switch (keyOf(sort).type) {
        case Key::Type::text:
            return binder.text(text);
        case Key::Type::time: {
            std::int64_t micros = 0;
            std::from_chars(text.data(), text.data() + text.size(), micros);
            return binder.time({micros});
        }
        case Key::Type::number:
            break;
    }
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return binder.float8(number);
}

fhir::Position positionOf(const Plan& plan, const db::Result& rows, std::size_t row) {
    fhir::Position position;
    position.rid = rows.int8(row, columnRid);
    position.id = rows.text(row, columnId);
    for (std::size_t i = 0; i < plan.query.sort.size(); ++i) {
        const auto column = columnKeys + i;
        if (rows.isNull(row, column)) {
            position.keys.emplace_back();
            continue;
        }
        switch (keyOf(plan.query.sort[i]).type) {
            case Key::Type::text:
                position.keys.emplace_back(rows.text(row, column));
                break;
            case Key::Type::time:
                position.keys.emplace_back(std::to_string(rows.timestamp(row, column).micros));
                break;
            case Key::Type::number: {
                char text[32];
                const auto end = std::to_chars(text, text + sizeof text, rows.float8(row, column)).ptr;
                position.keys.emplace_back(std::string(text, end));
            }
        }
    }
    return position;
}

}  // namespace polyclinic::records::sql
