// Network and certificate among the places of the console.

#pragma once

#include "shell/place.h"

namespace polyclinic::ui {

Place networkPlace();

}  // namespace polyclinic::ui
