#include "widgets/table.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLocale>
#include <QMenu>
#include <QPrintDialog>
#include <QPrinter>
#include <QSaveFile>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <numeric>

#include "widgets/cell_delegate.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"
#include "widgets/table_output.h"

namespace polyclinic::ui {

RowsModel::RowsModel(QStringList titles, QObject* parent) : QAbstractTableModel(parent), titles_(std::move(titles)) {}

void RowsModel::setRows(QList<Row> rows) {
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
}

void RowsModel::addRows(const QList<Row>& rows) {
    if (rows.isEmpty()) return;
    beginInsertRows({}, int(rows_.size()), int(rows_.size() + rows.size()) - 1);
    rows_ += rows;
    endInsertRows();
}

int RowsModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(rows_.size()); }

int RowsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(titles_.size()); }

QVariant RowsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Row& row = rows_[index.row()];
    if (role == IdRole) return row.id;
    if (index.column() >= row.cells.size()) return {};
    const Cell& cell = row.cells[index.column()];
    if (role == Qt::DisplayRole) return cell.text;
    if (role == SortRole) return cell.sortKey.isValid() ? cell.sortKey : QVariant(cell.text.toLower());
    if (role == ToneRole) return int(cell.tone);
    return {};
}

QVariant RowsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Horizontal && role == Qt::DisplayRole) return titles_.value(section);
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
    return {};
}

Table::Table(const QString& name, QStringList titles, const QString& filterHint, QWidget* empty) : document_(name) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(12);
    model_ = new RowsModel(std::move(titles), this);
    sorted_ = new QSortFilterProxyModel(this);
    sorted_->setSourceModel(model_);
    sorted_->setSortRole(RowsModel::SortRole);
    sorted_->setFilterKeyColumn(-1);
    sorted_->setFilterCaseSensitivity(Qt::CaseInsensitive);

    if (!filterHint.isEmpty()) {
        filter_ = new QLineEdit;
        filter_->setPlaceholderText(filterHint);
        filter_->setAccessibleName(filterHint);
        filter_->setClearButtonEnabled(true);
        filter_->setMaximumWidth(380);
        tools_ = new QHBoxLayout;
        tools_->setSpacing(8);
        tools_->addWidget(filter_, 1);
        tools_->addStretch();
        auto* save = iconButton("export", tr("Export as CSV"));
        auto* paper = iconButton("print", tr("Print the list"));
        tools_->addWidget(save);
        tools_->addWidget(paper);
        layout->addLayout(tools_);
        connect(save, &QToolButton::clicked, this, &Table::exportCsv);
        connect(paper, &QToolButton::clicked, this, &Table::print);
        connect(filter_, &QLineEdit::textChanged, this, [this](const QString& text) {
            sorted_->setFilterFixedString(text);
            count();
        });
    }

    auto* card = new Card;
    card->body->setContentsMargins(6, 4, 6, 6);
    card->body->setSpacing(0);
    stack_ = new QStackedWidget;
    view_ = new QTableView;
    view_->setModel(sorted_);
    view_->setItemDelegate(new CellDelegate(view_));
    view_->setAccessibleName(name);
    view_->setShowGrid(false);
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view_->setTabKeyNavigation(false);
    view_->setWordWrap(false);
    view_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view_->verticalHeader()->hide();
    view_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 24);
    view_->horizontalHeader()->setHighlightSections(false);
    view_->horizontalHeader()->setStretchLastSection(true);
    view_->horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
    view_->setSortingEnabled(true);
    view_->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    view_->installEventFilter(this);
    view_->viewport()->installEventFilter(this);
    connect(view_->horizontalHeader(), &QHeaderView::sectionResized, this, [this] {
        if (sharing_ || QApplication::mouseButtons() == Qt::NoButton || !view_->horizontalHeader()->underMouse()) return;
        shares_.clear();
        view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    });
    stack_->addWidget(view_);
    stack_->addWidget(empty);
    card->body->addWidget(stack_);
    layout->addWidget(card, 1);
    footer_ = label({}, Text::Small, Tone::Muted);
    footer_->setContentsMargins(8, 0, 0, 0);
    layout->addWidget(footer_);

    connect(view_, &QTableView::doubleClicked, this, [this] { emit opened(currentId()); });
    connect(view_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { emit currentChanged(currentId()); });
    connect(view_->horizontalHeader(), &QWidget::customContextMenuRequested, this, &Table::chooseColumns);
    count();
}

void Table::filterElsewhere() {
    filter_->disconnect(this);
    sorted_->setFilterFixedString({});
}

void Table::setRows(QList<Row> rows) {
    const QString before = currentId();
    model_->setRows(std::move(rows));
    if (!before.isEmpty()) select(before);
    count();
}

void Table::addRows(const QList<Row>& rows) {
    model_->addRows(rows);
    count();
}

void Table::setTotal(qint64 total, bool more) {
    total_ = total;
    more_ = more;
    count();
}

QString Table::currentId() const { return view_->currentIndex().data(RowsModel::IdRole).toString(); }

QStringList Table::selectedIds() const {
    QStringList ids;
    for (const QModelIndex& each : view_->selectionModel()->selectedRows()) ids << each.data(RowsModel::IdRole).toString();
    return ids;
}

void Table::select(const QString& id) {
    const auto found = sorted_->match(sorted_->index(0, 0), RowsModel::IdRole, id, 1, Qt::MatchExactly);
    if (!found.isEmpty()) view_->setCurrentIndex(found.first());
}

int Table::shownRows() const { return sorted_->rowCount(); }

void Table::count() {
    const QLocale locale;
    const qint64 here = model_->rowCount(), shown = sorted_->rowCount();
    const qint64 all = std::max(total_, here);
    stack_->setCurrentIndex(here == 0 ? 1 : 0);
    const QString counted = more_ && total_ < 0 ? tr("%1, and more on the server").arg(locale.toString(shown))
                                                : tr("%1 of %2").arg(locale.toString(shown), locale.toString(all));
    footer_->setText(here == 0 ? QString() : note_.isEmpty() ? counted : counted + QStringLiteral("  ·  ") + note_);
}

void Table::setNote(const QString& note) {
    note_ = cut(note, longestTip);
    count();
}

void Table::setShares(QList<int> shares) {
    shares_ = std::move(shares);
    view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    distribute();
}

void Table::distribute() {
    if (shares_.isEmpty()) return;
    const int all = std::accumulate(shares_.begin(), shares_.end(), 0);
    const QList<int> shares = shares_;
    sharing_ = true;
    for (int i = 0; i + 1 < shares.size(); ++i) view_->setColumnWidth(i, view_->viewport()->width() * shares[i] / all);
    sharing_ = false;
}

bool Table::eventFilter(QObject* watched, QEvent* event) {
    if (watched == view_->viewport() && event->type() == QEvent::Resize) distribute();
    if (watched == view_ && event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Copy)) {
            copySelection();
            return true;
        }
        if ((key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) && !currentId().isEmpty()) {
            emit opened(currentId());
            return true;
        }
        if (key->key() == Qt::Key_Slash && filter_) {
            filter_->setFocus();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void Table::copySelection() {
    QStringList lines;
    for (const QModelIndex& row : view_->selectionModel()->selectedRows()) {
        QStringList cells;
        for (int column = 0; column < sorted_->columnCount(); ++column) {
            if (view_->isColumnHidden(column)) continue;
            cells << row.siblingAtColumn(column).data().toString().replace('\t', ' ').replace('\n', ' ');
        }
        lines << cells.join('\t');
    }
    QApplication::clipboard()->setText(lines.join('\n'));
}

QByteArray Table::csv() const { return csvOf(*sorted_, shownColumns(*view_)); }

void Table::exportCsv() {
    const QString path = QFileDialog::getSaveFileName(this, tr("Export as CSV"), asFileName(document_) + ".csv", tr("CSV (*.csv)"));
    if (path.isEmpty()) return;
    QSaveFile file(path);
    const bool written = file.open(QIODevice::WriteOnly) && file.write(csv()) >= 0 && file.commit();
    setNote(written ? tr("exported to %1").arg(path) : tr("nothing could be written to %1").arg(path));
}

void Table::print() {
    QPrinter printer(QPrinter::HighResolution);
    printer.setPageSize(QPageSize(QPageSize::A4));
    printer.setPageOrientation(QPageLayout::Landscape);
    printer.setDocName(document_);
    QPrintDialog dialog(&printer, this);
    if (dialog.exec() == QDialog::Accepted) printTable(printer, document_, *sorted_, shownColumns(*view_));
}

void Table::chooseColumns(const QPoint& at) {
    QMenu menu;
    for (int column = 1; column < model_->columnCount(); ++column) {
        QAction* action = menu.addAction(model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setCheckable(true);
        action->setChecked(!view_->isColumnHidden(column));
        connect(action, &QAction::toggled, view_, [this, column](bool on) { view_->setColumnHidden(column, !on); });
    }
    menu.exec(view_->horizontalHeader()->mapToGlobal(at));
}

}  // namespace polyclinic::ui
