#include "apps/add_system_sheet.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QRadioButton>

#include "apps/scope_sentences.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"

namespace polyclinic::ui {

AddSystemSheet::AddSystemSheet(ApiClient& api, const Tenant& tenant, QWidget* window)
    : Sheet(tr("Add a system to %1").arg(tenant.name), window, 600), api_(api), tenant_(tenant) {
    messages_ = new MessageBar;
    body()->addWidget(messages_);
    name_ = new QLineEdit;
    name_->setPlaceholderText(tr("Laboratory interface"));
    nameField_ = new Field(tr("&Name"), name_, tr("You will find it by this name in the list and in the activity."));
    body()->addWidget(nameField_);

    body()->addWidget(label(tr("What it may do"), Text::Strong));
    readAll_ = new QRadioButton(tr("&Read all records"));
    writeAll_ = new QRadioButton(tr("Read, add, &change and remove all records"));
    some_ = new QRadioButton(tr("Only &some kinds of record"));
    readAll_->setChecked(true);
    for (QRadioButton* each : {readAll_, writeAll_, some_}) {
        body()->addWidget(each);
        asOneChoice(each);
        connect(each, &QRadioButton::toggled, this, &AddSystemSheet::choicesChanged);
    }
    kindsArea_ = new QWidget;
    auto* grid = new QGridLayout(kindsArea_);
    grid->setContentsMargins(30, 0, 0, 0);
    grid->setVerticalSpacing(4);
    for (const RecordKind& kind : recordKinds()) {
        QString labels = kind.labels;
        labels[0] = labels[0].toUpper();
        auto* box = new QCheckBox(labels);
        box->setProperty("type", kind.type);
        const int index = int(kindBoxes_.size());
        grid->addWidget(box, index / 2, index % 2);
        kindBoxes_ << box;
        connect(box, &QCheckBox::toggled, this, &AddSystemSheet::choicesChanged);
    }
    mayWrite_ = new QCheckBox(tr("It may also &add and change these"));
    grid->addWidget(mayWrite_, grid->rowCount(), 0, 1, 2);
    connect(mayWrite_, &QCheckBox::toggled, this, &AddSystemSheet::choicesChanged);
    body()->addWidget(kindsArea_);

    introspect_ = new QCheckBox(tr("It may also check the access &tokens of other apps and systems"));
    setTip(introspect_, tr("For a gateway that stands before an API of its own (RFC 7662)"));
    body()->addWidget(introspect_);

    auto* frame = new QFrame;
    frame->setProperty("inset", true);
    auto* inset = new QVBoxLayout(frame);
    inset->setContentsMargins(14, 10, 14, 10);
    sentences_ = paragraph({});
    inset->addWidget(sentences_);
    body()->addWidget(frame);

    auto* cancel = button(tr("Cancel"));
    add_ = button(tr("Add system"), Kind::Primary);
    foot()->addWidget(cancel);
    foot()->addWidget(add_);
    connect(cancel, &QPushButton::clicked, this, &Sheet::close);
    connect(add_, &QPushButton::clicked, this, &AddSystemSheet::add);
    connect(name_, &QLineEdit::textChanged, this, [this] { nameField_->setError({}); });
    choicesChanged();
}

QString AddSystemSheet::scopes() const {
    if (readAll_->isChecked()) return "system/*.rs";
    if (writeAll_->isChecked()) return "system/*.cruds";
    QStringList scopes;
    for (const QCheckBox* box : kindBoxes_) {
        if (box->isChecked()) {
            scopes << "system/" + box->property("type").toString() + (mayWrite_->isChecked() ? ".crus" : ".rs");
        }
    }
    return scopes.join(' ');
}

void AddSystemSheet::choicesChanged() {
    kindsArea_->setVisible(some_->isChecked());
    const QStringList sentences = scopeSentences(scopes());
    sentences_->setText(sentences.isEmpty() ? tr("Choose at least one kind of record.") : sentences.join(".\n") + '.');
    add_->setEnabled(!sentences.isEmpty());
}

void AddSystemSheet::add() {
    if (name_->text().trimmed().isEmpty()) {
        nameField_->setError(tr("What is the system called?"));
        name_->setFocus();
        return;
    }
    if (!add_->isEnabled()) return;
    add_->setEnabled(false);
    Client wanted;
    wanted.name = name_->text().trimmed();
    wanted.kind = "backend-service";
    wanted.type = "confidential-symmetric";
    wanted.scopes = scopes();
    wanted.introspect = introspect_->isChecked();
    whenDone(api_.addClient(tenant_.id, wanted), this, [this](const Result<Client>& client) {
        add_->setEnabled(true);
        if (!client) {
            messages_->tell(client.error());
            return;
        }
        close();
        emit added(*client);
    });
}

}  // namespace polyclinic::ui
