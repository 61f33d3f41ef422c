// What the plug-in with the embedded browser offers. The window loads it when somebody wants a preview, and does without
// where it is not installed. Qt only, and no moc: program and plug-in would each have a copy.

#pragma once

#include <QString>
#include <QUrl>
#include <QtPlugin>
#include <functional>

class QWidget;

namespace polyclinic::portal_view {

/// A browser on one origin. Everything else opens in the system's browser or not at all. It lives as long as its widget.
class View {
  public:
    virtual ~View() = default;

    virtual QWidget* widget() = 0;
    /// An address of another origin than the view was made for is not loaded.
    virtual void open(const QUrl& url) = 0;
    virtual void reload() = 0;
    /// What pages learn of the person's wish (prefers-color-scheme), from the next look of theirs on.
    virtual void setDark(bool dark) = 0;
    virtual QUrl url() const = 0;
    /// SHA-256 of the one certificate that is taken although no authority known to this browser signed it; empty: none.
    virtual void trust(const QByteArray& certificate) = 0;

    std::function<void(int percent)> progressed;
    std::function<void()> loaded;   // also when the page could not be had
    std::function<void()> crashed;  // the page's process has ended; reload() starts another
};

class Factory {
  public:
    virtual ~Factory() = default;
    /// A view on the origin (scheme, host and port) of `origin`. Views of one `profile` share cookies, which are in
    /// memory only. The caller owns the view.
    virtual View* make(const QUrl& origin, const QString& profile) = 0;
    /// Drops the cookies of every profile. No view may be left.
    virtual void forget() = 0;
};

}  // namespace polyclinic::portal_view

#define POLYCLINIC_PORTAL_VIEW "org.polyclinic.PortalView/2"
Q_DECLARE_INTERFACE(polyclinic::portal_view::Factory, POLYCLINIC_PORTAL_VIEW)
