// A secret on the clipboard.

#pragma once

#include <QString>

namespace polyclinic::ui {

/// Copies it with the mark that asks clipboard histories of KDE and others to leave it out.
void copySecret(const QString& secret);

}  // namespace polyclinic::ui
