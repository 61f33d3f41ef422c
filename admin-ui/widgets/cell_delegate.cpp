#include "widgets/cell_delegate.h"

#include <QApplication>
#include <QPainter>

#include "widgets/table.h"
#include "widgets/theme.h"

namespace polyclinic::ui {

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Theme& theme = Theme::instance();
    const Tone tone = Tone(index.data(RowsModel::ToneRole).toInt());
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRect box = option.rect;
    if (option.state & QStyle::State_Selected) painter->fillRect(box, theme.colours().accentSoft);
    painter->setPen(theme.colours().border);
    painter->drawLine(QPointF(box.left(), box.bottom() + 0.5), QPointF(box.right() + 1, box.bottom() + 0.5));

    QRect room = box.adjusted(12, 0, -8, 0);
    QFont font = option.font;
    if (index.column() == 0) font.setWeight(QFont::Medium);
    painter->setFont(font);
    const bool marked = tone != Tone::Plain && tone != Tone::Muted;
    const QString text = index.data().toString();
    if (marked) {
        const QFontMetrics metrics(font);
        const int height = metrics.height() + 6;
        const int width = std::min(metrics.horizontalAdvance(text) + 30, room.width());
        const QRectF pill(room.left() - 2, box.center().y() - height / 2.0, width, height);
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme.soft(tone));
        painter->drawRoundedRect(pill, height / 2.0, height / 2.0);
        painter->setBrush(theme.colour(tone));
        painter->drawEllipse(QPointF(pill.left() + 11, pill.center().y()), 3.2, 3.2);
        room = pill.toRect().adjusted(20, 0, -6, 0);
    }
    painter->setPen(theme.colour(tone));
    painter->drawText(room, int(Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine),
                      QFontMetrics(font).elidedText(text, Qt::ElideRight, room.width()));
    if (option.state & QStyle::State_HasFocus) {
        painter->setPen(QPen(theme.colours().accent, 2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(box).adjusted(2, 2, -2, -2), 5, 5);
    }
    painter->restore();
}

}  // namespace polyclinic::ui
