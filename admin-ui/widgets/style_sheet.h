// The style sheet: shapes and spacing once, colours from the theme.

#pragma once

#include <QString>

namespace polyclinic::ui {

struct Colours;

QString styleSheetOf(const Colours& colours);

}  // namespace polyclinic::ui
