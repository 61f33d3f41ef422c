#include "widgets/parts.h"

#include <QApplication>
#include <QButtonGroup>
#include <QFontDatabase>
#include <QPainter>
#include <QPainterPath>
#include <QRadioButton>
#include <QStyle>
#include <QTimer>

#include "widgets/icons.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {
namespace {

void restyle(QWidget* widget) {
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

const char* toneName(Tone tone) {
    switch (tone) {
        case Tone::Muted:
            return "muted";
        case Tone::Info:
            return "info";
        case Tone::Success:
            return "success";
        case Tone::Warning:
            return "warning";
        case Tone::Danger:
            return "danger";
        default:
            return "plain";
    }
}

QLabel* dressed(QLabel* label, const QString& text, Text style, Tone tone) {
    label->setTextFormat(Qt::PlainText);
    label->setText(cut(text, longestText));
    label->setFont(fontOf(style));
    label->setProperty("tone", toneName(tone));
    return label;
}

class ShortLabel : public QLabel {
  public:
    QSize minimumSizeHint() const override { return {24, QLabel::minimumSizeHint().height()}; }

  protected:
    bool event(QEvent* event) override {
        if (event->type() == QEvent::ToolTip) setTip(this, fits() ? QString() : text());
        return QLabel::event(event);
    }
    void paintEvent(QPaintEvent* event) override {
        if (fits()) return QLabel::paintEvent(event);
        QPainter painter(this);
        const QString part = fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width());
        style()->drawItemText(&painter, contentsRect(), int(Qt::AlignLeft | Qt::AlignVCenter), palette(), isEnabled(), part,
                              foregroundRole());
    }

  private:
    bool fits() const { return fontMetrics().horizontalAdvance(text()) <= contentsRect().width(); }
};

}  // namespace

QFont fontOf(Text style) {
    QFont font = QApplication::font();
    const auto set = [&font](double scale, QFont::Weight weight) {
        font.setPointSizeF(font.pointSizeF() * scale);
        font.setWeight(weight);
    };
    switch (style) {
        case Text::Display:
            set(2.1, QFont::DemiBold);
            font.setLetterSpacing(QFont::PercentageSpacing, 97.5);
            break;
        case Text::Title:
            set(1.6, QFont::DemiBold);
            font.setLetterSpacing(QFont::PercentageSpacing, 98);
            break;
        case Text::Heading:
            set(1.15, QFont::DemiBold);
            break;
        case Text::Strong:
            set(1.0, QFont::DemiBold);
            break;
        case Text::Small:
            set(0.9, QFont::Normal);
            break;
        case Text::Mono: {
            const double size = font.pointSizeF();
            font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
            font.setPointSizeF(size * 0.95);
            break;
        }
        case Text::Body:
            break;
    }
    return font;
}

QLabel* label(const QString& text, Text style, Tone tone) { return dressed(new QLabel, text, style, tone); }

QLabel* shortened(const QString& text, Text style, Tone tone) { return dressed(new ShortLabel, text, style, tone); }

QLabel* paragraph(const QString& text, Text style, Tone tone) {
    QLabel* made = label(text, style, tone);
    made->setWordWrap(true);
    return made;
}

void setTone(QLabel* label, Tone tone) {
    label->setProperty("tone", toneName(tone));
    restyle(label);
}

QPushButton* button(const QString& text, Kind kind, const QString& iconName) {
    auto* made = new QPushButton(text);
    made->setCursor(Qt::PointingHandCursor);
    made->setAutoDefault(false);
    static const char* buttonKinds[] = {"normal", "primary", "danger", "quiet"};
    made->setProperty("kind", buttonKinds[int(kind)]);
    if (!iconName.isEmpty()) {
        const auto draw = [made, iconName, kind] {
            const Colours& c = Theme::instance().colours();
            const QColor colours[] = {c.text, c.onAccent, c.danger, c.accent};
            made->setIcon(icon(iconName, colours[int(kind)]));
        };
        draw();
        QObject::connect(&Theme::instance(), &Theme::changed, made, draw);
        made->setIconSize({22, 16});
    }
    return made;
}

QToolButton* iconButton(const QString& iconName, const QString& name, Tone tone) {
    auto* made = new QToolButton;
    setIcon(made, iconName, tone);
    made->setIconSize({18, 18});
    made->setAccessibleName(cut(name, longestTip));
    setTip(made, name);
    made->setCursor(Qt::PointingHandCursor);
    return made;
}

QFrame* line() {
    auto* made = new QFrame;
    made->setProperty("line", true);
    return made;
}

Card::Card(const QString& title, QWidget* parent) : QFrame(parent), body(new QVBoxLayout(this)) {
    setProperty("card", true);
    body->setContentsMargins(20, 18, 20, 18);
    body->setSpacing(12);
    if (title.isEmpty()) return;
    header = new QHBoxLayout;
    header->setSpacing(8);
    header->addWidget(label(title, Text::Heading));
    header->addStretch();
    body->addLayout(header);
}

void asOneChoice(QRadioButton* radio) {
    radio->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    const auto follow = [radio] {
        if (!radio->isChecked()) return;
        const auto others = radio->group() ? radio->group()->buttons() : radio->parentWidget()->findChildren<QAbstractButton*>();
        radio->setFocusPolicy(Qt::StrongFocus);
        for (QAbstractButton* each : others) {
            if (each == radio || !qobject_cast<QRadioButton*>(each)) continue;
            if (each->hasFocus()) radio->setFocus();
            each->setFocusPolicy(Qt::ClickFocus);
        }
    };
    QObject::connect(radio, &QRadioButton::toggled, radio, follow);
    QTimer::singleShot(0, radio, follow);  // when all of them stand where they belong
}

QVBoxLayout* explained(QRadioButton* radio, const QString& explanation) {
    auto* layout = new QVBoxLayout;
    layout->setSpacing(2);
    layout->addWidget(radio);
    asOneChoice(radio);
    if (explanation.isEmpty()) return layout;
    auto* labels = paragraph(explanation, Text::Small, Tone::Muted);
    labels->setContentsMargins(30, 0, 0, 0);
    layout->addWidget(labels);
    radio->setAccessibleDescription(explanation);
    return layout;
}

QFrame* choiceBox(QRadioButton* radio, const QString& explanation) {
    auto* box = new QFrame;
    box->setProperty("inset", true);
    auto* layout = explained(radio, explanation);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->addStretch();
    box->setLayout(layout);
    return box;
}

Field::Field(const QString& name, QWidget* input, const QString& help) : input_(input), help_(help) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(5);
    QLabel* title = label(name, Text::Strong);
    QFont font = title->font();
    font.setWeight(QFont::Medium);
    title->setFont(font);
    QWidget* target = input->focusProxy() ? input->focusProxy() : input;
    title->setBuddy(target);
    target->setAccessibleName(shownOf(name));
    below_ = paragraph(help, Text::Small, Tone::Muted);
    layout->addWidget(title);
    layout->addWidget(input);
    layout->addWidget(below_);
    below_->setVisible(!help.isEmpty());  // once it has a parent: before, it would be a window of its own
}

void Field::setHelp(const QString& text, Tone tone) {
    help_ = text;
    helpTone_ = tone;
    if (wrong_) return;
    below_->setText(cut(text, longestText));
    setTone(below_, tone);
    below_->setVisible(!text.isEmpty());
}

void Field::setError(const QString& error) {
    wrong_ = !error.isEmpty();
    below_->setText(wrong_ ? cut(error, longestText) : help_);
    setTone(below_, wrong_ ? Tone::Danger : helpTone_);
    below_->setVisible(!below_->text().isEmpty());
    QWidget* target = input_->focusProxy() ? input_->focusProxy() : input_;
    target->setAccessibleDescription(below_->text());
    target->setProperty("wrong", wrong_);
    restyle(target);
}

void paintClinicChip(QLabel* chip, const QString& id, const QString& name) {
    // The hue is the id's, so a clinic keeps its colour; lightness is fixed for white letters (4.5:1).
    uint hash = 0;
    for (const QChar c : id) hash = hash * 31 + c.unicode();
    static const QColor colours[] = {"#0f766e", "#4f46a5", "#a1446a", "#8a5a12", "#2563a8", "#5b6b1f", "#7c3f98", "#a33b2e"};
    const int size = chip->width();
    const qreal ratio = chip->devicePixelRatioF();
    QPixmap pixmap(QSize(size, size) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours[hash % 8]);
    painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.28, size * 0.28);
    QFont font = fontOf(Text::Strong);
    font.setPixelSize(int(size * 0.46));
    painter.setFont(font);
    painter.setPen(Qt::white);
    painter.drawText(QRectF(0, 0, size, size), Qt::AlignCenter, name.trimmed().left(1).toUpper());
    chip->setPixmap(pixmap);
}

QLabel* clinicChip(const QString& id, const QString& name, int size) {
    auto* chip = label({});
    chip->setFixedSize(size, size);
    paintClinicChip(chip, id, name);
    return chip;
}

EmptyState::EmptyState(const QString& iconName, const QString& title, const QString& sentence, QPushButton* action) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 36, 24, 36);
    layout->setSpacing(8);
    layout->addStretch();
    layout->addWidget(iconLabel(iconName, Tone::Muted, 40), 0, Qt::AlignHCenter);
    layout->addSpacing(6);
    title_ = label(title, Text::Heading);
    layout->addWidget(title_, 0, Qt::AlignHCenter);
    sentence_ = paragraph({}, Text::Body, Tone::Muted);
    sentence_->setAlignment(Qt::AlignCenter);
    sentence_->setFixedWidth(380);
    setWords(title, sentence);
    layout->addWidget(sentence_, 0, Qt::AlignHCenter);
    if (action) {
        layout->addSpacing(8);
        layout->addWidget(action, 0, Qt::AlignHCenter);
    }
    layout->addStretch();
}

void EmptyState::setWords(const QString& title, const QString& sentence) {
    title_->setText(cut(title, longestName));
    sentence_->setText(cut(sentence, longestText));
    sentence_->setFixedHeight(std::max(0, sentence_->heightForWidth(sentence_->width())));  // else the layout gives it one line
}

}  // namespace polyclinic::ui
