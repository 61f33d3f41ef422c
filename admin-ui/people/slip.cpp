#include "people/slip.h"

#include <QFontDatabase>
#include <QLocale>
#include <QPagedPaintDevice>
#include <QPainter>
#include <QTimeZone>

#include "widgets/qr_view.h"

namespace polyclinic::ui {
namespace {

// Everything is measured in tenths of a millimetre.
constexpr int pageWidth = 1480, pageHeight = 2100, margin = 110, across = pageWidth - 2 * margin;

struct SlipLabels {
    const char *language, *invitation, *reset, *person, *scan, *enter, *choose, *chooseNew, *user, *until, *secret, *call, *callClinic;
};

const SlipLabels allWords[] = {
    {"en", "Your health record online", "Set a new password", "For %1",
     "Point your phone's camera at this square, or open the address below.", "Type the code when the page asks for it.",
     "Give your date of birth and choose a password.", "Give your date of birth and choose a new password.", "Your user name",
     "The code works once, until %1.", "This sheet is meant for you alone. Keep it until you have signed in, then tear it up.",
     "Questions? Call %1: %2", "Questions? Ask at %1."},
    {"es", "Su historia clínica en línea", "Elija una contraseña nueva", "Para %1",
     "Apunte la cámara del teléfono a este cuadro o abra la dirección de abajo.", "Escriba el código cuando la página lo pida.",
     "Indique su fecha de nacimiento y elija una contraseña.", "Indique su fecha de nacimiento y elija una contraseña nueva.",
     "Su nombre de usuario", "El código sirve una sola vez, hasta el %1.",
     "Esta hoja es solo para usted. Guárdela hasta que haya entrado y después rómpala.", "¿Preguntas? Llame a %1: %2",
     "¿Preguntas? Consulte en %1."},
    {"ar", "سجلك الصحي عبر الإنترنت", "اختر كلمة مرور جديدة", "إلى %1", "وجّه كاميرا هاتفك إلى هذا المربع أو افتح العنوان أدناه.",
     "اكتب الرمز عندما تطلبه الصفحة.", "أدخل تاريخ ميلادك واختر كلمة مرور.", "أدخل تاريخ ميلادك واختر كلمة مرور جديدة.", "اسم المستخدم",
     "يعمل الرمز مرة واحدة حتى %1.", "هذه الورقة لك وحدك. احتفظ بها حتى تسجّل الدخول ثم مزّقها.", "أسئلة؟ اتصل بـ %1: %2",
     "أسئلة؟ اسأل في %1."},
};

const SlipLabels& labelsIn(const QString& language) {
    for (const SlipLabels& each : allWords) {
        if (language.section('-', 0, 0) == QLatin1String(each.language)) return each;
    }
    return allWords[0];
}

QString say(const char* text) { return QString::fromUtf8(text); }

class Pen {
  public:
    Pen(QPainter& painter, bool mirrored) : painter_(painter), mirrored_(mirrored) {}

    int y = margin;

    void font(int size, QFont::Weight weight = QFont::Normal, bool mono = false) {
        QFont font = mono ? QFontDatabase::systemFont(QFontDatabase::FixedFont) : QFont("Noto Sans");
        if (!mono) font.setFamilies({"Noto Sans", "Noto Sans Arabic", "Inter", "DejaVu Sans"});
        font.setPixelSize(size);
        font.setWeight(weight);
        painter_.setFont(font);
    }

    /// Text in the column that starts `from` the leading edge; moves down by its height.
    void text(const QString& labels, int from, int width, const QColor& colour = Qt::black, int flags = Qt::TextWordWrap) {
        const int left = mirrored_ ? pageWidth - margin - from - width : margin + from;
        const QRect room(left, y, width, pageHeight - y);
        const int align = (mirrored_ ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop | Qt::AlignAbsolute;
        QRect used;
        painter_.setPen(colour);
        painter_.setLayoutDirection(mirrored_ ? Qt::RightToLeft : Qt::LeftToRight);
        painter_.drawText(room, align | flags, labels, &used);
        y += used.height();
    }

    bool mirrored() const { return mirrored_; }
    QRect square(int side) const { return {mirrored_ ? margin : pageWidth - margin - side, y, side, side}; }

  private:
    QPainter& painter_;
    bool mirrored_;
};

const QColor grey("#4a5560"), rule("#c8ced6"), tint("#f1f4f7");

void steps(Pen& pen, const SlipLabels& labels, Slip::Kind kind, int width, int size) {
    int number = 1;
    for (const char* step : {labels.scan, labels.enter, kind == Slip::Kind::Reset ? labels.chooseNew : labels.choose}) {
        pen.font(size);
        if (pen.mirrored()) {  // letters of two heights: a number of its own would not stand on their line
            pen.text(QLocale(QLatin1String(labels.language)).toString(number++) + ". " + say(step), 0, width);
        } else {
            const int top = pen.y;
            pen.font(size, QFont::Bold);
            pen.text(QStringLiteral("%1.").arg(number++), 0, size + 8);
            pen.y = top;
            pen.font(size);
            pen.text(say(step), size + 12, width - size - 12);
            pen.y += size / 3;
        }
    }
}

}  // namespace

QStringList slipLanguages() {
    QStringList languages;
    for (const SlipLabels& each : allWords) languages << QString::fromLatin1(each.language);
    return languages;
}

Slip slipOf(const Tenant& tenant, Slip::Kind kind, const QString& person, const QString& language, const OneTimeCode& code) {
    return {kind, tenant.name, tenant.phone, person, language.isEmpty() ? tenant.language : language, tenant.timezone.toLatin1(), code};
}

void paintSlip(QPainter& painter, const QRect& page, const Slip& slip) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setViewport(page);
    painter.setWindow(0, 0, pageWidth, pageHeight);
    painter.fillRect(0, 0, pageWidth, pageHeight, Qt::white);
    const SlipLabels& labels = labelsIn(slip.language);
    const bool bilingual = QLatin1String(labels.language) != QLatin1String("en");
    const bool mirrored = QLatin1String(labels.language) == QLatin1String("ar");
    const auto help = [&slip](const SlipLabels& in) {
        return slip.phone.isEmpty() ? say(in.callClinic).arg(slip.clinic)
                                    : say(in.call).arg(slip.clinic, QChar(0x2066) + slip.phone + QChar(0x2069));
    };
    const auto until = [&slip](const SlipLabels& in) {
        const QTimeZone zone(slip.timeZone);
        const QDateTime local = zone.isValid() ? slip.code.expires.toTimeZone(zone) : slip.code.expires.toLocalTime();
        const QLocale locale(QString::fromLatin1(in.language));
        return say(in.until).arg(locale.toString(local.date(), "d MMMM yyyy") + QStringLiteral(", ") +
                                 locale.toString(local.time(), "HH:mm"));
    };
    const auto ruled = [&painter](int y) { painter.fillRect(margin, y, across, 3, rule); };

    // English alone has the sheet to itself; two languages share it.
    const int qrSide = bilingual ? 400 : 520, large = bilingual ? 44 : 54, gap = bilingual ? 20 : 40;
    Pen pen(painter, mirrored);
    pen.y = bilingual ? 80 : margin;
    pen.font(54, QFont::DemiBold);
    pen.text(slip.clinic, 0, across);
    pen.y += 16;
    ruled(pen.y);
    pen.y += gap;
    pen.font(bilingual ? 66 : 84, QFont::Bold);
    pen.text(say(slip.kind == Slip::Kind::Reset ? labels.reset : labels.invitation), 0, across);
    pen.font(large);
    pen.text(say(labels.person).arg(QChar(0x2068) + slip.person + QChar(0x2069)), 0, across);
    pen.y += gap;

    const QRect square = pen.square(qrSide);
    paintQrCode(painter, square, slip.code.url.toString());
    const int below = pen.y + qrSide;
    steps(pen, labels, slip.kind, across - qrSide - 40, large);
    pen.y = std::max(pen.y, below) + gap;

    QUrl address = slip.code.url;
    address.setFragment({});
    Pen latin(painter, false);
    latin.y = pen.y;
    latin.font(38, QFont::Normal, true);
    latin.text(address.toString(), 0, across, Qt::black, Qt::TextWrapAnywhere);
    latin.y += gap;

    const QRect box(margin, latin.y, across, bilingual ? 160 : 200);
    painter.setPen(QPen(Qt::black, 5));
    painter.setBrush(tint);
    painter.drawRoundedRect(box, 24, 24);
    latin.font(104, QFont::Bold, true);
    painter.setPen(Qt::black);
    painter.drawText(box, Qt::AlignCenter, slip.code.code);
    pen.y = box.bottom() + gap;

    pen.font(40);
    pen.text(say(labels.user) + (bilingual ? QStringLiteral("  ·  Your user name") : QString()), 0, across, grey);
    pen.font(58, QFont::Bold);
    pen.text(slip.code.username, 0, across);
    pen.y += gap / 2;
    pen.font(large);
    pen.text(until(labels), 0, across);
    pen.y += gap / 2;
    pen.text(say(labels.secret), 0, across);
    pen.y += gap / 2;
    pen.font(large, QFont::DemiBold);
    pen.text(help(labels), 0, across);

    if (bilingual) {
        const SlipLabels& english = allWords[0];
        latin.y = pen.y + 16;
        ruled(latin.y);
        latin.y += 14;
        latin.font(36, QFont::Bold);
        latin.text(say(slip.kind == Slip::Kind::Reset ? english.reset : english.invitation), 0, across);
        latin.font(35);
        latin.text(QStringLiteral("1. %1 2. %2 3. %3 %4 %5")
                       .arg(say(english.scan), say(english.enter), say(slip.kind == Slip::Kind::Reset ? english.chooseNew : english.choose),
                            until(english), help(english)),
                   0, across);
    }
    painter.restore();
}

bool writeSlips(QPagedPaintDevice& device, const QList<Slip>& slips) {
    device.setPageSize(QPageSize(QPageSize::A5));
    device.setPageOrientation(QPageLayout::Portrait);
    device.setPageMargins(QMarginsF(0, 0, 0, 0));
    QPainter painter;
    if (!painter.begin(&device)) return false;
    for (qsizetype i = 0; i < slips.size(); ++i) {
        if (i > 0 && !device.newPage()) return false;
        paintSlip(painter, QRect(0, 0, device.width(), device.height()), slips[i]);
    }
    return painter.end();
}

}  // namespace polyclinic::ui
