#include "widgets/table_output.h"

#include <QAbstractItemModel>
#include <QCoreApplication>
#include <QDateTime>
#include <QHeaderView>
#include <QLocale>
#include <QPagedPaintDevice>
#include <QTableView>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextTable>

namespace polyclinic::ui {
namespace {

QString field(QString text) {
    if (!text.isEmpty() && QStringLiteral("=+-@\t\r").contains(text[0])) text.prepend('\'');
    if (!text.contains(QRegularExpression("[\",\r\n]"))) return text;
    return '"' + text.replace('"', "\"\"") + '"';
}

}  // namespace

QList<int> shownColumns(const QTableView& view) {
    QList<int> columns;
    for (int at = 0; at < view.horizontalHeader()->count(); ++at) {
        const int column = view.horizontalHeader()->logicalIndex(at);
        if (!view.isColumnHidden(column)) columns << column;
    }
    return columns;
}

QByteArray csvOf(const QAbstractItemModel& rows, const QList<int>& columns) {
    QString text(QChar(QChar::ByteOrderMark));
    QStringList cells;
    for (const int column : columns) cells << field(rows.headerData(column, Qt::Horizontal).toString());
    text += cells.join(',') + "\r\n";
    for (int row = 0; row < rows.rowCount(); ++row) {
        cells.clear();
        for (const int column : columns) cells << field(rows.index(row, column).data().toString());
        text += cells.join(',') + "\r\n";
    }
    return text.toUtf8();
}

void printTable(QPagedPaintDevice& device, const QString& headline, const QAbstractItemModel& rows, const QList<int>& columns) {
    QTextDocument document;
    QTextCursor cursor(&document);
    QTextCharFormat large, small, strong;
    large.setFontPointSize(15);
    large.setFontWeight(QFont::DemiBold);
    small.setFontPointSize(9);
    strong.setFontPointSize(9);
    strong.setFontWeight(QFont::DemiBold);
    cursor.insertText(headline, large);
    cursor.insertBlock();
    cursor.insertText(QCoreApplication::translate("Table", "Printed %1, %2 rows")
                          .arg(QLocale().toString(QDateTime::currentDateTime(), QLocale::ShortFormat), QLocale().toString(rows.rowCount())),
                      small);
    cursor.insertBlock();
    QTextTableFormat format;
    format.setHeaderRowCount(1);
    format.setCellPadding(4);
    format.setCellSpacing(0);
    format.setBorder(0.5);
    format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
    format.setBorderCollapse(true);
    format.setWidth(QTextLength(QTextLength::PercentageLength, 100));
    QTextTable* table = cursor.insertTable(rows.rowCount() + 1, int(columns.size()), format);
    for (int at = 0; at < columns.size(); ++at) {
        table->cellAt(0, at).firstCursorPosition().insertText(rows.headerData(columns[at], Qt::Horizontal).toString(), strong);
        for (int row = 0; row < rows.rowCount(); ++row) {
            table->cellAt(row + 1, at).firstCursorPosition().insertText(rows.index(row, columns[at]).data().toString(), small);
        }
    }
    document.print(&device);
}

}  // namespace polyclinic::ui
