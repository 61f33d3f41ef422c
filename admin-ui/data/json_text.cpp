#include "data/json_text.h"

#include <QCoreApplication>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QSyntaxHighlighter>

#include "widgets/parts.h"

namespace polyclinic::ui {
namespace {

constexpr qsizetype longestString = 4096, beginningShown = 120;  // one line of a megabyte holds the window up
constexpr int mostColoured = 1 << 20;                            // of a document

/// From the quote that opens it to the one that closes it.
qsizetype stringEnd(const QByteArray& json, qsizetype start) {
    qsizetype i = start + 1;
    while (i < json.size() && json[i] != '"') i += json[i] == '\\' ? 2 : 1;
    return std::min(i, json.size() - 1);
}

}  // namespace

QString indented(const QByteArray& json) {
    QByteArray out;
    out.reserve(json.size() * 2);
    int depth = 0;
    const auto newLine = [&] { out += '\n' + QByteArray(depth * 2, ' '); };
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char c = json[i];
        switch (c) {
            case ' ':
            case '\t':
            case '\n':
            case '\r':
                break;
            case '"': {
                const qsizetype end = stringEnd(json, i), length = end - i - 1;
                if (length > longestString) {
                    out += QString::fromUtf8(json.mid(i, beginningShown)).toUtf8() + "…\"  " +
                           QCoreApplication::translate("JsonText", "(%1 bytes in all)").arg(length).toUtf8();
                } else {
                    out += json.mid(i, end - i + 1);
                }
                i = end;
                break;
            }
            case '{':
            case '[': {
                out += c;
                qsizetype next = i + 1;
                while (next < json.size() && isspace(uchar(json[next]))) ++next;
                if (next < json.size() && (json[next] == '}' || json[next] == ']')) {
                    out += json[next];
                    i = next;
                    break;
                }
                ++depth;
                newLine();
                break;
            }
            case '}':
            case ']':
                depth = std::max(0, depth - 1);
                newLine();
                out += c;
                break;
            case ',':
                out += c;
                newLine();
                break;
            case ':':
                out += ": ";
                break;
            default:
                out += c;
        }
    }
    return QString::fromUtf8(out);
}

QList<QByteArray> entryTexts(const QByteArray& bundle) {
    // Bundle { entry [ { resource {...} } ] }: an entry opens at depth 3, its resource at depth 4.
    constexpr int entryDepth = 3;
    QList<QByteArray> texts;
    QByteArray lastString;
    int depth = 0;
    qsizetype start = -1;
    bool inEntries = false;
    for (qsizetype i = 0; i < bundle.size(); ++i) {
        const char c = bundle[i];
        if (c == '"') {
            const qsizetype from = i + 1;
            for (++i; i < bundle.size() && bundle[i] != '"'; ++i) {
                if (bundle[i] == '\\') ++i;
            }
            lastString = bundle.mid(from, i - from);
        } else if (c == '{' || c == '[') {
            ++depth;
            if (c == '[' && depth == 2) inEntries = lastString == "entry";
            if (c == '{' && depth == entryDepth && inEntries) texts.append(QByteArray());
            if (c == '{' && depth == entryDepth + 1 && inEntries && lastString == "resource") start = i;
        } else if (c == '}' || c == ']') {
            if (depth == entryDepth + 1 && start >= 0) {
                texts.last() = bundle.mid(start, i - start + 1);
                start = -1;
            }
            --depth;
        }
    }
    return texts;
}

namespace {

class JsonColours : public QSyntaxHighlighter {
  public:
    explicit JsonColours(QTextDocument* document) : QSyntaxHighlighter(document) {
        connect(&Theme::instance(), &Theme::changed, this, &QSyntaxHighlighter::rehighlight);
    }

  protected:
    void highlightBlock(const QString& text) override {
        if (document()->characterCount() > mostColoured) return;
        static const QRegularExpression token(R"re(("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b)re");
        const Theme& theme = Theme::instance();
        const bool dark = theme.colours().dark;
        auto found = token.globalMatch(text);
        while (found.hasNext()) {
            const auto match = found.next();
            QTextCharFormat format;
            int group = 1;
            if (match.hasCaptured(2) && !match.captured(2).isEmpty()) {
                format.setForeground(theme.colours().accent);
            } else if (!match.captured(1).isEmpty()) {
                format.setForeground(dark ? QColor("#d7c39a") : QColor("#7a4a12"));
            } else if (!match.captured(3).isEmpty()) {
                format.setForeground(dark ? QColor("#a9b8ff") : QColor("#3a46a8"));
                group = 3;
            } else {
                format.setForeground(dark ? QColor("#e3a3cf") : QColor("#8d2f78"));
                group = 4;
            }
            setFormat(int(match.capturedStart(group)), int(match.capturedLength(group)), format);
        }
    }
};

}  // namespace

QPlainTextEdit* jsonView(const QString& name) {
    auto* view = new QPlainTextEdit;
    view->setReadOnly(true);
    view->setFont(fontOf(Text::Mono));
    view->setLineWrapMode(QPlainTextEdit::NoWrap);
    view->setTabChangesFocus(true);
    view->setAccessibleName(name);
    new JsonColours(view->document());
    return view;
}

}  // namespace polyclinic::ui
