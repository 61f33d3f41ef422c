#include "settings/settings.h"

#include <QSettings>

namespace polyclinic::ui {
namespace {

constexpr int defaultLockMinutes = 10;

QSettings file() { return QSettings(QSettings::IniFormat, QSettings::UserScope, "polyclinic", "console"); }

}  // namespace

Settings& Settings::instance() {
    static Settings settings;
    return settings;
}

Theme::Choice Settings::theme() const {
    const QString name = file().value("theme").toString();
    if (name == "light") return Theme::Choice::Light;
    if (name == "dark") return Theme::Choice::Dark;
    if (name == "high-contrast") return Theme::Choice::HighContrast;
    return Theme::Choice::System;
}

void Settings::setTheme(Theme::Choice choice) {
    const char* names[] = {"system", "light", "dark", "high-contrast"};
    file().setValue("theme", names[int(choice)]);
    emit changed();
}

int Settings::lockMinutes() const { return file().value("lockMinutes", defaultLockMinutes).toInt(); }

void Settings::setLockMinutes(int minutes) {
    file().setValue("lockMinutes", minutes);
    emit changed();
}

bool Settings::knowsTray() const { return file().value("knowsTray").toBool(); }

void Settings::setKnowsTray() { file().setValue("knowsTray", true); }

}  // namespace polyclinic::ui
