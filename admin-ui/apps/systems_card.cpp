#include "apps/systems_card.h"

#include <QMenu>

#include "apps/add_system_sheet.h"
#include "apps/scope_sentences.h"
#include "apps/secret_sheet.h"
#include "widgets/clear_layout.h"
#include "widgets/icons.h"

namespace polyclinic::ui {

SystemsCard::SystemsCard(ApiClient& api) : Card(tr("Registered systems")), api_(api) {
    auto* addButton = button(tr("Add system"), Kind::Quiet, "plus");
    connect(addButton, &QPushButton::clicked, this, &SystemsCard::add);
    header->addWidget(addButton);
}

void SystemsCard::showClinic(const Tenant& tenant) {
    if (tenant.id != tenant_.id) clearLayout(body, 1);
    tenant_ = tenant;
}

void SystemsCard::refresh() {
    whenDone(api_.clients(tenant_.id), this, [this, id = tenant_.id](const Result<QList<Client>>& clients) {
        if (id != tenant_.id) return;
        if (clients) {
            QList<Client> systems;
            for (const Client& each : *clients) {
                if (!each.isPatientApp()) systems << each;
            }
            show(systems);
            emit counted(int(systems.size()));
        } else {
            emit failed(clients.error());
        }
    });
}

void SystemsCard::show(const QList<Client>& clients) {
    clearLayout(body, 1);
    if (clients.isEmpty()) {
        body->addWidget(paragraph(tr("None yet. A laboratory, a billing program or another record system is registered here "
                                     "before it may read or write."),
                                  Text::Body, Tone::Muted));
    }
    for (const Client& client : clients) {
        if (body->count() > 1) body->addWidget(line());
        body->addWidget(row(client));
    }
}

QWidget* SystemsCard::row(const Client& client) {
    auto* box = new QWidget;
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 4, 0, 4);
    layout->setSpacing(12);
    layout->addWidget(iconLabel("systems", Tone::Muted, 22), 0, Qt::AlignTop);
    auto* labels = new QVBoxLayout;
    labels->setSpacing(3);
    labels->addWidget(label(client.name, Text::Strong));
    QStringList may = scopeSentences(client.scopes);
    if (client.introspect) may << tr("Check the access tokens of other apps and systems");
    labels->addWidget(paragraph(may.join(QStringLiteral(". ")) + '.', Text::Body, Tone::Muted));
    labels->addWidget(label(client.id, Text::Mono, Tone::Muted));
    layout->addLayout(labels, 1);
    layout->addWidget(label(client.disabled ? tr("Off") : tr("On"), Text::Small, client.disabled ? Tone::Warning : Tone::Success), 0,
                      Qt::AlignTop);
    auto* more = iconButton("more", tr("What to do with %1").arg(client.name));
    auto* menu = new QMenu(more);
    connect(menu->addAction(tr("New secret…")), &QAction::triggered, this, [this, client] { rotate(client); });
    connect(menu->addAction(client.disabled ? tr("Turn on") : tr("Turn off")), &QAction::triggered, this,
            [this, client] { setDisabled(client, !client.disabled); });
    menu->addSeparator();
    connect(menu->addAction(tr("Remove…")), &QAction::triggered, this, [this, client] { remove(client); });
    more->setMenu(menu);
    more->setPopupMode(QToolButton::InstantPopup);
    layout->addWidget(more, 0, Qt::AlignTop);
    return box;
}

void SystemsCard::add() {
    auto* sheet = new AddSystemSheet(api_, tenant_, this);
    connect(sheet, &AddSystemSheet::added, this, [this](const Client& client) {
        refresh();
        showSecret(client, client.clientSecret);
    });
    sheet->open(sheet->nameField());
}

void SystemsCard::showSecret(const Client& client, const QString& secret) { (new SecretSheet(tenant_, client, secret, this))->open(); }

void SystemsCard::rotate(const Client& client) {
    auto* question = new ConfirmSheet(tr("New secret for %1?").arg(client.name),
                                      tr("The secret in use stops working. The system needs the new one before it can go on."),
                                      tr("Make a new secret"), false, this);
    connect(question, &ConfirmSheet::confirmed, this, [this, client] {
        whenDone(api_.rotateSecret(tenant_.id, client.id), this, [this, client](const Result<QString>& secret) {
            if (secret) {
                showSecret(client, *secret);
            } else {
                emit failed(secret.error());
            }
        });
    });
    question->open();
}

void SystemsCard::setDisabled(const Client& client, bool disabled) {
    QJsonObject wanted = client.source;
    wanted["disabled"] = disabled;
    whenDone(api_.changeClient(tenant_.id, wanted), this, [this](const Result<Client>& changed) {
        if (!changed) emit failed(changed.error());
        refresh();
    });
}

void SystemsCard::remove(const Client& client) {
    auto* question = new ConfirmSheet(tr("Remove %1 from %2?").arg(client.name, tenant_.name),
                                      tr("Its access ends at once and its secret is gone. To use it again, register it anew. "
                                         "The records that it wrote stay."),
                                      tr("Remove"), true, this);
    connect(question, &ConfirmSheet::confirmed, this, [this, client] {
        whenDone(api_.removeClient(tenant_.id, client.id), this, [this](const Result<Nothing>& done) {
            if (!done) emit failed(done.error());
            refresh();
        });
    });
    question->open();
}

}  // namespace polyclinic::ui
