// Who runs the server among the places of the console.

#pragma once

#include "shell/place.h"

namespace polyclinic::ui {

Place operatorsPlace();

}  // namespace polyclinic::ui
