// Passwords of PostgreSQL's logins as libpq reads them: lines host:port:database:login:password.

#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace polyclinic {

/// A change of such a file that happens whole or not. Lines of other logins stay, its owner and place too; mode 0600.
class PasswordFile {
  public:
    using Passwords = std::vector<std::pair<std::string, std::string>>;  // login, password; neither holds ':' or '\'

    /// Writes the new text beside `path`, which need not be there. Throws StartFault (73) where it cannot.
    PasswordFile(std::filesystem::path path, const Passwords& passwords);
    /// Without putInPlace() nothing was changed.
    ~PasswordFile();
    PasswordFile(const PasswordFile&) = delete;

    /// Throws StartFault (73).
    void putInPlace();

  private:
    std::filesystem::path path_, beside_;
};

}  // namespace polyclinic
