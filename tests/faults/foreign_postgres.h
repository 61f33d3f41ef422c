// A PostgreSQL as an administrator would run it for Polyclinic: on TCP, with passwords, durable.

#pragma once

#include "server_support.h"

namespace polyclinic::test {

class ForeignPostgres {
  public:
    ForeignPostgres() : account_(db::accountFor({})) {
        TakenPort free;
        port_ = free.port();
        const auto cluster = folder_ / "cluster";
        fs::create_directory(cluster);
        if (account_.drops && chown(cluster.c_str(), account_.uid, account_.gid) != 0) throw std::runtime_error("chown");
        fs::permissions(cluster, fs::perms(0700));
        std::string programs = "/usr/lib/postgresql/15/bin/";
        if (db::waitForProgram(db::startProgram(
                {{programs + "initdb", "-D", cluster.string(), "-U", "dba", "-A", "trust", "-E", "UTF8", "--locale=C"}, {}}, account_)) !=
            0)
            throw std::runtime_error("initdb failed");
        std::ofstream(cluster / "pg_hba.conf") << "local all dba trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
    }
    ~ForeignPostgres() { stop(); }

    void start(const std::vector<std::string>& more = {}) {
        std::vector<std::string> words{"/usr/lib/postgresql/15/bin/postgres",
                                       "-D",
                                       (folder_ / "cluster").string(),
                                       "-p",
                                       std::to_string(port_),
                                       "-h",
                                       "127.0.0.1",
                                       "-k",
                                       (folder_ / "cluster").string()};
        words.insert(words.end(), more.begin(), more.end());
        pid_ = db::startProgram({words, folder_ / "cluster/server.log"}, account_);
        for (int i = 0; i < 500; ++i) {
            try {
                pqxx::connection connection(admin());
                return;
            } catch (const std::exception&) {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
        }
        throw std::runtime_error("PostgreSQL did not start");
    }
    void stop() {
        if (pid_ <= 0) return;
        kill(pid_, SIGINT);
        db::waitForProgram(pid_);
        pid_ = 0;
    }
    std::string admin(const std::string& database = "postgres") const {
        return "postgresql://dba@/" + database + "?host=" + (folder_ / "cluster").string() + "&port=" + std::to_string(port_);
    }
    std::string address(const std::string& user) const {
        return "postgresql://" + user + "@127.0.0.1:" + std::to_string(port_) + "/polyclinic";
    }
    std::string keywords() const { return "host=127.0.0.1 port=" + std::to_string(port_); }
    void sql(const std::string& statement) const {
        pqxx::connection connection(admin("polyclinic"));
        pqxx::nontransaction work(connection);
        work.exec(statement);
    }
    fs::path passwords() const { return folder_ / "passwords"; }
    fs::path key() const { return folder_ / "installation.key"; }
    Ended prepare() const {
        const auto ended = polyclinicd({"database", "prepare", "--admin-uri", admin(), "--write-passwords", passwords().string()});
        std::ofstream(key()) << std::string(43, 'A') << '\n';
        for (const auto& path : {passwords(), key()})
            if (account_.drops && chown(path.c_str(), account_.uid, account_.gid) != 0) throw std::runtime_error("chown");
        return ended;
    }
    /// The database and the login of one clinic.
    Ended prepareTenant(const std::string& id) const {
        return polyclinicd({"database", "prepare", "--tenant", id, "--admin-uri", admin(), "--write-passwords", passwords().string()});
    }
    std::vector<std::string> options() const {
        return {"--database", address("polyclinic_app_tenant"), "--password-file", passwords().string(), "--key-file", key().string()};
    }
    const fs::path& folder() const { return folder_.path(); }

  private:
    Folder folder_;
    db::Account account_;
    int port_ = 0;
    pid_t pid_ = 0;
};

}  // namespace polyclinic::test
