#include "apps/consent_view.h"

#include "widgets/clear_layout.h"
#include "widgets/icons.h"
#include "widgets/parts.h"

namespace polyclinic::ui {
namespace {

constexpr int laterMs = 250;

QWidget* sentence(const char* sign, Tone tone, const Sentence& labels) {
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    layout->setSpacing(10);
    layout->addWidget(iconLabel(QLatin1String(sign), tone, 18), 0, Qt::AlignTop);
    auto* text = new QVBoxLayout;
    text->setSpacing(1);
    text->addWidget(paragraph(labels.brief));
    if (!labels.detail.isEmpty()) text->addWidget(paragraph(labels.detail, Text::Small, Tone::Muted));
    layout->addLayout(text, 1);
    return row;
}

}  // namespace

ConsentView::ConsentView(ApiClient& api) : api_(api) {
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins({});
    auto* frame = new QFrame;
    frame->setProperty("inset", true);
    lines_ = new QVBoxLayout(frame);
    lines_->setContentsMargins(18, 16, 18, 16);
    lines_->setSpacing(10);
    all->addWidget(frame);
    later_.setSingleShot(true);
    later_.setInterval(laterMs);
    connect(&later_, &QTimer::timeout, this, &ConsentView::ask);
}

void ConsentView::showFor(const Tenant& tenant, const Client& client, const QString& language) {
    tenant_ = tenant;
    client_ = client;
    language_ = language;
    later_.start();
}

void ConsentView::ask() {
    if (client_.scopes.trimmed().isEmpty()) {
        problem(tr("It asks for nothing yet. Choose what it may ask for."));
        emit answered(0, {});
        return;
    }
    Client client = client_;
    if (client.name.trimmed().isEmpty()) client.name = tr("The app");
    whenDone(api_.consentPreview(tenant_.id, client, language_), this, [this, mine = ++asked_](const Result<ConsentPreview>& preview) {
        if (mine != asked_) return;
        if (preview) {
            show(*preview);
        } else {
            problem(preview.error().sentence);
            emit answered(0, {preview.error().sentence});
        }
    });
}

void ConsentView::problem(const QString& sentence) {
    clearLayout(lines_);
    lines_->addWidget(paragraph(sentence, Text::Body, Tone::Muted));
}

void ConsentView::show(const ConsentPreview& preview) {
    clearLayout(lines_);
    lines_->addWidget(paragraph(preview.title, Text::Heading));
    if (!preview.maker.isEmpty()) lines_->addWidget(paragraph(preview.maker, Text::Small, Tone::Muted));
    for (const Sentence& each : preview.always) lines_->addWidget(sentence("info", Tone::Muted, each));
    if (!preview.see.isEmpty()) {
        lines_->addWidget(label(tr("The patient may let it see"), Text::Strong));
        for (const Sentence& each : preview.see) lines_->addWidget(sentence("ok", Tone::Info, each));
    }
    if (!preview.change.isEmpty()) {
        lines_->addWidget(label(tr("The patient may let it change"), Text::Strong));
        for (const Sentence& each : preview.change) lines_->addWidget(sentence("warning", Tone::Warning, each));
    }
    for (const QString& each : preview.notes) lines_->addWidget(paragraph(each, Text::Small, Tone::Muted));
    if (!preview.refused.isEmpty()) {
        lines_->addWidget(label(tr("Never granted here"), Text::Strong, Tone::Danger));
        for (const QString& each : preview.refused) lines_->addWidget(sentence("error", Tone::Danger, {each, {}, {}}));
    }
    emit answered(int(preview.see.size() + preview.change.size() + preview.always.size()), preview.refused);
}

}  // namespace polyclinic::ui
