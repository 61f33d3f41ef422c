#include "widgets/qr_view.h"

#include <qrencode.h>

#include <QPainter>
#include <memory>

namespace polyclinic::ui {
namespace {

constexpr int quietZone = 4;  // modules, ISO/IEC 18004

}  // namespace

QrView::QrView(const QString& text, QWidget* parent) : QWidget(parent) {
    const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
        QRcode_encodeString8bit(text.toUtf8().constData(), 0, QR_ECLEVEL_M), &QRcode_free);
    if (code) {
        side_ = code->width;
        for (int i = 0; i < side_ * side_; ++i) dark_.push_back(code->data[i] & 1);
    }
    setMinimumSize(220, 220);
    setAccessibleName(tr("QR code of %1").arg(text));
}

void QrView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const int across = side_ + 2 * quietZone;
    const int module = std::min(width(), height()) / across;  // whole pixels keep the edges sharp
    const int size = module * across;
    const QPoint at((width() - size) / 2, (height() - size) / 2);
    painter.fillRect(QRect(at, QSize(size, size)), Qt::white);
    for (int y = 0; y < side_; ++y) {
        for (int x = 0; x < side_; ++x) {
            if (!dark_[size_t(y * side_ + x)]) continue;
            painter.fillRect(at.x() + (x + quietZone) * module, at.y() + (y + quietZone) * module, module, module, Qt::black);
        }
    }
}

}  // namespace polyclinic::ui
