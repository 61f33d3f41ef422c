#include "settings/settings_page.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QRadioButton>

#include "desktop/autostart.h"
#include "settings/settings.h"
#include "widgets/parts.h"

namespace polyclinic::ui {

SettingsPage::SettingsPage() : ScrollPage(tr("Settings"), tr("For you on this computer")) {
    Settings& settings = Settings::instance();
    auto* appearance = new Card(tr("Look"));
    auto* group = new QButtonGroup(this);
    const std::pair<QString, QString> themes[] = {{tr("As the &desktop"), tr("Follows light and dark of this computer.")},
                                                  {tr("&Light"), {}},
                                                  {tr("Da&rk"), {}},
                                                  {tr("&High contrast"), tr("White and yellow on black, every edge drawn.")}};
    for (int i = 0; i < 4; ++i) {
        auto* radio = new QRadioButton(themes[i].first);
        radio->setChecked(int(settings.theme()) == i);
        group->addButton(radio, i);
        appearance->body->addLayout(explained(radio, themes[i].second));
    }
    connect(group, &QButtonGroup::idClicked, this, [](int id) {
        Settings::instance().setTheme(Theme::Choice(id));
        Theme::instance().apply(Theme::Choice(id));
    });
    column->addWidget(appearance);

    auto* lock = new Card(tr("Lock"));
    auto* minutes = new QComboBox;
    for (const int each : {1, 5, 10, 15, 30, 60}) {
        minutes->addItem(each == 1 ? tr("1 minute") : tr("%1 minutes").arg(each), each);
    }
    minutes->addItem(tr("Never"), 0);
    minutes->setCurrentIndex(std::max(0, minutes->findData(settings.lockMinutes())));
    minutes->setMaximumWidth(220);
    connect(minutes, &QComboBox::activated, this, [minutes] { Settings::instance().setLockMinutes(minutes->currentData().toInt()); });
    auto* field = new Field(tr("Lock the console when it is not used for"), minutes,
                            tr("The clinics go on working while it is locked. Your password opens it again."));
    lock->body->addWidget(field);
    auto* now = button(tr("Lock now"), Kind::Normal, "lock");
    connect(now, &QPushButton::clicked, this, &SettingsPage::lockWanted);
    lock->body->addWidget(now, 0, Qt::AlignLeft);
    column->addWidget(lock);

    auto* start = new Card(tr("Start"));
    auto* automatic = new QCheckBox(tr("&Start Polyclinic when I sign in to this computer"));
    automatic->setChecked(autostart::isOn());
    start->body->addWidget(automatic);
    start->body->addWidget(paragraph(tr("Its window stays out of the way: in the tray, or small in the task bar where there is no tray."),
                                     Text::Small, Tone::Muted));
    connect(automatic, &QCheckBox::clicked, this, [this, automatic](bool on) {
        messages().clear();
        QStringList arguments = QCoreApplication::arguments().mid(1);
        for (const char* once : {"--demo", "--minimized"}) arguments.removeAll(QLatin1String(once));
        if (autostart::set(on, arguments)) return;
        automatic->setChecked(!on);
        messages().tell(Tone::Danger, tr("This could not be written into your own settings folder, ~/.config/autostart."));
    });
    column->addWidget(start);
    column->addStretch();
}

}  // namespace polyclinic::ui
