#include "shell/sidebar.h"

#include <QAction>
#include <QScrollArea>

#include "widgets/icons.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {

Sidebar::Sidebar() {
    setObjectName("sidebar");
    setAttribute(Qt::WA_StyledBackground);
    setFixedWidth(232);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(14, 18, 14, 12);
    all->setSpacing(2);
    auto* brand = new QHBoxLayout;
    brand->setContentsMargins(8, 0, 0, 0);
    brand->setSpacing(10);
    brand->addWidget(iconLabel("polyclinic", Tone::Plain, 28));
    brand->addWidget(label("Polyclinic", Text::Heading));
    brand->addStretch();
    all->addLayout(brand);
    all->addSpacing(18);
    // More places than a small screen has room for.
    area_ = new QScrollArea;
    area_->setWidgetResizable(true);
    area_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area_->setFocusPolicy(Qt::NoFocus);
    auto* inside = new QWidget;
    auto* list = new QVBoxLayout(inside);
    list->setContentsMargins({});
    list->setSpacing(2);
    places_ = new QVBoxLayout;
    places_->setSpacing(2);
    list->addLayout(places_);

    clinic_ = new QWidget;
    auto* section = new QVBoxLayout(clinic_);
    section->setContentsMargins(0, 14, 0, 0);
    section->setSpacing(2);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(10, 0, 4, 6);
    head->setSpacing(10);
    chip_ = clinicChip({}, {}, 24);
    clinicName_ = shortened({}, Text::Strong);
    head->addWidget(chip_);
    head->addWidget(clinicName_, 1);
    section->addLayout(head);
    clinicPlaces_ = new QVBoxLayout;
    clinicPlaces_->setSpacing(2);
    section->addLayout(clinicPlaces_);
    clinic_->hide();
    list->addWidget(clinic_);
    list->addStretch();
    area_->setWidget(inside);
    all->addWidget(area_, 1);
    foot_ = new QHBoxLayout;
    foot_->setSpacing(2);
    foot_->setContentsMargins(4, 0, 0, 0);
    foot_->addStretch();
    all->addLayout(foot_);
    auto* rule = line();
    all->addSpacing(8);
    all->addWidget(rule);
    all->addSpacing(8);
    operator_ = label({}, Text::Small, Tone::Muted);
    operator_->setContentsMargins(12, 0, 0, 0);
    all->addWidget(operator_);
}

QPushButton* Sidebar::makeButton(QAction* action, const QString& iconName) {
    auto* made = new QPushButton(QString(action->text()).remove(QChar(0x2026)));
    made->setProperty("nav", true);
    made->setCheckable(true);
    made->setCursor(Qt::PointingHandCursor);
    made->setIconSize({26, 18});
    setIcon(made, iconName, Tone::Muted);
    connect(made, &QPushButton::clicked, action, [this, made, action] {
        made->setChecked(buttons_.value(action) == made && made->property("current").toBool());
        action->trigger();
    });
    buttons_[action] = made;
    return made;
}

void Sidebar::addPlace(QAction* action, const QString& iconName) { places_->addWidget(makeButton(action, iconName)); }

void Sidebar::addClinicPlace(QAction* action, const QString& iconName) { clinicPlaces_->addWidget(makeButton(action, iconName)); }

void Sidebar::addFoot(QAction* action, const QString& iconName) {
    const QString keys = action->shortcut().toString(QKeySequence::NativeText);
    const QString name = shownOf(action->text());
    auto* made = iconButton(iconName, name);
    setTip(made, keys.isEmpty() ? name : name + "  " + keys);
    made->setCheckable(true);
    connect(made, &QToolButton::clicked, action, [made, action] {
        made->setChecked(made->property("current").toBool());
        action->trigger();
    });
    buttons_[action] = made;
    foot_->insertWidget(foot_->count() - 1, made);
}

void Sidebar::setClinic(const Tenant& tenant) {
    paintClinicChip(chip_, tenant.id, tenant.name);
    clinicName_->setText(cut(tenant.name, longestName));
    clinic_->show();
}

void Sidebar::clearClinic() { clinic_->hide(); }

void Sidebar::setCurrent(QAction* action) {
    for (auto at = buttons_.begin(); at != buttons_.end(); ++at) {
        at.value()->setProperty("current", at.key() == action);
        at.value()->setChecked(at.key() == action);
        if (at.key() == action) area_->ensureWidgetVisible(at.value(), 0, 24);
    }
}

void Sidebar::setOperator(const QString& username) { operator_->setText(tr("Signed in as %1").arg(cut(username, longestName))); }

void Sidebar::focusCurrent() {
    for (QAbstractButton* each : buttons_) {
        if (each->isChecked()) each->setFocus(Qt::ShortcutFocusReason);
    }
}

}  // namespace polyclinic::ui
