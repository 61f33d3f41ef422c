// JSON for reading, without parsing it: order, repeated keys and the text of numbers stay as the server sent them.

#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

class QPlainTextEdit;

namespace polyclinic::ui {

/// The same JSON with line breaks and two spaces a level; of a very long string, such as a picture, its beginning and how
/// much more there is. What is no JSON comes out as it went in, more or less.
QString indented(const QByteArray& json);

/// The text of each `resource` of a Bundle's entries, in order, cut out of the Bundle's own text; empty for an
/// entry without one.
QList<QByteArray> entryTexts(const QByteArray& bundle);

/// JSON to read, coloured; `name` is what it is called for who cannot see it.
QPlainTextEdit* jsonView(const QString& name);

}  // namespace polyclinic::ui
