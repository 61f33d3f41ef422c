// Tells a problem or a result where it happened, without a window in the way.

#pragma once

#include <QFrame>

#include "api_client/result.h"
#include "widgets/theme.h"

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace polyclinic::ui {

class MessageBar : public QFrame {
    Q_OBJECT
  public:
    explicit MessageBar(QWidget* parent = nullptr);

    void tell(Tone tone, const QString& text);
    void tell(const ApiError& error);
    /// With a button that does something about it.
    void tell(Tone tone, const QString& text, const QString& actionName, std::function<void()> action);
    void clear() { hide(); }
    /// Hides what was told of a server that was not reached, and nothing else.
    void serverIsBack();
    QString text() const;

  private:
    QLabel* icon_ = nullptr;
    QLabel* text_;
    QPushButton* action_;
    QHBoxLayout* layout_;
    std::function<void()> then_;
    bool unreached_ = false;
};

}  // namespace polyclinic::ui
