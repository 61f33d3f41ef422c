// The overview among the places of the console.

#pragma once

#include "shell/place.h"

namespace polyclinic::ui {

Place overviewPlace();

}  // namespace polyclinic::ui
