// What happened, at a clinic and on the server, among the places of the console.

#pragma once

#include "shell/place.h"

namespace polyclinic::ui {

Place activityPlace();
Place serverActivityPlace();

}  // namespace polyclinic::ui
