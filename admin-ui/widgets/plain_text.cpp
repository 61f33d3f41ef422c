#include "widgets/plain_text.h"

#include <QApplication>
#include <QEvent>
#include <QLabel>

namespace polyclinic::ui {
namespace {

/// Before a label is laid out for the first time it is polished: until then its text is letters only.
class AsWritten : public QObject {
  public:
    using QObject::QObject;

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Polish) {
            auto* label = qobject_cast<QLabel*>(watched);
            if (label && label->textFormat() == Qt::AutoText) label->setTextFormat(Qt::PlainText);
        }
        return QObject::eventFilter(watched, event);
    }
};

}  // namespace

void showTextAsWritten(QApplication& application) {
    if (application.property("textAsWritten").toBool()) return;
    application.setProperty("textAsWritten", true);
    application.installEventFilter(new AsWritten(&application));
}

QString cut(const QString& text, qsizetype most) {
    if (text.size() <= most) return text;
    qsizetype end = most - 1;
    if (text[end - 1].isHighSurrogate()) --end;
    return text.left(end) + QChar(0x2026);
}

QString withoutKey(QString text) { return text.replace('&', "&&"); }

QString shownOf(const QString& text) {
    QString shown;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == '&' && ++i == text.size()) break;
        shown += text[i];
    }
    return shown;
}

void setTip(QWidget* widget, const QString& text) { widget->setToolTip(cut(text, longestTip)); }

QString asFileName(const QString& text) {
    QString name;
    for (const QChar each : cut(text, 80)) name += each.isPrint() && !QStringLiteral("/\\:*?\"<>|").contains(each) ? each : QChar('-');
    while (name.startsWith('.')) name.remove(0, 1);
    return name.trimmed().isEmpty() ? QStringLiteral("Polyclinic") : name.trimmed();
}

}  // namespace polyclinic::ui
