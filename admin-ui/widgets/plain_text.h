// Text from outside (of a record, an app, a clinic, a file, an error) is shown as it is written: never as markup, never
// with a letter of it as a key, and never longer than people read.

#pragma once

#include <QString>

class QApplication;
class QWidget;

namespace polyclinic::ui {

/// Lengths, in UTF-16 units, of what is shown of a text from outside.
constexpr qsizetype longestTip = 300, longestName = 200, longestText = 4000;

/// No label of the application takes its text for markup any more, those included that Qt makes for its tool tips and
/// message boxes. A label that was given a format of its own keeps it. Once, when the application begins.
void showTextAsWritten(QApplication& application);

/// The text, or its beginning and an ellipsis: `most` units at most, no character cut in two.
QString cut(const QString& text, qsizetype most);

/// For a button, a menu or the name of a field, where & would mark the key of the letter behind it.
QString withoutKey(QString text);
/// What such a text shows: the marks of keys are gone, && is &.
QString shownOf(const QString& text);

/// The tool tip, cut; the only way to one.
void setTip(QWidget* widget, const QString& text);

/// A name for a file that is offered: without what leads to another folder or hides the file.
QString asFileName(const QString& text);

}  // namespace polyclinic::ui
