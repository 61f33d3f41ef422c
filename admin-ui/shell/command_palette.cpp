#include "shell/command_palette.h"

#include <QAction>
#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QRegularExpression>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include "widgets/parts.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {
namespace {

constexpr int actionRole = Qt::UserRole + 1;

/// "ne cl" finds "New clinic": every word typed begins or stands inside a word of the name.
QRegularExpression patternOf(const QString& typed) {
    QStringList parts;
    for (const QString& word : typed.split(' ', Qt::SkipEmptyParts)) parts << QRegularExpression::escape(word);
    return QRegularExpression(parts.join(".*"), QRegularExpression::CaseInsensitiveOption);
}

}  // namespace

CommandPalette::CommandPalette(QWidget* window) : QWidget(window) {
    hide();
    setAccessibleName(tr("Commands"));
    card_ = new QFrame(this);
    card_->setObjectName("palette");
    auto* layout = new QVBoxLayout(card_);
    layout->setContentsMargins(14, 12, 14, 12);
    layout->setSpacing(8);
    line_ = new QLineEdit;
    line_->setPlaceholderText(tr("Go to a clinic or do something"));
    line_->setAccessibleName(line_->placeholderText());
    line_->setFont(fontOf(Text::Heading));
    line_->setProperty("bare", true);
    list_ = new QListView;
    list_->setAccessibleName(tr("What was found"));
    list_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    list_->setFocusPolicy(Qt::NoFocus);
    list_->setUniformItemSizes(true);
    model_ = new QStandardItemModel(this);
    found_ = new QSortFilterProxyModel(this);
    found_->setSourceModel(model_);
    list_->setModel(found_);
    layout->addWidget(line_);
    layout->addWidget(ui::line());
    layout->addWidget(list_);
    connect(line_, &QLineEdit::textChanged, this, [this](const QString& text) {
        found_->setFilterRegularExpression(patternOf(text));
        list_->setCurrentIndex(found_->index(0, 0));
    });
    connect(list_, &QListView::clicked, this, &CommandPalette::runCurrent);
    line_->installEventFilter(this);
    window->installEventFilter(this);
}

void CommandPalette::open(const QList<QAction*>& actions) {
    before_ = QApplication::focusWidget();
    model_->clear();
    actions_.clear();
    for (QAction* action : actions) {
        if (!action->isEnabled() || !action->isVisible() || action->text().isEmpty()) continue;
        QString labels = cut(shownOf(action->text()), longestTip);
        if (!action->shortcut().isEmpty()) labels += "    " + action->shortcut().toString(QKeySequence::NativeText);
        auto* item = new QStandardItem(labels);
        item->setData(int(actions_.size()), actionRole);
        model_->appendRow(item);
        actions_ << action;
    }
    line_->clear();
    found_->setFilterRegularExpression(QRegularExpression());
    list_->setCurrentIndex(found_->index(0, 0));
    place();
    show();
    raise();
    line_->setFocus();
}

QStringList CommandPalette::shown() const {
    QStringList names;
    for (int i = 0; i < found_->rowCount(); ++i) names << found_->index(i, 0).data().toString();
    return names;
}

void CommandPalette::shut() {
    hide();
    if (before_) before_->setFocus();
}

void CommandPalette::runCurrent() {
    const QModelIndex index = list_->currentIndex();
    if (!index.isValid()) return;
    const QPointer<QAction> action = actions_[index.data(actionRole).toInt()];
    shut();
    if (action) action->trigger();
}

void CommandPalette::place() {
    setGeometry(parentWidget()->rect());
    card_->setFixedSize(std::min(560, width() - 40), std::min(420, height() - 80));
    card_->move((width() - card_->width()) / 2, height() / 8);
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parent() && event->type() == QEvent::Resize && isVisible()) place();
    if (watched != line_ || event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Escape) {
        shut();
    } else if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        runCurrent();
    } else if (key == Qt::Key_Down || key == Qt::Key_Up) {
        const int row = list_->currentIndex().row() + (key == Qt::Key_Down ? 1 : -1);
        if (row >= 0 && row < found_->rowCount()) list_->setCurrentIndex(found_->index(row, 0));
    } else if (key != Qt::Key_Tab && key != Qt::Key_Backtab) {
        return false;
    }
    return true;
}

void CommandPalette::mousePressEvent(QMouseEvent* event) {
    event->accept();
    shut();
}

void CommandPalette::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), QColor(8, 14, 20, Theme::instance().colours().dark ? 165 : 105));
}

}  // namespace polyclinic::ui
