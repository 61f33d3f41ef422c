// The commands of README and of the help, as they stand there.
//
// A fence's words say what a test does with it: "sh" is run; "sh serve" is a server, which runs in the background once those
// before it have ended ("sh serve also": beside them); "sh background" is another program in the background; "sh stopped" is run
// while no server is; "sh NAME" is not run, for the reason that the test gives for NAME; "text" is no command.

#pragma once

#include <QFile>
#include <QList>
#include <QRegularExpression>
#include <QString>

namespace polyclinic::test {

struct CommandBlock {
    QStringList words;  // behind the fence
    QString text;
    int line = 0;
};

inline QString textOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// README.md, or a page of the help by its name.
inline QString pathOfPage(const QString& page) {
    return page == "README" ? QString(POLYCLINIC_SOURCE_DIR "/README.md") : POLYCLINIC_SOURCE_DIR "/resources/help/" + page + ".md";
}

inline QList<CommandBlock> blocksOf(const QString& text) {
    QList<CommandBlock> blocks;
    bool inside = false;
    int number = 0;
    for (const auto& line : text.split('\n')) {
        ++number;
        if (line.startsWith("```")) {
            if (!inside) blocks.append({line.mid(3).split(' ', Qt::SkipEmptyParts), {}, number});
            inside = !inside;
        } else if (inside) {
            blocks.last().text += line + '\n';
        }
    }
    return blocks;
}

/// The pages in the order of the table of contents.
inline QStringList pagesOfHelp() {
    QStringList pages;
    auto links = QRegularExpression("\\]\\(([a-z-]+)\\.md\\)").globalMatch(textOf(pathOfPage("index")));
    while (links.hasNext()) pages.append(links.next().captured(1));
    return pages;
}

}  // namespace polyclinic::test
