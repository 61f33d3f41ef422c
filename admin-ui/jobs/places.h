// The import among the places of the console.

#pragma once

#include "shell/place.h"

namespace polyclinic::ui {

Place importPlace();

}  // namespace polyclinic::ui
