#include "widgets/copy_secret.h"

#include <QApplication>
#include <QClipboard>
#include <QMimeData>

namespace polyclinic::ui {

void copySecret(const QString& secret) {
    auto* data = new QMimeData;
    data->setText(secret);
    data->setData(QStringLiteral("x-kde-passwordManagerHint"), "secret");
    QApplication::clipboard()->setMimeData(data);
}

}  // namespace polyclinic::ui
