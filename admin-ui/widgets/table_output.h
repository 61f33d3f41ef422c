// A table's rows as they leave the window: for a spreadsheet, and on paper.

#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

class QAbstractItemModel;
class QPagedPaintDevice;
class QTableView;

namespace polyclinic::ui {

/// The columns that are not hidden, from left to right.
QList<int> shownColumns(const QTableView& view);

/// RFC 4180 with a line of titles, UTF-8 with a byte order mark (without it spreadsheets guess). A cell that a
/// spreadsheet would take for a formula is preceded by an apostrophe.
QByteArray csvOf(const QAbstractItemModel& rows, const QList<int>& columns);

/// A headline, when it was printed, and the table; titles stand again on every page.
void printTable(QPagedPaintDevice& device, const QString& headline, const QAbstractItemModel& rows, const QList<int>& columns);

}  // namespace polyclinic::ui
