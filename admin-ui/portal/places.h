// The preview of a clinic's portal among the places of the console.

#pragma once

#include "shell/place.h"

namespace polyclinic::ui {

Place previewPlace();

}  // namespace polyclinic::ui
