// A place of the console: the row by which a screen's folder tells the window of its screen. The sidebar, the commands and
// their keys are made of these rows; the window knows no screen by name.

#pragma once

#include <QList>
#include <QString>
#include <functional>

namespace polyclinic::ui {

class Page;
class Shell;

/// Something to do at a place, in the palette and by its keys. While a sheet is open it does nothing.
struct Command {
    QString title;
    QString keys;  // empty: none
    bool needsClinic = false;
    std::function<void()> run;
};

struct Place {
    enum class In {
        Server,  // of the whole server; the first one is where the console begins
        Clinic,  // shown while a clinic is open
        Foot,    // of the person, at the foot
        Below    // one thing of another place's list, which stays marked; no entry and no command of its own
    };

    QString name;  // how other folders' screens go there
    QString title, icon, keys;
    In in = In::Server;
    QString above = {};  // Below: the name of that other place
    std::function<Page*(Shell& shell)> make;
    std::function<QList<Command>(Shell& shell, Page& page)> commands = {};

    bool needsClinic() const { return in == In::Clinic || in == In::Below; }
};

}  // namespace polyclinic::ui
