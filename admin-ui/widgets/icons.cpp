#include "widgets/icons.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

#include "widgets/parts.h"

namespace polyclinic::ui {
namespace {

QByteArray coloured(const QString& name, const QColor& colour) {
    QFile file(":/icons/" + name + ".svg");
    if (!file.open(QIODevice::ReadOnly)) qFatal("No icon named %s", qPrintable(name));
    return file.readAll().replace("currentColor", colour.name().toLatin1());
}

class LineIcon : public QIconEngine {
  public:
    LineIcon(QString name, QColor colour) : name_(std::move(name)), colour_(std::move(colour)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        // Beside words that are greyed; its own colour may be the one of a button that is coloured only while enabled.
        const bool off = mode == QIcon::Disabled;
        QSvgRenderer renderer(coloured(name_, off ? Theme::instance().colour(Tone::Muted) : colour_));
        painter->save();
        if (off) painter->setOpacity(0.6);
        // A wider room than high keeps the rest as a gap before the button's words.
        renderer.render(painter, QRectF(rect.topLeft(), QSizeF(rect.height(), rect.height())));
        painter->restore();
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect({}, size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new LineIcon(name_, colour_); }

  private:
    QString name_;
    QColor colour_;
};

}  // namespace

QIcon icon(const QString& name, const QColor& colour) { return QIcon(new LineIcon(name, colour)); }

QLabel* iconLabel(const QString& name, Tone tone, int size) {
    auto* label = ui::label({});
    label->setFixedSize(size, size);
    const auto draw = [label, name, tone, size] {
        label->setPixmap(icon(name, Theme::instance().colour(tone)).pixmap(QSize(size, size), label->devicePixelRatioF()));
    };
    draw();
    QObject::connect(&Theme::instance(), &Theme::changed, label, draw);
    return label;
}

}  // namespace polyclinic::ui
