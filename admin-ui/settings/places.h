// The person's own settings among the places of the console.

#pragma once

#include "shell/place.h"

namespace polyclinic::ui {

Place settingsPlace();

}  // namespace polyclinic::ui
