#include "apps/secret_sheet.h"

#include <QApplication>
#include <QClipboard>

#include "widgets/message_bar.h"
#include "widgets/parts.h"

namespace polyclinic::ui {
namespace {

QWidget* copyable(const QString& text) {
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    auto* edit = new QLineEdit(text);
    edit->setReadOnly(true);
    edit->setFont(fontOf(Text::Mono));
    edit->setCursorPosition(0);
    layout->addWidget(edit);
    row->setFocusProxy(edit);
    auto* copy = button(SecretSheet::tr("Copy"), Kind::Normal, "copy");
    QObject::connect(copy, &QPushButton::clicked, row, [copy, text] {
        QApplication::clipboard()->setText(text);
        copy->setText(SecretSheet::tr("Copied"));
    });
    layout->addWidget(copy);
    return row;
}

}  // namespace

SecretSheet::SecretSheet(const Tenant& tenant, const BackendClient& client, const QString& secret, QWidget* window)
    : Sheet(client.name, window, 600) {
    auto* bar = new MessageBar;
    body()->addWidget(bar);
    bar->tell(Tone::Warning, tr("The secret is shown only now. Copy it to the system before you close this."));
    body()->addWidget(new Field(tr("Client id"), copyable(client.id)));
    body()->addWidget(new Field(tr("Client secret"), copyable(secret)));
    for (const Endpoint& endpoint : tenant.endpoints) {
        if (endpoint.type == "system-auth") {
            body()->addWidget(new Field(tr("Where it asks for a token"), copyable(endpoint.url.toString() + "/token")));
        }
        if (endpoint.type == "fhir-api") {
            body()->addWidget(new Field(tr("Where the records are"), copyable(endpoint.url.toString())));
        }
    }
    auto* done = button(tr("I have copied it"), Kind::Primary);
    foot()->addWidget(done);
    connect(done, &QPushButton::clicked, this, &Sheet::close);
}

}  // namespace polyclinic::ui
