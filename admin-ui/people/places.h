// A clinic's patients, and one of them, among the places of the console.

#pragma once

#include "shell/place.h"

namespace polyclinic::ui {

Place patientsPlace();
Place patientPlace();

/// Goes to the page of the patient "Patient/p1" of the open clinic. What is no patient is left alone.
void showPatient(Shell& shell, const QString& reference);

}  // namespace polyclinic::ui
