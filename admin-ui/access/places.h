// Which app sees whose record, and who is signed in, among the places of the console.

#pragma once

#include "shell/place.h"

namespace polyclinic::ui {

Place accessPlace();
Place sessionsPlace();

}  // namespace polyclinic::ui
