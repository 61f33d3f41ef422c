// Whose postmaster.pid a cluster has: a living PostgreSQL's, a dead one's, or a stranger's number. Internal to db/.

#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace polyclinic::db {

struct PostmasterFile {
    enum class Owner {
        none,     // no file, or its process is dead: PostgreSQL itself clears it
        living,   // the PostgreSQL of this folder
        foreign,  // a living process that is not: PostgreSQL would refuse to start
    };
    Owner owner = Owner::none;
    pid_t pid = 0;
    std::filesystem::path socketFolder;
};

/// Living means: the executable is called postgres and its working folder is the cluster, which every postmaster
/// makes its own. Throws Failure(conflict) when the system does not let us see that.
PostmasterFile readPostmasterFile(const std::filesystem::path& dataDirectory);

/// Renames the file of a foreign process, after looking once more. The name it has now.
std::filesystem::path moveAside(const std::filesystem::path& dataDirectory);

}  // namespace polyclinic::db
