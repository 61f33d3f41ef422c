#include "widgets/overlay.h"

#include <QApplication>
#include <QEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>

#include "widgets/icons.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {
namespace {

constexpr int undoMs = 10'000;
constexpr int tellMs = 4'000;

}  // namespace

Sheet::Sheet(const QString& title, QWidget* window, int width) : QWidget(window->window()) {
    hide();
    setAccessibleName(cut(title, longestTip));
    card_ = new QFrame(this);
    card_->setObjectName("sheet");
    card_->setFixedWidth(width);
    auto* all = new QVBoxLayout(card_);
    all->setContentsMargins(28, 24, 28, 24);
    all->setSpacing(18);
    auto* head = new QHBoxLayout;
    auto* name = paragraph(cut(title, longestTip), Text::Title);
    head->addWidget(name, 1);
    shut_ = iconButton("close", tr("Close"));
    shut_->setFocusPolicy(Qt::TabFocus);
    connect(shut_, &QToolButton::clicked, this, &Sheet::close);
    head->addWidget(shut_, 0, Qt::AlignTop);
    all->addLayout(head);
    area_ = new QScrollArea;
    area_->setWidgetResizable(true);
    area_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area_->setFocusPolicy(Qt::NoFocus);
    area_->setFixedHeight(0);  // place() knows better
    inside_ = new QWidget;
    body_ = new QVBoxLayout(inside_);
    body_->setContentsMargins({});
    body_->setSpacing(14);
    area_->setWidget(inside_);
    all->addWidget(area_, 1);
    foot_ = new QHBoxLayout;
    foot_->setSpacing(10);
    foot_->addStretch();
    all->addLayout(foot_);
    for (QObject* each : std::initializer_list<QObject*>{parentWidget(), card_, inside_}) each->installEventFilter(this);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) { keepFocus(now); });
}

Sheet* Sheet::openIn(const QWidget* window) {
    const auto sheets = window->window()->findChildren<Sheet*>(QString(), Qt::FindDirectChildrenOnly);
    for (auto each = sheets.rbegin(); each != sheets.rend(); ++each) {
        if ((*each)->isVisible()) return *each;
    }
    return nullptr;
}

/// What goes on in the page below may want the keyboard; it has to wait.
void Sheet::keepFocus(QWidget* now) {
    if (!isVisible() || !now || now->window() != window() || openIn(this) != this) return;
    if (isAncestorOf(now)) {
        last_ = now;
    } else if (last_ && last_->isVisible() && last_->isEnabled()) {
        last_->setFocus();
    } else {
        focusNextPrevChild(true);
    }
}

void Sheet::open(QWidget* firstFocus) {
    before_ = QApplication::focusWidget();
    qApp->installEventFilter(this);
    place();
    show();
    raise();
    if (!firstFocus) firstFocus = first_;
    if (firstFocus) return firstFocus->setFocus();
    focusNextPrevChild(true);
    if (shut_->hasFocus()) focusNextPrevChild(true);  // what the sheet is for comes before its closing
}

void Sheet::close() {
    if (!busy_) dismiss();
}

void Sheet::dismiss() {
    qApp->removeEventFilter(this);
    hide();
    if (before_) before_->setFocus();
    emit closed();
    deleteLater();
}

void Sheet::place() {
    setGeometry(parentWidget()->rect());
    const auto heightOf = [](const QLayout* layout, int width) {
        const int wanted = layout->hasHeightForWidth() ? layout->totalHeightForWidth(width) : layout->totalSizeHint().height();
        return std::max(wanted, layout->totalMinimumSize().height());
    };
    card_->ensurePolished();
    const QMargins edge = card_->layout()->contentsMargins();
    const int room = card_->contentsRect().width() - edge.left() - edge.right(), wanted = heightOf(body_, room);
    const int rest = heightOf(card_->layout(), card_->width()) - area_->minimumHeight();
    const int most = std::max(0, this->height() - 32 - rest);
    area_->setFixedHeight(std::min(wanted, most));
    inside_->setMaximumWidth(wanted > most ? room - area_->verticalScrollBar()->sizeHint().width() - 6 : room);
    const int height = rest + area_->minimumHeight();
    card_->resize(card_->width(), height);
    card_->move((width() - card_->width()) / 2, std::max(16, (this->height() - height) * 2 / 5));
}

bool Sheet::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parent() && event->type() == QEvent::Resize) place();
    if ((watched == card_ || watched == inside_) && event->type() == QEvent::LayoutRequest) place();
    const bool override = event->type() == QEvent::ShortcutOverride;
    if (!override && event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    const auto* at = qobject_cast<QWidget*>(watched);
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool letter = (key->key() >= Qt::Key_A && key->key() <= Qt::Key_Z) || (key->key() >= Qt::Key_0 && key->key() <= Qt::Key_9);
    if (!at || at->window() != window() || openIn(this) != this || key->modifiers() != Qt::AltModifier || !letter) return false;
    // The same letter may be marked in the page below.
    if (override) {
        event->accept();
    } else {
        followLetter(key->key());
    }
    return true;
}

void Sheet::followLetter(int key) {
    const QKeySequence wanted(Qt::ALT | Qt::Key(key));
    for (QLabel* each : findChildren<QLabel*>()) {
        if (each->isVisible() && each->buddy() && QKeySequence::mnemonic(each->text()) == wanted) {
            return each->buddy()->setFocus(Qt::ShortcutFocusReason);
        }
    }
    for (QAbstractButton* each : findChildren<QAbstractButton*>()) {
        if (!each->isVisible() || !each->isEnabled() || QKeySequence::mnemonic(each->text()) != wanted) continue;
        each->setFocus(Qt::ShortcutFocusReason);
        return each->click();
    }
}

QPushButton* Sheet::mainButton() const {
    for (int i = foot_->count() - 1; i >= 0; --i) {
        auto* each = qobject_cast<QPushButton*>(foot_->itemAt(i)->widget());
        const QString kind = each ? each->property("kind").toString() : QString();
        if ((kind == "primary" || kind == "danger") && each->isVisible()) return each->isEnabled() ? each : nullptr;
    }
    return nullptr;
}

void Sheet::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), QColor(8, 14, 20, Theme::instance().colours().dark ? 165 : 105));
}

void Sheet::keyPressEvent(QKeyEvent* event) {
    const auto* line = qobject_cast<QLineEdit*>(QApplication::focusWidget());
    if (event->key() == Qt::Key_Escape) {
        close();
    } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        // What is only there to be copied is nothing that one has finished with.
        if (QPushButton* go = mainButton(); go && isVisible() && !(line && line->isReadOnly())) go->click();
    } else {
        QWidget::keyPressEvent(event);
    }
}

void Sheet::mousePressEvent(QMouseEvent* event) { event->accept(); }

bool Sheet::focusNextPrevChild(bool next) {
    QWidget* start = QApplication::focusWidget();
    if (!start || !isAncestorOf(start)) start = this;
    QWidget* at = start;
    do {
        at = next ? at->nextInFocusChain() : at->previousInFocusChain();
        if (isAncestorOf(at) && at->isVisible() && at->isEnabled() && (at->focusPolicy() & Qt::TabFocus)) {
            at->setFocus(next ? Qt::TabFocusReason : Qt::BacktabFocusReason);
            return true;
        }
    } while (at != start);
    return false;
}

ConfirmSheet::ConfirmSheet(const QString& title, const QString& text, const QString& verb, bool dangerous, QWidget* window)
    : Sheet(title, window, 460) {
    body()->addWidget(paragraph(text, Text::Body, Tone::Muted));
    fields_ = new QVBoxLayout;
    body()->addLayout(fields_);
    auto* keep = button(tr("Cancel"));
    go_ = button(verb, dangerous ? Kind::Danger : Kind::Primary);
    foot()->addWidget(keep);
    foot()->addWidget(go_);
    connect(keep, &QPushButton::clicked, this, &Sheet::close);
    connect(go_, &QPushButton::clicked, this, [this] {
        emit confirmed();
        close();
    });
}

void ConfirmSheet::demand(const QString& typed, const QString& fieldName) {
    auto* edit = new QLineEdit;
    fields_->addWidget(new Field(fieldName, edit));
    go_->setEnabled(false);
    connect(edit, &QLineEdit::textChanged, go_, [this, typed](const QString& text) { go_->setEnabled(text == typed); });
}

Toast::Toast(QWidget* window) : QFrame(window), text_(label({})), action_(button({})) {
    setObjectName("toast");
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(18, 10, 12, 10);
    layout->setSpacing(18);
    layout->addWidget(text_);
    layout->addWidget(action_);
    timer_.setSingleShot(true);
    connect(&timer_, &QTimer::timeout, this, &QWidget::hide);
    connect(action_, &QPushButton::clicked, this, [this] {
        hide();
        if (then_) then_();
    });
    window->installEventFilter(this);
    hide();
}

void Toast::offer(const QString& text, const QString& actionName, std::function<void()> action) {
    text_->setText(cut(text, longestTip));
    setAccessibleName(text_->text());
    then_ = std::move(action);
    action_->setText(actionName);
    action_->setVisible(!actionName.isEmpty());
    show();
    raise();
    place();
    timer_.start(actionName.isEmpty() ? tellMs : undoMs);
}

void Toast::tell(const QString& text) { offer(text, {}, {}); }

void Toast::place() {
    adjustSize();
    move((parentWidget()->width() - width()) / 2, parentWidget()->height() - height() - 28);
}

bool Toast::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parent() && event->type() == QEvent::Resize) place();
    return QFrame::eventFilter(watched, event);
}

}  // namespace polyclinic::ui
