#include "apps/secret_sheet.h"

#include "widgets/copy_secret.h"
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
        copySecret(text);
        copy->setText(SecretSheet::tr("Copied"));
    });
    layout->addWidget(copy);
    return row;
}

}  // namespace

SecretSheet::SecretSheet(const Tenant& tenant, const Client& client, const QString& secret, QWidget* window)
    : Sheet(client.name, window, 720) {
    auto* bar = new MessageBar;
    body()->addWidget(bar);
    if (secret.isEmpty()) {
        bar->tell(Tone::Success, tr("The app is registered. Give its maker these addresses and the id."));
    } else {
        bar->tell(Tone::Warning, client.isPatientApp()
                                     ? tr("The secret is shown only now. Copy it and give it to the app's maker on a safe way.")
                                     : tr("The secret is shown only now. Copy it to the system before you close this."));
    }
    add(tr("Client id"), client.id);
    if (!secret.isEmpty()) add(tr("Client secret"), secret);
    const auto address = [&](const char* type, const QString& name, const QString& rest) {
        for (const Endpoint& endpoint : tenant.endpoints) {
            if (endpoint.type == QLatin1String(type)) body()->addWidget(new Field(name, copyable(endpoint.url.toString() + rest)));
        }
    };
    if (client.isPatientApp()) {
        address("patient-smart-api", tr("Where the app begins (FHIR address, \"iss\")"), {});
    } else {
        address("system-auth", tr("Where it asks for a token"), "/token");
        address("fhir-api", tr("Where the records are"), {});
    }
    addDone(secret.isEmpty() ? tr("Done") : tr("I have copied it"));
}

SecretSheet::SecretSheet(const QString& title, const QString& warning, const QList<std::pair<QString, QString>>& values, QWidget* window)
    : Sheet(title, window, 720) {
    auto* bar = new MessageBar;
    body()->addWidget(bar);
    bar->tell(Tone::Warning, warning);
    for (const auto& [name, text] : values) add(name, text);
    addDone(tr("I have copied it"));
}

void SecretSheet::add(const QString& name, const QString& text) {
    auto* row = copyable(text);
    body()->addWidget(new Field(name, row));
    setFirst(row->findChild<QPushButton*>());  // the last is the secret: what is shown only once is copied first
}

void SecretSheet::addDone(const QString& labels) {
    auto* done = button(labels, Kind::Primary);
    foot()->addWidget(done);
    connect(done, &QPushButton::clicked, this, &Sheet::close);
}

}  // namespace polyclinic::ui
