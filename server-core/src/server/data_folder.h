// The folder that holds everything, and the lock that lets one program at a time have it.

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace polyclinic {

/// What start throws when the cause lies with the machine; becomes Result's Fault.
struct StartFault {
    Fault fault;
};

class DataFolder {
  public:
    /// Makes the folder (0700) where there is none, and locks it. `account`: who is to own it when this process is
    /// root; empty: leave it. Throws StartFault: in use (2), not writable or not ours (73).
    DataFolder(const std::filesystem::path& path, const std::string& account);
    /// Removes the control file and gives the lock back.
    ~DataFolder();
    DataFolder(const DataFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path cluster() const { return path_ / "postgres"; }

    /// A small file that is replaced whole: temp, fsync, rename. 0600.
    void write(std::string_view name, std::string_view bytes) const;
    /// Nothing when there is none.
    std::optional<std::string> read(std::string_view name) const;

  private:
    void give(const std::filesystem::path& path) const;
    std::filesystem::path path_;
    int lock_ = -1;
    unsigned owner_ = 0, group_ = 0;
    bool givesAway_ = false;
};

/// The ends of the audit logs' chains of seals (audit/audit_heads.h).
inline constexpr std::string_view auditHeadsFile = "audit-heads.json";

/// Name of the control file: where a running server can be reached, and the token for it.
inline constexpr std::string_view controlFile = "control.json";

}  // namespace polyclinic
