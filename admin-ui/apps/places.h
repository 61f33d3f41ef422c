// A clinic's apps, and one of them, among the places of the console.

#pragma once

#include "shell/place.h"

namespace polyclinic::ui {

Place appsPlace();
Place appPlace();

}  // namespace polyclinic::ui
