// How the tests work the window: as a person does, by what is written on it.

#pragma once

#include <QAbstractButton>
#include <QApplication>
#include <QElapsedTimer>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QTest>

#include "widgets/plain_text.h"

namespace polyclinic::test {

/// How long something that is awaited may take: the end of hope, on a machine with other work, and nobody's measure.
constexpr int patience = 60'000;

/// The visible button of these words (or this accessible name), or nullptr.
inline QAbstractButton* findButton(QWidget* in, const QString& words) {
    for (auto* each : in->findChildren<QAbstractButton*>()) {
        const QString text = ui::shownOf(each->text());
        if (each->isVisible() && (text == words || each->accessibleName() == words)) return each;
    }
    return nullptr;
}

/// The visible input with this accessible name, or nullptr.
template <class T = QLineEdit>
T* findInput(QWidget* in, const QString& name) {
    for (auto* each : in->findChildren<T*>()) {
        if (each->isVisible() && each->accessibleName() == name) return each;
    }
    return nullptr;
}

inline bool shows(QWidget* in, const QString& words) {
    for (auto* each : in->findChildren<QLabel*>()) {
        if (each->isVisible() && each->text().contains(words)) return true;
    }
    return false;
}

inline bool press(QWidget* in, const QString& words) {
    if (!in) return false;
    QElapsedTimer timer;
    for (timer.start(); timer.elapsed() < patience; QTest::qWait(20)) {
        QAbstractButton* found = findButton(in, words);
        if (!found || !found->isEnabled()) continue;
        if (found->isCheckable()) {
            found->click();  // beside its words the mouse would miss it
        } else {
            QTest::mouseClick(found, Qt::LeftButton);
        }
        return true;
    }
    qWarning("No button \"%s\" that can be pressed", qPrintable(words));
    return false;
}

inline bool fill(QWidget* in, const QString& name, const QString& text) {
    auto* input = findInput(in, name);
    if (!input) {
        qWarning("No input named \"%s\"", qPrintable(name));
        return false;
    }
    input->setFocus();
    input->clear();
    for (const QChar c : text) {  // QTest's own keys know ASCII only
        QKeyEvent press(QEvent::KeyPress, 0, Qt::NoModifier, QString(c));
        QApplication::sendEvent(input, &press);
    }
    return true;
}

/// Time for what a picture is to show: people look at it only where POLYCLINIC_SCREENS asks for it.
inline void settle(int ms) { QTest::qWait(qEnvironmentVariableIsSet("POLYCLINIC_SCREENS") ? ms : 20); }

/// What the window showed when a test failed, into POLYCLINIC_SCREENS.
inline void pictureOfFailure(QWidget* window) {
    const QString folder = qEnvironmentVariable("POLYCLINIC_SCREENS");
    if (!QTest::currentTestFailed() || folder.isEmpty() || !window) return;
    window->grab().save(folder + "/failed-" + QTest::currentTestFunction() + ".png");
}

}  // namespace polyclinic::test

#define TRY_SHOWS(in, words) \
    QTRY_VERIFY2_WITH_TIMEOUT(polyclinic::test::shows(in, words), "does not show: " words, polyclinic::test::patience)
