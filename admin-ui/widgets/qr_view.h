// A QR code of an address (ISO/IEC 18004, by libqrencode): black on white in every theme, so that phones read it.

#pragma once

#include <QWidget>
#include <vector>

namespace polyclinic::ui {

class QrView : public QWidget {
    Q_OBJECT
  public:
    explicit QrView(const QString& text, QWidget* parent = nullptr);
    /// Modules on a side without the quiet zone; 0 when the text does not fit.
    int modules() const { return side_; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    std::vector<bool> dark_;
    int side_ = 0;
};

}  // namespace polyclinic::ui
