// The server: everything but the window and the command line. One in a process.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/settings.h"

namespace polyclinic {

class Server {
  public:
    /// Starts and answers once every address answers. Blocks for a second (warm) to some ten seconds (first run);
    /// `progress` gets short steps from this thread. Failure: a Fault with cause, remedy and exit code; nothing is
    /// left running.
    static Result<std::unique_ptr<Server>> start(const Settings& settings, const std::function<void(std::string_view step)>& progress);
    /// stop().
    ~Server();

    /// Public address of the clinics, without a closing slash.
    std::string base() const;
    /// Address of the operators' listener.
    std::string operators() const;
    /// The one-time secret with which the first operator is made; empty when there is one. This process only.
    std::string setupSecret() const;
    /// Lines about the demo clinic for the person who asked for it; empty without one.
    std::string demoNotes() const;

    /// Reads certificate files again. False: they do not fit; the old ones stay.
    bool reloadCertificates();
    /// Requests under way finish, within 10 s; then PostgreSQL stops. Blocks. Any thread that is no loop's.
    void stop();

  private:
    struct Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Where a running server of this data folder can be reached by the same person: read from a file that only she can
/// read. Empty members: none runs.
struct RunningServer {
    std::string operators, base, token;
    int pid = 0;
};
RunningServer findRunning(const std::string& dataDirectory);

/// What is wrong with the settings as far as one can say without starting; nothing: they are in order.
std::optional<Fault> faultIn(const Settings& settings);

/// What the settings ask for, and a careful person would not.
std::vector<std::string> warningsOf(const Settings& settings);

/// The program's version.
std::string_view version();

/// Makes the roles and databases for `--database` through `adminUri` (a superuser); answers the SQL instead when
/// `printOnly`. `passwordFile`: where the roles' passwords are written, 0600.
Result<std::string> prepareDatabase(const std::string& adminUri, const std::string& passwordFile, bool printOnly);

/// The same for the database of one clinic and its login, before the clinic is made there, or after for one of a former
/// release. The password is added to `passwordFile`.
Result<std::string> prepareTenantDatabase(const std::string& adminUri, const std::string& tenant, const std::string& passwordFile,
                                          bool printOnly);

}  // namespace polyclinic
