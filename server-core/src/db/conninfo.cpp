#include "db/conninfo.h"

#include <libpq-fe.h>

#include <memory>

#include "base/failure.h"

namespace polyclinic::db {
namespace {

using Options = std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)>;

Options parse(const std::string& conninfo) {
    char* error = nullptr;
    Options options(PQconninfoParse(conninfo.c_str(), &error), PQconninfoFree);
    PQfreemem(error);  // its text may repeat the address
    if (!options) throw Failure(FailureKind::unprocessable, "The database's address is not one that PostgreSQL understands.");
    return options;
}

std::string quoted(const std::string& value) {
    std::string out = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

}  // namespace

ConninfoParts describeConninfo(const std::string& conninfo) {
    const auto options = parse(conninfo);
    ConninfoParts parts;
    for (auto* option = options.get(); option->keyword; ++option) {
        if (!option->val) continue;
        const std::string_view keyword = option->keyword;
        if (keyword == "user") parts.user = option->val;
        if (keyword == "host") parts.host = option->val;
        if (keyword == "dbname") parts.database = option->val;
    }
    return parts;
}

std::string withPasswordFile(const std::string& conninfo, const std::string& file) {
    const auto options = parse(conninfo);
    std::string out;
    for (auto* option = options.get(); option->keyword; ++option) {
        if (!option->val || (!file.empty() && std::string_view(option->keyword) == "passfile")) continue;
        out += std::string(option->keyword) + '=' + quoted(option->val) + ' ';
    }
    if (!file.empty()) out += "passfile=" + quoted(file);
    return out;
}

}  // namespace polyclinic::db
