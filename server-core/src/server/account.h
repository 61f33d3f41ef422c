// The account of the system that the server runs under, when root started it.

#pragma once

#include <string>

namespace polyclinic {

/// Who a server becomes on a folder that is there already: a command of root on the data of a service must not take
/// them away from it. postgres where the folder is new, or root's.
std::string ownerOf(const std::string& folder);

/// Gives root up for good. Threads are there already: the C library changes all of them. Throws StartFault.
void becomeAccount(const std::string& account);

/// Files that libraries look for in the home folder are looked for in that of `account` from now on. Nothing where there is none.
void useHomeOf(const std::string& account);

}  // namespace polyclinic
