#include "shell/starting_page.h"

#include <QProgressBar>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "widgets/icons.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {

StartingPage::StartingPage() : stack_(new QStackedWidget) {
    auto* starting = new QWidget;
    auto* layout = new QVBoxLayout(starting);
    layout->setContentsMargins({});
    layout->setSpacing(14);
    layout->addWidget(label(tr("Starting"), Text::Title));
    step_ = paragraph({});
    layout->addWidget(step_);
    auto* bar = new QProgressBar;
    bar->setRange(0, 0);
    bar->setTextVisible(false);
    bar->setAccessibleName(tr("Starting the clinics' server"));
    layout->addWidget(bar);
    seconds_ = label({}, Text::Small, Tone::Muted);
    layout->addWidget(seconds_);
    layout->addStretch();

    auto* failed = new QWidget;
    auto* labels = new QVBoxLayout(failed);
    labels->setContentsMargins({});
    labels->setSpacing(14);
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(iconLabel("error", Tone::Danger, 26));
    head->addWidget(paragraph(tr("The clinics' server could not start"), Text::Title), 1);
    labels->addLayout(head);
    cause_ = paragraph({});
    remedy_ = paragraph({}, Text::Body, Tone::Muted);
    for (QLabel* each : {cause_, remedy_}) {
        each->setTextInteractionFlags(Qt::TextSelectableByMouse);
        labels->addWidget(each);
    }
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    auto* quit = button(tr("Close"));
    auto* again = button(tr("Try again"), Kind::Primary, "refresh");
    buttons->addWidget(quit);
    buttons->addWidget(again);
    labels->addStretch();
    labels->addSpacing(6);
    labels->addLayout(buttons);
    connect(quit, &QPushButton::clicked, this, &StartingPage::quitWanted);
    connect(again, &QPushButton::clicked, this, &StartingPage::retryWanted);

    stack_->addWidget(starting);
    stack_->addWidget(failed);
    body->addWidget(stack_);
    second_.setInterval(1000);
    connect(&second_, &QTimer::timeout, this, &StartingPage::showSeconds);
}

void StartingPage::showStep(const QString& step) {
    if (stack_->currentIndex() != 0 || !elapsed_.isValid()) elapsed_.start();
    stack_->setCurrentIndex(0);
    step_->setText(cut(step, longestText));
    showSeconds();
    second_.start();
}

void StartingPage::showSeconds() {
    const qint64 seconds = elapsed_.elapsed() / 1000;
    QString labels = seconds == 1 ? tr("1 second") : tr("%1 seconds").arg(seconds);
    if (seconds >= 10) labels += "  ·  " + tr("the first start makes the database, which takes longest");
    seconds_->setText(labels);
}

void StartingPage::showFailure(const QString& cause, const QString& remedy) {
    second_.stop();
    elapsed_.invalidate();
    cause_->setText(cut(cause, longestText));
    remedy_->setText(cut(remedy, longestText));
    stack_->setCurrentIndex(1);
}

}  // namespace polyclinic::ui
