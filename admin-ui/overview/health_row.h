// One line of what the server says about its own health.

#pragma once

#include "api_client/resources.h"

class QVBoxLayout;

namespace polyclinic::ui {

/// Adds a row for each item, with lines between them, below what `into` holds.
void addHealth(QVBoxLayout* into, const QList<HealthItem>& items);

}  // namespace polyclinic::ui
