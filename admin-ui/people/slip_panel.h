// Shows slips as they come out of the printer, and prints them or saves them as a PDF.

#pragma once

#include "people/slip.h"
#include "widgets/message_bar.h"

class QLabel;
class QPushButton;
class QToolButton;

namespace polyclinic::ui {

class SlipPanel : public QWidget {
    Q_OBJECT
  public:
    SlipPanel();
    /// What is shown before there is a code has `made` false: it cannot be printed.
    void show(const QList<Slip>& slips, bool made);
    const QList<Slip>& slips() const { return slips_; }
    /// The keyboard goes to the button that prints.
    void offerPrint();
    /// Writes the PDF; the message tells how it went.
    bool savePdf(const QString& path);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void turn(int by);
    void print();
    void askForPdf();

    QList<Slip> slips_;
    int at_ = 0;
    bool made_ = false;
    QWidget *paper_, *pager_, *actions_;
    QLabel* page_;
    QToolButton *before_, *after_;
    QPushButton* print_;
    MessageBar* messages_;
};

}  // namespace polyclinic::ui
