// Drives the first run of a console to the clinic's home.

#pragma once

#include "console.h"
#include "drive.h"
#include "real_server.h"

namespace polyclinic::test {

constexpr auto operatorName = "maria";
constexpr auto operatorPassword = "violet-harbor-mitten-92";

/// Answers whether the clinic's home came up.
inline bool createFirstClinic(ui::Console& console, const QString& name) {
    if (!fill(&console, "Clinic's name", name) || !fill(&console, "Your user name", operatorName) ||
        !fill(&console, "Your password", operatorPassword) || !press(&console, "Create clinic")) {
        return false;
    }
    return QTest::qWaitFor([&] { return shows(&console, "Getting ready") && shows(&console, name); }, 3 * patience);
}

}  // namespace polyclinic::test
