// The look of the whole console: its colours, light and dark, and the style sheet made of them.

#pragma once

#include <QColor>
#include <QObject>
#include <QString>

class QApplication;

namespace polyclinic::ui {

struct Colours {
    bool dark = false;
    QColor window, surface, sidebar, hover, text, muted, border, field;
    QColor accent, accentHover, onAccent, accentSoft;
    QColor success, successSoft, warning, warningSoft, danger, dangerSoft;
};

/// What a mark or a bar means; each has a colour, and is never told by the colour alone.
enum class Tone { Plain, Muted, Info, Success, Warning, Danger };

class Theme : public QObject {
    Q_OBJECT
  public:
    enum class Choice { System, Light, Dark, HighContrast };

    /// The application's theme; needs a QApplication.
    static Theme& instance();

    /// Fusion, the palette, the font and the style sheet; watches the desktop's wish while System is chosen.
    void apply(Choice choice);
    Choice choice() const { return choice_; }
    const Colours& colours() const { return colours_; }
    QColor colour(Tone tone) const;
    QColor soft(Tone tone) const;

  signals:
    void changed();

  private slots:
    void portalSettingChanged(const QString& space, const QString& key);

  private:
    Theme();
    void askDesktop();
    void use(const Colours& colours);

    Choice choice_ = Choice::System;
    bool desktopIsDark_ = false;
    bool asked_ = false;
    Colours colours_;
};

}  // namespace polyclinic::ui
