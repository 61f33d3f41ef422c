#pragma once

#include <QLayout>
#include <QWidget>

namespace polyclinic::ui {

/// Removes and deletes what a layout holds from `first` on. Widgets go later, so their own slots may call this.
inline void clearLayout(QLayout* layout, int first = 0) {
    while (layout->count() > first) {
        QLayoutItem* item = layout->takeAt(first);
        if (QWidget* widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        }
        if (item->layout()) clearLayout(item->layout());
        delete item;
    }
}

}  // namespace polyclinic::ui
