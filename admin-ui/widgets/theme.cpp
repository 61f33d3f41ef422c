#include "widgets/theme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QFontDatabase>
#include <QPalette>
#include <QStyleFactory>

#include "widgets/style_sheet.h"

namespace polyclinic::ui {
namespace {

Colours lightColours() {
    return {false,     "#f5f6f8", "#ffffff", "#fbfbfc", "#eef1f4", "#17212b", "#586573", "#e2e6eb", "#8c97a4", "#0f766e",
            "#0b625b", "#ffffff", "#e3f2f0", "#166b3a", "#e6f4ea", "#94500a", "#fcf1de", "#b3261e", "#fcebe9"};
}

Colours darkColours() {
    return {true,      "#0f141a", "#171d25", "#12181f", "#202833", "#e7ecf1", "#9ba7b4", "#28313c", "#657283", "#2cb5a5",
            "#47c9ba", "#04221f", "#15302f", "#5fd08b", "#15301f", "#f2b45c", "#35290f", "#ff8a80", "#3b1b1a"};
}

/// 7:1 and more everywhere, every edge drawn.
Colours highContrastColours() {
    return {true,      "#000000", "#000000", "#000000", "#2b2b2b", "#ffffff", "#ffffff", "#ffffff", "#ffffff", "#ffe94a",
            "#fff6a8", "#000000", "#3d3800", "#7dff9b", "#00290b", "#ffc04d", "#332200", "#ff9a91", "#3d0400"};
}

QPalette paletteOf(const Colours& c) {
    QPalette p;
    p.setColor(QPalette::Window, c.window);
    p.setColor(QPalette::WindowText, c.text);
    p.setColor(QPalette::Base, c.surface);
    p.setColor(QPalette::AlternateBase, c.hover);
    p.setColor(QPalette::Text, c.text);
    p.setColor(QPalette::PlaceholderText, c.muted);
    p.setColor(QPalette::Button, c.surface);
    p.setColor(QPalette::ButtonText, c.text);
    p.setColor(QPalette::BrightText, c.danger);
    p.setColor(QPalette::Highlight, c.accent);
    p.setColor(QPalette::HighlightedText, c.onAccent);
    p.setColor(QPalette::Link, c.accent);
    p.setColor(QPalette::ToolTipBase, c.text);
    p.setColor(QPalette::ToolTipText, c.surface);
    p.setColor(QPalette::Mid, c.border);
    p.setColor(QPalette::Light, c.surface);
    p.setColor(QPalette::Dark, c.field);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        p.setColor(QPalette::Disabled, role, c.field);
    }
    return p;
}

}  // namespace

Theme& Theme::instance() {
    static Theme theme;
    return theme;
}

Theme::Theme() : colours_(lightColours()) {}

void Theme::apply(Choice choice) {
    choice_ = choice;
    if (choice == Choice::System && !asked_) askDesktop();
    if (choice == Choice::HighContrast) return use(highContrastColours());
    use(choice == Choice::Dark || (choice == Choice::System && desktopIsDark_) ? darkColours() : lightColours());
}

void Theme::use(const Colours& colours) {
    colours_ = colours;
    static const bool styled = [] {
        QApplication::setStyle(QStyleFactory::create("Fusion"));
        QFont font = QApplication::font();
        font.setFamilies({"Inter", "Noto Sans", "Cantarell", font.family()});
        font.setPointSizeF(std::max(font.pointSizeF(), 10.0));
        font.setHintingPreference(QFont::PreferNoHinting);
        QApplication::setFont(font);
        return true;
    }();
    Q_UNUSED(styled)
    QApplication::setPalette(paletteOf(colours_));
    qApp->setStyleSheet(styleSheetOf(colours_));
    emit changed();
}

// Qt 6.4 cannot tell what the desktop prefers; the portal that every Linux desktop offers can.
void Theme::askDesktop() {
    asked_ = true;
    auto bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) return;
    const QString service = "org.freedesktop.portal.Desktop", path = "/org/freedesktop/portal/desktop";
    const QString interface = "org.freedesktop.portal.Settings";
    bus.connect(service, path, interface, "SettingChanged", this, SLOT(portalSettingChanged(QString, QString)));
    auto call = QDBusMessage::createMethodCall(service, path, interface, "Read");
    call << "org.freedesktop.appearance"
         << "color-scheme";
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call, 3000), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        if (reply.isError()) return;
        QVariant value = reply.value().variant();
        if (value.canConvert<QDBusVariant>()) value = value.value<QDBusVariant>().variant();
        const bool dark = value.toUInt() == 1;
        if (dark == desktopIsDark_) return;
        desktopIsDark_ = dark;
        if (choice_ == Choice::System) use(dark ? darkColours() : lightColours());
    });
}

void Theme::portalSettingChanged(const QString& space, const QString& key) {
    if (space == "org.freedesktop.appearance" && key == "color-scheme") askDesktop();
}

QColor Theme::colour(Tone tone) const {
    switch (tone) {
        case Tone::Muted:
            return colours_.muted;
        case Tone::Info:
            return colours_.accent;
        case Tone::Success:
            return colours_.success;
        case Tone::Warning:
            return colours_.warning;
        case Tone::Danger:
            return colours_.danger;
        default:
            return colours_.text;
    }
}

QColor Theme::soft(Tone tone) const {
    switch (tone) {
        case Tone::Info:
            return colours_.accentSoft;
        case Tone::Success:
            return colours_.successSoft;
        case Tone::Warning:
            return colours_.warningSoft;
        case Tone::Danger:
            return colours_.dangerSoft;
        default:
            return colours_.hover;
    }
}

}  // namespace polyclinic::ui
