#include "raw.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace polyclinic::bench {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) all.push_back(line);
    return all;
}

std::vector<std::string> fileLines(const fs::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return linesOf(text.str());
}

fs::path findBelow(const fs::path& folder, const std::string& name) {
    for (const auto& entry : fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied)) {
        if (entry.path().filename() == name) return entry.path();
    }
    throw std::runtime_error("no " + name + " below " + folder.string());
}

/// The login of that ending that the cluster lets its own account in as.
std::string roleLike(const fs::path& cluster, const std::string& ending) {
    for (const auto& line : fileLines(cluster / "pg_ident.conf")) {
        std::istringstream words(line);
        std::string map, account, role;
        if (!(words >> map >> account >> role) || map.starts_with('#')) continue;
        std::erase(role, '"');
        if (role.ends_with(ending)) return role;
    }
    return "polyclinic_" + ending;
}

}  // namespace

Raw::Raw(const fs::path& data, fs::path work) : work_(std::move(work)) {
    const fs::path pidFile = findBelow(data, "postmaster.pid");
    cluster_ = fs::canonical(pidFile.parent_path());
    const auto lines = fileLines(pidFile);
    if (lines.size() < 5) throw std::runtime_error("the cluster is not running");
    postmaster_ = std::stoi(lines[0]);
    port_ = lines[3];
    socket_ = lines[4];
    struct stat info {};
    stat(pidFile.c_str(), &info);
    account_ = info.st_uid;
    tenantRole_ = roleLike(cluster_, "app_tenant");
    systemRole_ = roleLike(cluster_, "app_system");
    migratorRole_ = roleLike(cluster_, "migrator");
    database_ = "polyclinic";
    tables_ = rows(0,
                   "SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING "
                   "(table_schema, table_name) WHERE c.column_name = 'rid' AND c.table_schema = 'public' AND "
                   "t.table_type = 'BASE TABLE' AND (c.table_name LIKE 'index%' OR c.table_name LIKE 'resource%') ORDER BY 1");
    if (tables_.empty()) throw std::runtime_error("no tables of resources in " + database_);
}

std::string Raw::program(const std::string& name) const {
    for (const auto& version : fs::directory_iterator("/usr/lib/postgresql")) {
        const fs::path path = version.path() / "bin" / name;
        if (fs::exists(path)) return path;
    }
    return name;
}

Call Raw::psql(const std::string& role, int tenant, const std::vector<std::string>& words) const {
    Call call{{program("psql"), "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", socket_, "-p", port_, "-U", role, "-d",
               database_}};
    call.words.insert(call.words.end(), words.begin(), words.end());
    if (tenant != 0) call.environment["PGOPTIONS"] = "-c app.tenant=" + std::to_string(tenant);
    call.account = account_;
    return call;
}

std::vector<std::string> Raw::rows(int tenant, const std::string& sql) {
    return linesOf(run(psql(tenantRole_, tenant, {"-c", sql}), Seconds(60)).out);
}

std::string Raw::value(int tenant, const std::string& sql) {
    const auto all = rows(tenant, sql);
    if (all.empty()) throw std::runtime_error("no row for a figure's statement");
    return all.front();
}

int Raw::numberOf(const std::string& tenant) {
    const auto out =
        run(psql(systemRole_, 0, {"-c", "SELECT number FROM tenant WHERE id = '" + tenant + "' AND state <> 'purged'"}), Seconds(30)).out;
    return std::stoi(out);
}

void Raw::analyze() {
    // The owner's right; the migrator is its member.
    const std::string owner = migratorRole_.substr(0, migratorRole_.size() - std::string("migrator").size()) + "schema_owner";
    run(psql(migratorRole_, 0, {"-c", "SET ROLE " + owner, "-c", "ANALYZE"}), Seconds(120));
}

std::string Raw::columns(const std::string& table) {
    return value(0, "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '" + table +
                        "'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'tenant_id'");
}

Seconds Raw::copyTenant(int tenant) {
    const fs::path folder = work_ / "copy";
    fs::create_directories(folder);
    fs::permissions(folder, fs::perms::all);
    std::string out, in, off, on;
    for (const auto& table : tables_) {
        const std::string file = (folder / (table + ".copy")).string(), names = columns(table);
        out += "\\copy (SELECT " + std::to_string(copyNumber) + ", " + names + " FROM " + table + ") TO '" + file + "'\n";
        in += "\\copy " + table + " (tenant_id, " + names + ") FROM '" + file + "'\n";
        // COPY FROM is refused under row security: lifted for the owner inside the transaction, as migrations may.
        off += "ALTER TABLE " + table + " NO FORCE ROW LEVEL SECURITY;\n";
        on += "ALTER TABLE " + table + " FORCE ROW LEVEL SECURITY;\n";
    }
    const std::string owner = migratorRole_.substr(0, migratorRole_.size() - std::string("migrator").size()) + "schema_owner";
    std::ofstream(folder / "out.sql") << out;
    std::ofstream(folder / "in.sql") << "SET ROLE " << owner << ";\nBEGIN;\n" << off << in << on << "COMMIT;\n";
    run(psql(tenantRole_, tenant, {"-f", folder / "out.sql"}), Seconds(120));
    return run(psql(migratorRole_, 0, {"-f", folder / "in.sql"}), Seconds(300)).took;
}

void Raw::stopOrphan() const {
    // PostgreSQL works in its data folder: a number that has gone to another process since is left alone.
    std::error_code gone;
    const auto isOurs = [&] { return fs::read_symlink("/proc/" + std::to_string(postmaster_) + "/cwd", gone) == cluster_; };
    if (isOurs()) kill(postmaster_, SIGINT);
    for (int wait = 0; wait < 100 && isOurs(); ++wait) usleep(100'000);
    if (isOurs()) kill(postmaster_, SIGQUIT);
}

RawResult Raw::bench(const std::vector<Script>& scripts, unsigned connections, Seconds time) {
    const fs::path folder = work_ / ("pgbench-" + std::to_string(++runs_));
    fs::create_directories(folder);
    Call call{{program("pgbench"), "-M", "prepared", "-n", "-c", std::to_string(connections), "-j",
               std::to_string(std::min(connections, 2u)), "-T", std::to_string(std::max(1, static_cast<int>(time.count() + 0.5)))}};
    for (std::size_t i = 0; i < scripts.size(); ++i) {
        const fs::path file = folder / (std::to_string(i) + ".sql");
        std::ofstream(file) << scripts[i].sql << '\n';
        call.words.insert(call.words.end(), {"-f", file.string() + "@" + std::to_string(scripts[i].weight)});
    }
    call.words.insert(call.words.end(), {"-h", socket_, "-p", port_, "-U", tenantRole_, database_});
    call.environment["PGOPTIONS"] = "-c app.tenant=" + std::to_string(copyNumber);
    call.account = account_;
    const Ended ended = run(call, time + Seconds(30));
    RawResult result;
    for (const auto& line : linesOf(ended.out)) {
        if (line.starts_with("tps = ")) result.perSecond = std::stod(line.substr(6));
        if (line.starts_with("number of failed transactions: ")) result.errors = std::stoul(line.substr(31));
    }
    return result;
}

std::string Raw::createSql(const std::string& rid, int slot) {
    // Columns of a resource that every new one has for itself.
    static const std::map<std::string, std::string> fresh{
        {"id", "'raw-' || k.rid"}, {"rid", "k.rid"}, {"id_hash", "k.rid"}, {"version", "1"}, {"updated", "now()"}};
    const std::string number = std::to_string(copyNumber);
    std::string sql =
        "WITH k AS MATERIALIZED (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint * 1000 + "
        ":client_id * 20 + " +
        std::to_string(slot) + " AS rid)";
    for (const auto& table : tables_) {
        if (table == "resource_history") continue;  // holds what a newer version replaced: none at a create
        const std::string names = columns(table);
        std::string values, literals;
        std::istringstream split(names);
        for (std::string name; std::getline(split, name, ',');) {
            std::erase(name, ' ');
            if (!values.empty()) values += ", ";
            const auto own = fresh.find(name);
            if (own != fresh.end()) {
                values += own->second;
            } else {
                values += "v." + name;
            }
            if (!literals.empty()) literals += " || ', ' || ";
            // As hex: pgbench takes a colon and a word for a variable, inside quotes too.
            literals += "coalesce('convert_from(''\\x' || encode(convert_to(" + name +
                        "::text, 'UTF8'), 'hex') || ''', ''UTF8'')', 'NULL') || '::' || pg_typeof(" + name + ")";
        }
        const auto found = rows(copyNumber, "SELECT '(' || " + literals + " || ')' FROM " + table + " WHERE rid = " + rid);
        if (found.empty()) continue;
        std::string tuples;
        for (const auto& tuple : found) tuples += (tuples.empty() ? "" : ", ") + tuple;
        sql += ", w_" + table + " AS (INSERT INTO " + table + " (tenant_id, " + names + ") SELECT " + number + ", " + values +
               " FROM k, (VALUES " + tuples + ") v (" + names + "))";
    }
    return sql + " SELECT 1;";
}

}  // namespace polyclinic::bench
