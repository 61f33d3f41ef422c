#include "shell/idle_lock.h"

#include <QCoreApplication>
#include <QEvent>

#include "settings/settings.h"

namespace polyclinic::ui {
namespace {

constexpr int msPerMinute = 60'000;

}  // namespace

IdleLock::IdleLock(QObject* parent) : QObject(parent) {
    timer_.setSingleShot(true);
    connect(&timer_, &QTimer::timeout, this, &IdleLock::idle);
    connect(&Settings::instance(), &Settings::changed, this, [this] {
        if (timer_.isActive()) start();
    });
    qApp->installEventFilter(this);
}

void IdleLock::start() {
    const int minutes = Settings::instance().lockMinutes();
    timer_.setInterval(minutes * msPerMinute);
    if (minutes > 0) {
        timer_.start();
    } else {
        timer_.stop();
    }
}

bool IdleLock::eventFilter(QObject*, QEvent* event) {
    switch (event->type()) {
        case QEvent::KeyPress:
        case QEvent::MouseButtonPress:
        case QEvent::MouseMove:
        case QEvent::Wheel:
        case QEvent::TouchBegin:
            if (timer_.isActive()) timer_.start();
            break;
        default:
            break;
    }
    return false;
}

}  // namespace polyclinic::ui
