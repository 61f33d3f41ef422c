#include "portal/preview_page.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QDesktopServices>
#include <QDir>
#include <QPluginLoader>
#include <QProgressBar>
#include <QScrollArea>
#include <QStackedWidget>

#include "view/portal_view.h"
#include "widgets/parts.h"

namespace polyclinic::ui {
namespace {

constexpr auto pluginName = "polyclinic-portal-view.so";

/// Beside the program, where the build leaves it, and where a package installs it.
QString pluginPath() {
    const QDir here(QCoreApplication::applicationDirPath());
    for (const char* folder : {"plugins", "../lib/polyclinic"}) {
        const QString path = here.absoluteFilePath(QLatin1String(folder) + '/' + pluginName);
        if (QFileInfo::exists(path)) return path;
    }
    return {};
}

}  // namespace

PreviewPage::PreviewPage() : Page(tr("Portal")) {
    width_ = new QComboBox;
    width_->setAccessibleName(tr("Width of the screen"));
    for (const auto& [name, pixels] :
         {std::pair{tr("Small phone, 320"), 320}, std::pair{tr("Phone, 390"), 390}, std::pair{tr("Tablet, 768"), 768}}) {
        width_->addItem(name, pixels);
    }
    width_->setCurrentIndex(1);
    shade_ = new QComboBox;
    shade_->setAccessibleName(tr("Light or dark"));
    shade_->addItem(tr("Light"), false);
    shade_->addItem(tr("Dark"), true);
    again_ = button(tr("Reload"), Kind::Normal, "refresh");
    outside_ = button(tr("Open in browser"), Kind::Primary, "external");
    header->addWidget(width_, 0, Qt::AlignTop);
    header->addWidget(shade_, 0, Qt::AlignTop);
    header->addWidget(again_, 0, Qt::AlignTop);
    header->addWidget(outside_, 0, Qt::AlignTop);
    bar_ = new QProgressBar;
    bar_->setTextVisible(false);
    bar_->setAccessibleName(tr("Loading"));
    bar_->setRange(0, 100);
    body->addWidget(bar_);
    stack_ = new QStackedWidget;
    stage_ = new QWidget;
    auto* middle = new QHBoxLayout(stage_);
    middle->setContentsMargins({});
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(stage_);
    stack_->addWidget(area);
    openInstead_ = button(tr("Open in browser"), Kind::Primary, "external");
    instead_ = new EmptyState("portal", {}, {}, openInstead_);
    auto* card = new Card;
    card->body->addWidget(instead_);
    stack_->addWidget(card);
    body->addWidget(stack_, 1);
    connect(width_, &QComboBox::activated, this, &PreviewPage::arrange);
    connect(shade_, &QComboBox::activated, this, &PreviewPage::arrange);
    connect(again_, &QPushButton::clicked, this, [this] {
        messages().clear();
        if (view_) view_->reload();
    });
    for (QPushButton* each : {outside_, openInstead_}) connect(each, &QPushButton::clicked, this, &PreviewPage::openOutside);
}

PreviewPage::~PreviewPage() {
    dropView();
    if (factory_) factory_->forget();
}

void PreviewPage::showClinic(const Tenant& tenant) {
    const QUrl before = portal_;
    tenant_ = tenant;
    portal_.clear();
    for (const Endpoint& each : tenant.endpoints) {
        if (each.type == "patient-portal") portal_ = each.url;
    }
    setTitle(tr("Portal"), portal_.isEmpty() ? tenant.name : portal_.toString());
    messages().clear();
    if (portal_ != before) dropView();
}

void PreviewPage::refresh() {
    if (!tried_) loadPlugin();
    const bool here = factory_ && !portal_.isEmpty();
    for (QWidget* each : std::initializer_list<QWidget*>{width_, shade_, again_}) each->setVisible(here);
    outside_->setVisible(here);
    openInstead_->setVisible(!portal_.isEmpty());
    bar_->setVisible(false);
    stack_->setCurrentIndex(here ? 0 : 1);
    if (portal_.isEmpty()) {
        instead_->setWords(tr("No portal yet"), tr("This clinic has no patient portal on this server."));
    } else if (!here) {
        instead_->setWords(tr("The preview is not installed"),
                           tr("The portal works; only the browser inside this window is missing (the package libqt6webenginewidgets6). "
                              "Your own browser shows it as well.") +
                               (problem_.isEmpty() ? QString() : "\n" + problem_));
    } else if (!view_) {
        makeView();
    }
}

void PreviewPage::loadPlugin() {
    tried_ = true;
    const QString path = pluginPath();
    if (path.isEmpty()) return;
    QPluginLoader loader(path);
    factory_ = qobject_cast<portal_view::Factory*>(loader.instance());
    if (!factory_) problem_ = loader.errorString();
}

void PreviewPage::makeView() {
    view_.reset(factory_->make(portal_, tenant_.id));
    view_->trust(certificate_);
    view_->progressed = [this](int percent) {
        bar_->setVisible(percent < 100);
        bar_->setValue(percent);
    };
    view_->loaded = [this] { bar_->hide(); };
    view_->crashed = [this] {
        messages().tell(Tone::Warning, tr("The page's process has ended."), tr("Load it again"), [this] { view_->reload(); });
    };
    stage_->layout()->addWidget(view_->widget());
    stage_->layout()->setAlignment(view_->widget(), Qt::AlignHCenter);
    view_->widget()->setAccessibleName(tr("The portal"));
    arrange();
    view_->open(portal_);
}

void PreviewPage::trust(const QByteArray& certificate) {
    certificate_ = certificate;
    if (view_) view_->trust(certificate_);
}

void PreviewPage::dropView() {
    if (view_) stage_->layout()->removeWidget(view_->widget());
    view_.reset();
}

void PreviewPage::arrange() {
    if (!view_) return;
    view_->widget()->setFixedWidth(width_->currentData().toInt());
    view_->widget()->setMinimumHeight(400);
    view_->setDark(shade_->currentData().toBool());
}

void PreviewPage::openOutside() {
    if (!portal_.isEmpty()) QDesktopServices::openUrl(portal_);
}

}  // namespace polyclinic::ui
