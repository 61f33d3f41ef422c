#include "db/connect_options.h"

#include <libpq-fe.h>

#include <memory>
#include <string_view>

#include "base/failure.h"

namespace polyclinic::db {
namespace {

using Options = std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)>;

Options parsed(const std::string& conninfo) { return {PQconninfoParse(conninfo.c_str(), nullptr), PQconninfoFree}; }

std::string optionIn(const std::string& conninfo, std::string_view keyword) {
    const auto options = parsed(conninfo);
    if (!options) return {};
    for (const auto* option = options.get(); option->keyword; ++option)
        if (keyword == option->keyword && option->val) return option->val;
    return {};
}

}  // namespace

std::string conninfoWith(const std::string& conninfo, const std::vector<std::pair<std::string, std::string>>& changes) {
    const auto options = parsed(conninfo);
    if (!options) throw Failure(FailureKind::badRequest, "The address of the database is not understood.");
    std::string out;
    for (const auto* option = options.get(); option->keyword; ++option) {
        const char* value = option->val;
        for (const auto& [keyword, changed] : changes)
            if (keyword == option->keyword) value = changed.c_str();
        if (!value) continue;
        out.append(out.empty() ? "" : " ").append(option->keyword).append("='");
        for (; *value; ++value) {
            if (*value == '\'' || *value == '\\') out += '\\';
            out += *value;
        }
        out += '\'';
    }
    return out;
}

std::string adminConninfo(const std::string& conninfo) {
    return conninfoWith(conninfo,
                        {{"options", optionIn(conninfo, "options") + " -c lock_timeout=5s -c client_min_messages=error -c timezone=UTC"},
                         {"application_name", "polyclinic"},
                         {"connect_timeout", std::to_string(connectTimeout.count())}});
}

std::vector<std::pair<std::string, std::string>> connectOptions(const std::string& conninfo, std::chrono::milliseconds statementTimeout) {
    std::string server = optionIn(conninfo, "options");
    const auto set = [&server](std::string_view name, std::string_view value) {
        server.append(" -c ").append(name).append("=").append(value);
    };
    set("statement_timeout", std::to_string(statementTimeout.count()));
    set("lock_timeout", "5000");
    set("client_connection_check_interval", "1000");  // what nobody waits for any more is not run to its end
    set("idle_in_transaction_session_timeout", "60000");
    set("client_min_messages", "error");
    set("timezone", "UTC");
    // A tenant's rows are narrowed by the setting that a transaction makes; plans never outlive that choice.
    set("row_security", "on");
    // Every statement says by its form which index it takes; planning it anew for each set of values would cost more
    // than running it.
    set("plan_cache_mode", "force_generic_plan");
    const std::string silence = std::to_string(silenceTimeout.count());
    return {{"dbname", conninfo},
            {"options", server},
            {"application_name", "polyclinic"},
            {"client_encoding", "UTF8"},
            {"keepalives", "1"},
            {"keepalives_idle", silence},
            {"keepalives_interval", "3"},
            {"keepalives_count", "3"},
            {"tcp_user_timeout", std::to_string(std::chrono::milliseconds(silenceTimeout).count())}};
}

}  // namespace polyclinic::db
