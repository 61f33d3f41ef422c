// The list of clinics and a clinic's home among the places of the console, and what other screens ask of them.

#pragma once

#include "shell/place.h"

namespace polyclinic::ui {

Place clinicsPlace();
Place clinicHomePlace();

/// Opens the sheet of a new clinic, and that clinic once it is there.
void askNewClinic(Shell& shell);
/// Goes to the home of the open clinic and asks which system to add.
void askNewSystem(Shell& shell);

}  // namespace polyclinic::ui
