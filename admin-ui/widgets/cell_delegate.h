// Draws a table's cell: plain, muted, or a coloured mark with its word.

#pragma once

#include <QStyledItemDelegate>

namespace polyclinic::ui {

class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace polyclinic::ui
