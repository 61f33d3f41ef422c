#include "base/json.h"

namespace polyclinic::json {

void writeString(std::string_view text, std::string& out) {
    static constexpr char digits[] = "0123456789abcdef";
    out += '"';
    std::size_t written = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') [[likely]]
            continue;
        out.append(text, written, i - written);
        written = i + 1;
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\b':
                out += "\\b";
                break;
            case '\f':
                out += "\\f";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                out += "\\u00";
                out += digits[c >> 4];
                out += digits[c & 15];
        }
    }
    out.append(text, written);
    out += '"';
}

void write(const Value& value, std::string& out) {
    switch (value.kind()) {
        case Kind::null:
            out += "null";
            break;
        case Kind::boolean:
        case Kind::number:
            out += value.text();
            break;
        case Kind::string:
            writeString(value.text(), out);
            break;
        case Kind::array: {
            out += '[';
            bool first = true;
            for (const Value& item : value.items()) {
                if (!first) out += ',';
                first = false;
                write(item, out);
            }
            out += ']';
            break;
        }
        case Kind::object: {
            out += '{';
            bool first = true;
            for (const Member& member : value.members()) {
                if (!first) out += ',';
                first = false;
                writeString(member.name, out);
                out += ':';
                write(member.value, out);
            }
            out += '}';
            break;
        }
    }
}

std::string toString(const Value& value) {
    std::string out;
    write(value, out);
    return out;
}

}  // namespace polyclinic::json
