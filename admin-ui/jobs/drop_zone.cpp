#include "jobs/drop_zone.h"

#include <QDragEnterEvent>
#include <QMimeData>
#include <QStyle>

#include "widgets/icons.h"
#include "widgets/parts.h"

namespace polyclinic::ui {

DropZone::DropZone() {
    setAcceptDrops(true);
    setProperty("drop", "true");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 26, 24, 26);
    layout->setSpacing(8);
    layout->addWidget(iconLabel("inbox", Tone::Info, 40), 0, Qt::AlignHCenter);
    layout->addWidget(label(tr("Drop files or a folder here"), Text::Heading), 0, Qt::AlignHCenter);
    layout->addWidget(label(tr("FHIR R4 Bundles and NDJSON, also compressed (.gz)"), Text::Body, Tone::Muted), 0, Qt::AlignHCenter);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    auto* files = button(tr("Choose files"), Kind::Primary, "file");
    auto* folder = button(tr("Choose a folder"), Kind::Normal, "folder");
    row->addStretch();
    row->addWidget(files);
    row->addWidget(folder);
    row->addStretch();
    layout->addSpacing(6);
    layout->addLayout(row);
    connect(files, &QPushButton::clicked, this, &DropZone::filesWanted);
    connect(folder, &QPushButton::clicked, this, &DropZone::folderWanted);
}

void DropZone::setOver(bool over) {
    setProperty("drop", over ? "over" : "true");
    style()->unpolish(this);
    style()->polish(this);
}

void DropZone::dragEnterEvent(QDragEnterEvent* event) {
    if (!event->mimeData()->hasUrls()) return;
    event->acceptProposedAction();
    setOver(true);
}

void DropZone::dragLeaveEvent(QDragLeaveEvent*) { setOver(false); }

void DropZone::dropEvent(QDropEvent* event) {
    setOver(false);
    QStringList paths;
    for (const QUrl& url : event->mimeData()->urls()) {
        if (url.isLocalFile()) paths << url.toLocalFile();
    }
    if (!paths.isEmpty()) emit dropped(paths);
}

}  // namespace polyclinic::ui
