#include "people/slip_panel.h"

#include <QFileDialog>
#include <QPainter>
#include <QPdfWriter>
#include <QPrintDialog>
#include <QPrinter>

#include "widgets/copy_secret.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {
namespace {

constexpr int paperWidth = 296, paperHeight = 420;  // A5

}  // namespace

SlipPanel::SlipPanel() {
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins({});
    all->setSpacing(10);
    messages_ = new MessageBar;
    paper_ = new QWidget;
    paper_->setFixedSize(paperWidth, paperHeight);
    paper_->installEventFilter(this);
    all->addWidget(paper_, 0, Qt::AlignHCenter);
    pager_ = new QWidget;
    auto* pages = new QHBoxLayout(pager_);
    pages->setContentsMargins({});
    before_ = iconButton("chevron-left", tr("Sheet before"));
    after_ = iconButton("chevron-right", tr("Next sheet"));
    page_ = label({}, Text::Small, Tone::Muted);
    pages->addStretch();
    pages->addWidget(before_);
    pages->addWidget(page_);
    pages->addWidget(after_);
    pages->addStretch();
    all->addWidget(pager_);
    actions_ = new QWidget;
    auto* row = new QHBoxLayout(actions_);
    row->setContentsMargins({});
    row->setSpacing(8);
    print_ = button(tr("&Print"), Kind::Primary, "print");
    auto* pdf = button(tr("Save as PDF"), Kind::Normal, "file");
    auto* copy = button(tr("Copy code"), Kind::Quiet, "copy");
    for (QPushButton* each : {print_, pdf, copy}) row->addWidget(each);
    row->addStretch();
    all->addWidget(actions_);
    all->addWidget(messages_);
    connect(before_, &QToolButton::clicked, this, [this] { turn(-1); });
    connect(after_, &QToolButton::clicked, this, [this] { turn(1); });
    connect(print_, &QPushButton::clicked, this, &SlipPanel::print);
    connect(pdf, &QPushButton::clicked, this, &SlipPanel::askForPdf);
    connect(copy, &QPushButton::clicked, this, [this, copy] {
        copySecret(slips_.value(at_).code.code);
        copy->setText(tr("Copied"));
    });
}

void SlipPanel::show(const QList<Slip>& slips, bool made) {
    slips_ = slips;
    made_ = made;
    at_ = 0;
    actions_->setVisible(made);
    turn(0);
}

void SlipPanel::offerPrint() { print_->setFocus(); }

void SlipPanel::turn(int by) {
    at_ = std::clamp(at_ + by, 0, std::max(0, int(slips_.size()) - 1));
    pager_->setVisible(slips_.size() > 1);
    page_->setText(tr("%1 of %2").arg(at_ + 1).arg(slips_.size()));
    before_->setEnabled(at_ > 0);
    after_->setEnabled(at_ + 1 < slips_.size());
    const Slip slip = slips_.value(at_);
    paper_->setAccessibleName(made_ ? tr("Sheet for %1, code %2, user name %3").arg(slip.person, slip.code.code, slip.code.username)
                                    : tr("What the sheet for %1 will look like").arg(slip.person));
    paper_->update();
}

bool SlipPanel::eventFilter(QObject* watched, QEvent* event) {
    if (watched != paper_ || event->type() != QEvent::Paint || slips_.isEmpty()) return QWidget::eventFilter(watched, event);
    // Drawn larger and brought down, so that small letters keep their shape.
    const qreal ratio = paper_->devicePixelRatioF() * 3;
    QImage sheet(QSize(paperWidth, paperHeight) * ratio, QImage::Format_RGB32);
    {
        QPainter painter(&sheet);
        paintSlip(painter, sheet.rect(), slips_[at_]);
    }
    QPainter painter(paper_);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(paper_->rect(),
                      sheet.scaled(paper_->size() * paper_->devicePixelRatioF(), Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
    painter.setPen(Theme::instance().colours().border);
    painter.drawRect(paper_->rect().adjusted(0, 0, -1, -1));
    return true;
}

void SlipPanel::print() {
    QPrinter printer(QPrinter::HighResolution);
    printer.setPageSize(QPageSize(QPageSize::A5));
    printer.setFullPage(true);
    printer.setDocName(tr("Sign-in sheet"));
    QPrintDialog dialog(&printer, this);
    if (dialog.exec() != QDialog::Accepted) return;
    if (writeSlips(printer, slips_)) {
        messages_->tell(Tone::Success, tr("Sent to the printer."));
    } else {
        messages_->tell(Tone::Danger, tr("The printer did not take it. Try again, or save it as a PDF."));
    }
}

void SlipPanel::askForPdf() {
    const QString person = slips_.size() == 1 ? slips_.first().code.username : tr("sign-in sheets");
    const QString path = QFileDialog::getSaveFileName(this, tr("Save as PDF"), asFileName(person) + ".pdf", tr("PDF (*.pdf)"));
    if (!path.isEmpty()) savePdf(path);
}

bool SlipPanel::savePdf(const QString& path) {
    QFile file(path);
    bool written = file.open(QFile::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);  // it holds codes
    if (written) {
        QPdfWriter writer(&file);
        writer.setTitle(tr("Sign-in sheet"));
        writer.setCreator("Polyclinic");
        written = writeSlips(writer, slips_);
    }
    written = written && file.flush() && file.error() == QFile::NoError;
    if (written) {
        messages_->tell(Tone::Success, tr("Saved. Delete the file when the patient has the sheet: it holds the code."));
    } else {
        messages_->tell(Tone::Danger, tr("Nothing could be written to %1.").arg(path));
    }
    return written;
}

}  // namespace polyclinic::ui
