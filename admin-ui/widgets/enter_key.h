// Enter on a button that has the keyboard.

#pragma once

class QApplication;

namespace polyclinic::ui {

/// Enter presses the button that has the keyboard, as Space does; one with a menu shows it. Once, when the application
/// begins.
void letEnterPress(QApplication& application);

}  // namespace polyclinic::ui
