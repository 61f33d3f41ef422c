// The table that every list uses: filter, sort, count, copy, and an empty state in its place.

#pragma once

#include <QAbstractTableModel>
#include <QStackedWidget>
#include <QStringList>
#include <QVariant>
#include <QWidget>

#include "widgets/plain_text.h"
#include "widgets/theme.h"

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QSortFilterProxyModel;
class QTableView;

namespace polyclinic::ui {

struct Cell {
    QString text;
    Tone tone = Tone::Plain;  // other than Plain and Muted: drawn as a mark with its word
    QVariant sortKey;         // the text when invalid

    Cell(const QString& text = {}, Tone tone = Tone::Plain, QVariant sortKey = {})
        : text(cut(text, longestText)), tone(tone), sortKey(std::move(sortKey)) {}
};

struct Row {
    QString id;
    QList<Cell> cells;
};

class RowsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Role { IdRole = Qt::UserRole, SortRole, ToneRole };

    RowsModel(QStringList titles, QObject* parent);
    void setRows(QList<Row> rows);
    void addRows(const QList<Row>& rows);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    QStringList titles_;
    QList<Row> rows_;
};

class Table : public QWidget {
    Q_OBJECT
  public:
    /// `filterHint` empty: no filter line (it is elsewhere or not needed).
    Table(const QString& name, QStringList titles, const QString& filterHint, QWidget* empty);

    void setRows(QList<Row> rows);
    void addRows(const QList<Row>& rows);
    /// How many the server has; -1: unknown, and `more` tells whether there are more than here.
    void setTotal(qint64 total, bool more = false);
    void setNote(const QString& note);  // after the count
    /// How wide the columns are beside each other, until somebody draws one wider.
    void setShares(QList<int> shares);
    QString currentId() const;
    QStringList selectedIds() const;
    void select(const QString& id);
    int shownRows() const;

    QTableView* view() { return view_; }
    QLineEdit* filter() { return filter_; }
    /// The filter line asks the server, by whoever watches it: rows are not filtered here.
    void filterElsewhere();
    /// The line above, after the filter and before Export and Print; nullptr without a filter line.
    QHBoxLayout* tools() { return tools_; }
    /// What is shown, as CSV with titles, for spreadsheets.
    QByteArray csv() const;
    /// The name of the file and the headline on paper; the table's name when not set.
    void setDocumentName(const QString& name) { document_ = name; }

  signals:
    void opened(const QString& id);
    void currentChanged(const QString& id);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void count();
    void distribute();
    void copySelection();
    void exportCsv();
    void print();
    void chooseColumns(const QPoint& at);

    RowsModel* model_;
    QSortFilterProxyModel* sorted_;
    QStackedWidget* stack_;
    QTableView* view_;
    QLineEdit* filter_ = nullptr;
    QHBoxLayout* tools_ = nullptr;
    QString document_;
    QLabel* footer_;
    qint64 total_ = -1;
    bool more_ = false;
    QString note_;
    QList<int> shares_;
    bool sharing_ = false;
};

}  // namespace polyclinic::ui
