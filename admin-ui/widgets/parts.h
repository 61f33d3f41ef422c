// Small pieces that every screen is put together from.

#pragma once

#include <QBoxLayout>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>

#include "widgets/theme.h"

class QRadioButton;

namespace polyclinic::ui {

enum class Text { Display, Title, Heading, Body, Strong, Small, Mono };

/// A label of plain text: markup in names from outside stays text, and of a very long one the beginning is shown.
QLabel* label(const QString& text, Text style = Text::Body, Tone tone = Tone::Plain);
/// The same over several lines.
QLabel* paragraph(const QString& text, Text style = Text::Body, Tone tone = Tone::Plain);
/// One line that ends in an ellipsis where it has no room, and then says the rest in its tool tip.
QLabel* shortened(const QString& text, Text style = Text::Body, Tone tone = Tone::Plain);
void setTone(QLabel* label, Tone tone);
QFont fontOf(Text style);

enum class Kind { Normal, Primary, Danger, Quiet };
QPushButton* button(const QString& text, Kind kind = Kind::Normal, const QString& iconName = {});
/// A button that is only an icon: the name is what it does, for the tool tip and the screen reader.
QToolButton* iconButton(const QString& iconName, const QString& name, Tone tone = Tone::Muted);

QFrame* line();

/// Of radio buttons that belong together the chosen one has the keyboard, and the ring that shows it is no wider than its words.
void asOneChoice(QRadioButton* radio);

/// A choice with what it means close below it.
QVBoxLayout* explained(QRadioButton* radio, const QString& explanation);
/// One of a few choices in a frame of its own, with what it means below.
QFrame* choiceBox(QRadioButton* radio, const QString& explanation);

/// A white box with room inside; add to `body`.
class Card : public QFrame {
    Q_OBJECT
  public:
    explicit Card(const QString& title = {}, QWidget* parent = nullptr);
    QVBoxLayout* body;
    QHBoxLayout* header = nullptr;  // with the title; put buttons at its end
};

/// A field with its label above and a line of help or error below.
class Field : public QWidget {
    Q_OBJECT
  public:
    Field(const QString& name, QWidget* input, const QString& help = {});
    void setHelp(const QString& text, Tone tone = Tone::Muted);
    /// Empty takes the error away and shows the help again.
    void setError(const QString& error);
    bool hasError() const { return wrong_; }

  private:
    QWidget* input_;
    QLabel* below_;
    QString help_;
    Tone helpTone_ = Tone::Muted;
    bool wrong_ = false;
};

/// A coloured square with the clinic's first letter: which clinic one is in, at a glance.
QLabel* clinicChip(const QString& id, const QString& name, int size = 28);
void paintClinicChip(QLabel* chip, const QString& id, const QString& name);

/// What a list shows when it has nothing: an icon, a sentence, and the way on.
class EmptyState : public QWidget {
    Q_OBJECT
  public:
    EmptyState(const QString& iconName, const QString& title, const QString& sentence, QPushButton* action = nullptr);
    void setWords(const QString& title, const QString& sentence);

  private:
    QLabel* title_;
    QLabel* sentence_;
};

}  // namespace polyclinic::ui
