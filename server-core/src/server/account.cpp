#include "server/account.h"

#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "server/data_folder.h"

namespace polyclinic {

std::string ownerOf(const std::string& folder) {
    struct stat info {};
    const auto* entry = ::stat(folder.c_str(), &info) == 0 && info.st_uid != 0 ? ::getpwuid(info.st_uid) : nullptr;
    return entry ? entry->pw_name : "postgres";
}

void becomeAccount(const std::string& account) {
    const auto* entry = ::getpwnam(account.c_str());
    if (!entry || ::initgroups(entry->pw_name, entry->pw_gid) != 0 || ::setgid(entry->pw_gid) != 0 || ::setuid(entry->pw_uid) != 0)
        throw StartFault{{"The program could not give up root and become " + account + ".", "Name another account.", 77}};
    useHomeOf(account);
    ::prctl(PR_SET_DUMPABLE, 0);
}

void useHomeOf(const std::string& account) {
    // PostgreSQL's library looks for certificates in the home folder, and takes one that it may not open for an error.
    if (const auto* entry = ::getpwnam(account.c_str())) ::setenv("HOME", entry->pw_dir, 1);
}

}  // namespace polyclinic
