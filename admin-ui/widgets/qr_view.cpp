#include "widgets/qr_view.h"

#include <qrencode.h>

#include <QPainter>
#include <memory>

namespace polyclinic::ui {
namespace {

constexpr int quietZone = 4;  // modules, ISO/IEC 18004

using Code = std::unique_ptr<QRcode, void (*)(QRcode*)>;

Code encode(const QString& text) { return Code(QRcode_encodeString8bit(text.toUtf8().constData(), 0, QR_ECLEVEL_M), &QRcode_free); }

}  // namespace

void paintQrCode(QPainter& painter, const QRectF& square, const QString& text) {
    const Code code = encode(text);
    if (!code) return;
    const qreal module = square.width() / (code->width + 2 * quietZone);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(square, Qt::white);
    for (int y = 0; y < code->width; ++y) {
        for (int x = 0; x < code->width; ++x) {
            if (!(code->data[y * code->width + x] & 1)) continue;
            painter.fillRect(QRectF(square.x() + (x + quietZone) * module, square.y() + (y + quietZone) * module, module, module),
                             Qt::black);
        }
    }
    painter.restore();
}

QrView::QrView(const QString& text, QWidget* parent) : QWidget(parent), text_(text) {
    if (const Code code = encode(text)) side_ = code->width;
    setMinimumSize(220, 220);
    setAccessibleName(tr("QR code of %1").arg(text));
}

void QrView::paintEvent(QPaintEvent*) {
    if (side_ == 0) return;
    QPainter painter(this);
    const int across = side_ + 2 * quietZone;
    const int size = std::min(width(), height()) / across * across;  // whole pixels keep the edges sharp
    paintQrCode(painter, QRectF((width() - size) / 2, (height() - size) / 2, size, size), text_);
}

}  // namespace polyclinic::ui
