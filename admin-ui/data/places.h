// A clinic's records among the places of the console.

#pragma once

#include "shell/place.h"

namespace polyclinic::ui {

Place recordsPlace();

/// Goes to the records of the open clinic and asks for those of a type ("Patient"), or of a search ("Patient?name=maria").
void showRecords(Shell& shell, const QString& what);

}  // namespace polyclinic::ui
