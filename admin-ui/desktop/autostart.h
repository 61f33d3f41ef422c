// Whether the desktop starts this program when the person signs in (XDG Autostart): a file in ~/.config/autostart.

#pragma once

#include <QString>
#include <QStringList>

namespace polyclinic::ui::autostart {

bool isOn();
/// Writes or removes the file. `arguments`: of this program, to be given then too. False: it could not be written.
bool set(bool on, const QStringList& arguments);
/// The file's text: `program` with `arguments`, its window out of the way.
QString entry(const QString& program, const QStringList& arguments);

}  // namespace polyclinic::ui::autostart
