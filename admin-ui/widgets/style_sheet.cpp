#include "widgets/style_sheet.h"

#include "widgets/theme.h"

namespace polyclinic::ui {
namespace {

// @name is a colour of the theme.
constexpr auto sheet = R"(
QWidget { color: @text; }
QLabel, QCheckBox, QRadioButton, QScrollArea, QStackedWidget, QSplitter { background: transparent; }
QMainWindow, QWidget[page="true"] { background: @window; }
QScrollArea { border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QLabel[tone="muted"] { color: @muted; }
QLabel[tone="info"] { color: @accent; }
QLabel[tone="success"] { color: @success; }
QLabel[tone="warning"] { color: @warning; }
QLabel[tone="danger"] { color: @danger; }
QLabel:disabled { color: @field; }

QFrame[card="true"] { background: @surface; border: 1px solid @border; border-radius: 12px; }
QFrame[inset="true"] { background: @window; border: 1px solid @border; border-radius: 8px; }
QFrame[line="true"] { background: @border; border: none; max-height: 1px; min-height: 1px; }

QPushButton { background: @surface; border: 1px solid @field; border-radius: 8px; padding: 7px 14px; min-height: 20px;
    font-weight: 500; }
QPushButton:hover { background: @hover; }
QPushButton:focus { border: 2px solid @accent; padding: 6px 13px; }
QPushButton:disabled { color: @field; border-color: @border; border-style: dashed; background: transparent; }
QPushButton[kind="primary"] { background: @accent; border: 1px solid @accent; color: @onAccent; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: @accentHover; border-color: @accentHover; }
QPushButton[kind="primary"]:focus { border: 2px solid @text; padding: 6px 13px; }
QPushButton[kind="primary"]:disabled { background: @hover; border-color: @border; color: @muted; }
QPushButton[kind="danger"] { background: @surface; border: 1px solid @danger; color: @danger; font-weight: 600; }
QPushButton[kind="danger"]:hover { background: @dangerSoft; }
QPushButton[kind="danger"]:disabled { color: @field; border-color: @border; }
QPushButton[kind="quiet"], QToolButton { background: transparent; border: 1px solid transparent; border-radius: 8px; }
QPushButton[kind="quiet"] { color: @accent; padding: 7px 10px; }
QPushButton[kind="quiet"]:hover, QToolButton:hover { background: @hover; }
QPushButton[kind="quiet"]:focus, QToolButton:focus { border: 2px solid @accent; }
QToolButton { padding: 5px; min-width: 22px; min-height: 22px; }
QLineEdit QToolButton, QLineEdit QToolButton:hover { background: transparent; border: none; padding: 0; min-width: 0;
    min-height: 0; }
QToolButton:checked { background: @accentSoft; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QComboBox, QSpinBox, QPlainTextEdit { background: @surface; border: 1px solid @field; border-radius: 8px;
    padding: 7px 10px; min-height: 20px; selection-background-color: @accent; selection-color: @onAccent; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QPlainTextEdit:focus { border: 2px solid @accent; padding: 6px 9px; }
QLineEdit[wrong="true"] { border: 2px solid @danger; padding: 6px 9px; }
QLineEdit:disabled, QComboBox:disabled { background: @window; color: @muted; border-color: @border; }
QLineEdit[bare="true"] { border: none; background: transparent; padding: 4px; }
QPlainTextEdit { padding: 4px; }
QPlainTextEdit:focus { padding: 3px; }
QComboBox { padding-right: 30px; }
QComboBox::drop-down { border: none; width: 28px; subcontrol-position: right center; }
QComboBox::down-arrow { image: url(:/icons/chevron-down-@mode.svg); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: @surface; border: 1px solid @border; padding: 4px; outline: none;
    selection-background-color: @accentSoft; selection-color: @text; }
QCheckBox, QRadioButton { spacing: 10px; padding: 2px; border: 2px solid transparent; border-radius: 6px; }
QCheckBox:focus, QRadioButton:focus { border-color: @accent; }
QCheckBox::indicator, QRadioButton::indicator { width: 16px; height: 16px; border: 1px solid @field; background: @surface; }
QCheckBox::indicator { border-radius: 5px; }
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(:/icons/check-@mode.svg); }
QRadioButton::indicator:checked { background: @surface; border: 5px solid @accent; width: 8px; height: 8px; }

QTableView, QListView, QTreeView { background: @surface; border: none; outline: none; gridline-color: transparent;
    selection-background-color: @accentSoft; selection-color: @text; }
QTableView::item { border: none; border-bottom: 1px solid @border; padding: 0 10px; }
QTableView::item:selected { background: @accentSoft; color: @text; }
QHeaderView { background: @surface; border: none; }
QHeaderView::section { background: @surface; color: @muted; border: none; border-bottom: 1px solid @border;
    padding: 9px 12px; font-weight: 500; }
QTableCornerButton::section { background: @surface; border: none; }
QListView::item { border-radius: 7px; padding: 6px 10px; }
QListView::item:hover { background: @hover; }
QListView::item:selected { background: @accentSoft; color: @text; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: @border; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: @field; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: none;
    width: 0; height: 0; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QProgressBar { background: @hover; border: none; border-radius: 4px; min-height: 8px; max-height: 8px; }
QProgressBar::chunk { background: @accent; border-radius: 4px; }
QTabWidget::pane { border: none; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: @muted; border: none; border-bottom: 2px solid transparent;
    padding: 8px 4px; margin-right: 18px; font-weight: 500; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:focus { color: @accent; }
QSplitter::handle { background: transparent; }
QMenu { background: @surface; border: 1px solid @border; padding: 6px; }
QMenu::item { padding: 7px 28px 7px 14px; border-radius: 6px; }
QMenu::item:selected { background: @accentSoft; }
QMenu::item:disabled { color: @field; }
QMenu::separator { height: 1px; background: @border; margin: 5px 8px; }
QToolTip { background: @text; color: @surface; border: none; padding: 5px 8px; }

QWidget#sidebar { background: @sidebar; border-right: 1px solid @border; }
QPushButton[nav="true"] { background: transparent; border: 2px solid transparent; border-radius: 8px; text-align: left;
    padding: 8px 10px; color: @muted; font-weight: 500; }
QPushButton[nav="true"]:hover { background: @hover; color: @text; }
QPushButton[nav="true"]:checked { background: @accentSoft; color: @text; font-weight: 600; }
QPushButton[nav="true"]:focus { border-color: @accent; }
QFrame[bar="info"] { background: @accentSoft; border: 1px solid @accent; border-radius: 10px; }
QFrame[bar="success"] { background: @successSoft; border: 1px solid @success; border-radius: 10px; }
QFrame[bar="warning"] { background: @warningSoft; border: 1px solid @warning; border-radius: 10px; }
QFrame[bar="danger"] { background: @dangerSoft; border: 1px solid @danger; border-radius: 10px; }
QFrame#toast { background: @text; border-radius: 10px; }
QFrame#toast QLabel { color: @surface; }
QFrame#toast QPushButton { background: transparent; border: 1px solid @muted; color: @surface; }
QFrame#toast QPushButton:focus { border: 2px solid @accent; }
QFrame#jobs { background: @sidebar; border-top: 1px solid @border; }
QFrame#sheet, QFrame#palette { background: @surface; border: 1px solid @border; border-radius: 16px; }
QFrame[drop="true"] { background: @surface; border: 2px dashed @field; border-radius: 14px; }
QFrame[drop="over"] { background: @accentSoft; border: 2px dashed @accent; border-radius: 14px; }
)";

}  // namespace

QString styleSheetOf(const Colours& c) {
    QString text = QString::fromLatin1(sheet);
    const std::pair<const char*, QString> names[] = {// Longer names stand before those that they begin with.
                                                     {"@accentHover", c.accentHover.name()},
                                                     {"@accentSoft", c.accentSoft.name()},
                                                     {"@accent", c.accent.name()},
                                                     {"@successSoft", c.successSoft.name()},
                                                     {"@success", c.success.name()},
                                                     {"@warningSoft", c.warningSoft.name()},
                                                     {"@warning", c.warning.name()},
                                                     {"@dangerSoft", c.dangerSoft.name()},
                                                     {"@danger", c.danger.name()},
                                                     {"@onAccent", c.onAccent.name()},
                                                     {"@window", c.window.name()},
                                                     {"@surface", c.surface.name()},
                                                     {"@sidebar", c.sidebar.name()},
                                                     {"@hover", c.hover.name()},
                                                     {"@text", c.text.name()},
                                                     {"@muted", c.muted.name()},
                                                     {"@border", c.border.name()},
                                                     {"@field", c.field.name()},
                                                     {"@mode", c.dark ? "dark" : "light"}};
    for (const auto& [name, value] : names) text.replace(QLatin1String(name), value);
    return text;
}

}  // namespace polyclinic::ui
