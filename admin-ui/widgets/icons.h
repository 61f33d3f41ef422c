// Line icons of resources/icons in the colour that is asked for.

#pragma once

#include <QColor>
#include <QIcon>
#include <QLabel>

#include "widgets/theme.h"

namespace polyclinic::ui {

/// The icon in one colour; a disabled button shows it pale.
QIcon icon(const QString& name, const QColor& colour);

/// A label that shows the icon in a tone and follows the theme. It is decoration: words stand beside it.
QLabel* iconLabel(const QString& name, Tone tone, int size = 20);

/// Puts the icon on a button (QPushButton, QToolButton or QAction), in a tone, and follows the theme.
template <class Button>
void setIcon(Button* button, const QString& name, Tone tone = Tone::Plain) {
    const auto draw = [button, name, tone] { button->setIcon(icon(name, Theme::instance().colour(tone))); };
    draw();
    QObject::connect(&Theme::instance(), &Theme::changed, button, draw);
}

}  // namespace polyclinic::ui
