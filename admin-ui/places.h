// Every screen of the console, a row each, in the order of the sidebar.

#pragma once

#include "shell/place.h"

namespace polyclinic::ui {

QList<Place> allPlaces();

}  // namespace polyclinic::ui
