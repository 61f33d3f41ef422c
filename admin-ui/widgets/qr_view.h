// A QR code of an address (ISO/IEC 18004, by libqrencode): black on white in every theme, so that phones read it.

#pragma once

#include <QWidget>

class QPainter;

namespace polyclinic::ui {

/// Draws the code with its quiet zone into a square; whole modules on devices of few pixels, exact on paper. Draws
/// nothing when the text does not fit.
void paintQrCode(QPainter& painter, const QRectF& square, const QString& text);

class QrView : public QWidget {
    Q_OBJECT
  public:
    explicit QrView(const QString& text, QWidget* parent = nullptr);
    /// Modules on a side without the quiet zone; 0 when the text does not fit.
    int modules() const { return side_; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QString text_;
    int side_ = 0;
};

}  // namespace polyclinic::ui
