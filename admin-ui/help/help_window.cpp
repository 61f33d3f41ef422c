#include "help/help_window.h"

#include <QAction>
#include <QDesktopServices>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "widgets/icons.h"
#include "widgets/parts.h"
#include "widgets/theme.h"

// As for the icons: asked for, so that they are linked.
static void initializeHelp() { Q_INIT_RESOURCE(help); }

namespace polyclinic::ui {
namespace {

const QUrl helpContents("qrc:/help/index.html");

/// Pages and pictures of the program itself, and nothing of this computer or of another.
class OwnPages : public QTextBrowser {
  public:
    QVariant loadResource(int type, const QUrl& name) override {
        return source().resolved(name).scheme() == "qrc" ? QTextBrowser::loadResource(type, name) : QVariant();
    }
};

}  // namespace

void HelpWindow::open(QWidget* console) {
    auto* window = console->findChild<HelpWindow*>(QString(), Qt::FindDirectChildrenOnly);
    if (!window) window = new HelpWindow(console);
    window->show();
    window->raise();
    window->activateWindow();
    window->text_->setFocus();
}

HelpWindow::HelpWindow(QWidget* console) : QWidget(console, Qt::Window), text_(new OwnPages) {
    initializeHelp();
    setWindowTitle(tr("Help – Polyclinic"));
    setProperty("page", true);
    setAttribute(Qt::WA_StyledBackground);
    resize(760, 760);
    auto* start = button(tr("Contents"), Kind::Quiet, "home");
    auto* back = button(tr("Back"), Kind::Quiet, "chevron-left");
    back->setEnabled(false);
    auto* row = new QHBoxLayout;
    row->addWidget(back);
    row->addWidget(start);
    row->addStretch();
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(12, 8, 12, 12);
    all->setSpacing(8);
    all->addLayout(row);
    all->addWidget(text_, 1);
    text_->setAccessibleName(tr("Help"));
    text_->setOpenLinks(false);
    text_->document()->setDocumentMargin(20);
    connect(text_, &QTextBrowser::anchorClicked, this, &HelpWindow::follow);
    connect(start, &QPushButton::clicked, this, [this] { text_->setSource(helpContents); });
    connect(back, &QPushButton::clicked, text_, &QTextBrowser::backward);
    connect(text_, &QTextBrowser::backwardAvailable, back, &QWidget::setEnabled);
    for (const auto& [keys, run] : std::initializer_list<std::pair<QKeySequence, std::function<void()>>>{
             {QKeySequence::Back, [this] { text_->backward(); }}, {Qt::Key_Escape, [this] { close(); }}}) {
        auto* action = new QAction(this);
        action->setShortcut(keys);
        connect(action, &QAction::triggered, this, run);
        addAction(action);
    }
    connect(&Theme::instance(), &Theme::changed, this, &HelpWindow::dress);
    dress();
    text_->setSource(helpContents);
}

/// Pages stay here, everything else is the system's browser's.
void HelpWindow::follow(const QUrl& link) {
    const QUrl target = text_->source().resolved(link);
    if (target.scheme() == "qrc")
        text_->setSource(target);
    else if (target.scheme() == "https" || target.scheme() == "http")
        QDesktopServices::openUrl(target);
}

void HelpWindow::dress() {
    const auto& colours = Theme::instance().colours();
    text_->document()->setDefaultStyleSheet(
        QString("a { color: %1; } h1 { font-size: 22px; } h2 { font-size: 17px; margin-top: 18px; } "
                "pre { background-color: %2; font-family: monospace; } code { font-family: monospace; }")
            .arg(colours.accent.name(), colours.hover.name()));
    if (!text_->source().isEmpty()) text_->reload();
}

}  // namespace polyclinic::ui
