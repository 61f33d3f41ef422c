#include "tenants/new_clinic_sheet.h"

#include <QComboBox>
#include <QCompleter>
#include <QLocale>
#include <QRadioButton>
#include <QTimeZone>

#include "tenants/slug.h"
#include "widgets/clear_layout.h"
#include "widgets/parts.h"

namespace polyclinic::ui {
namespace {

constexpr int suggestionsShown = 3;

}  // namespace

void fillTimeZones(QComboBox* box) {
    QStringList zones;
    for (const QByteArray& id : QTimeZone::availableTimeZoneIds()) {
        if (id.contains('/') && !id.startsWith("Etc/")) zones << QString::fromLatin1(id);
    }
    zones << "UTC";
    box->addItems(zones);
    box->setEditable(true);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(10);
    box->setInsertPolicy(QComboBox::NoInsert);
    box->completer()->setFilterMode(Qt::MatchContains);
    box->completer()->setCompletionMode(QCompleter::PopupCompletion);
    const int own = box->findText(QString::fromLatin1(QTimeZone::systemTimeZoneId()));
    box->setCurrentIndex(own >= 0 ? own : box->findText("UTC"));
}

void fillLanguages(QComboBox* box) {
    for (const char* code : {"en", "es", "ar", "de", "fr", "pt", "it", "nl", "pl", "ru", "uk", "tr", "vi", "zh", "hi", "tl"}) {
        QString name = QLocale(QString::fromLatin1(code)).nativeLanguageName();
        if (!name.isEmpty()) name[0] = name[0].toUpper();
        box->addItem(QString::fromLatin1(code) == "en" ? QStringLiteral("English") : name, QString::fromLatin1(code));
    }
    box->setCurrentIndex(std::max(0, box->findData(QLocale().name().left(2))));
}

NewClinicSheet::NewClinicSheet(ApiClient& api, QUrl clinics, QWidget* window)
    : Sheet(tr("New clinic"), window, 640), api_(api), clinics_(std::move(clinics)) {
    messages_ = new MessageBar;
    body()->addWidget(messages_);
    name_ = new QLineEdit;
    name_->setPlaceholderText(tr("Oak Street Clinic"));
    nameField_ = new Field(tr("&Name"), name_);
    body()->addWidget(nameField_);
    id_ = new QLineEdit;
    id_->setFont(fontOf(Text::Mono));
    idField_ = new Field(tr("&Id"), id_, tr("Part of the clinic's web addresses. It cannot be changed later."));
    body()->addWidget(idField_);
    suggestions_ = new QWidget;
    auto* row = new QHBoxLayout(suggestions_);
    row->setContentsMargins({});
    row->setSpacing(8);
    suggestions_->hide();
    body()->addWidget(suggestions_);
    preview_ = label({}, Text::Mono, Tone::Muted);
    preview_->setAccessibleName(tr("Preview of the clinic's address"));
    auto* frame = new QFrame;
    frame->setProperty("inset", true);
    auto* inset = new QHBoxLayout(frame);
    inset->setContentsMargins(12, 8, 12, 8);
    inset->addWidget(preview_);
    body()->addWidget(frame);

    phone_ = new QLineEdit;
    phone_->setPlaceholderText(tr("Optional"));
    timezone_ = new QComboBox;
    fillTimeZones(timezone_);
    language_ = new QComboBox;
    fillLanguages(language_);
    auto* details = new QHBoxLayout;
    details->setSpacing(14);
    details->addWidget(new Field(tr("&Phone"), phone_), 4);
    details->addWidget(new Field(tr("&Time zone"), timezone_), 5);
    details->addWidget(new Field(tr("&Language"), language_), 4);
    body()->addLayout(details);

    shared_ = new QRadioButton(tr("&Shared database"));
    dedicated_ = new QRadioButton(tr("&Database of its own"));
    shared_->setChecked(true);
    auto* choices = new QHBoxLayout;
    choices->setSpacing(14);
    choices->addWidget(choiceBox(shared_, tr("Beside other clinics, with a wall that the database itself holds. "
                                             "Light and quick: right for most.")),
                       1);
    choices->addWidget(choiceBox(dedicated_, tr("Nothing of another clinic in it. Can be moved or backed up alone, "
                                                "and takes more memory.")),
                       1);
    auto* where = label(tr("Where its records are kept"), Text::Strong);
    body()->addWidget(where);
    body()->addLayout(choices);

    auto* cancel = button(tr("Cancel"));
    create_ = button(tr("Create clinic"), Kind::Primary);
    foot()->addWidget(cancel);
    foot()->addWidget(create_);
    connect(cancel, &QPushButton::clicked, this, &Sheet::close);
    connect(create_, &QPushButton::clicked, this, &NewClinicSheet::create);
    connect(name_, &QLineEdit::textChanged, this, &NewClinicSheet::nameChanged);
    connect(id_, &QLineEdit::textEdited, this, [this] { idIsTyped_ = true; });
    connect(id_, &QLineEdit::textChanged, this, &NewClinicSheet::idChanged);
    idChanged();
}

void NewClinicSheet::nameChanged() {
    nameField_->setError({});
    if (!idIsTyped_) id_->setText(slugOf(name_->text()));
}

void NewClinicSheet::idChanged() {
    suggestions_->hide();
    const QString id = id_->text();
    const bool wrong = !id.isEmpty() && !validSlug(id);
    idField_->setError(wrong ? tr("2 to 63 small letters, digits and hyphens; it begins with a letter or digit.") : QString());
    const QString shown = id.isEmpty() ? QStringLiteral("…") : id;
    preview_->setText(clinics_.toString(QUrl::StripTrailingSlash) + "/tenant/" + shown + "/fhir-api");
}

void NewClinicSheet::create() {
    if (!create_->isEnabled()) return;
    if (name_->text().trimmed().isEmpty()) {
        nameField_->setError(tr("What is the clinic called?"));
        name_->setFocus();
        return;
    }
    if (!validSlug(id_->text())) {
        idField_->setError(tr("2 to 63 small letters, digits and hyphens; it begins with a letter or digit."));
        id_->setFocus();
        return;
    }
    if (!QTimeZone::isTimeZoneIdAvailable(timezone_->currentText().toLatin1())) {
        messages_->tell(Tone::Danger, tr("%1 is not a time zone that is known here.").arg(timezone_->currentText()));
        return;
    }
    Tenant tenant;
    tenant.id = id_->text();
    tenant.name = name_->text().trimmed();
    tenant.status = "active";
    tenant.isolation = dedicated_->isChecked() ? "dedicated" : "shared";
    tenant.timezone = timezone_->currentText();
    tenant.language = language_->currentData().toString();
    tenant.phone = phone_->text().trimmed();
    create_->setEnabled(false);
    create_->setText(tr("Creating…"));
    messages_->clear();
    whenDone(api_.createTenant(tenant), this, [this](const Result<Tenant>& made) {
        create_->setEnabled(true);
        create_->setText(tr("Create clinic"));
        if (made) {
            emit created(*made);
            close();
        } else if (made.error().status == 412 || made.error().status == 409) {
            idField_->setError(tr("Another clinic has this id."));
            offerFreeIds(id_->text());
        } else {
            messages_->tell(made.error());
        }
    });
}

void NewClinicSheet::offerFreeIds(const QString& taken) {
    id_->setFocus();
    id_->selectAll();
    const QStringList ids = slugsLike(taken, timezone_->currentText());
    auto free = std::make_shared<QMap<int, QString>>();  // in their own order, whichever answer comes first
    auto open = std::make_shared<int>(int(ids.size()));
    for (int i = 0; i < ids.size(); ++i) {
        whenDone(api_.tenant(ids[i]), this, [this, free, open, taken, i, id = ids[i]](const Result<Tenant>& found) {
            if (!found && found.error().status == 404) free->insert(i, id);
            if (--*open == 0 && id_->text() == taken) showFreeIds(free->values());
        });
    }
}

void NewClinicSheet::showFreeIds(const QStringList& ids) {
    clearLayout(suggestions_->layout());
    auto* row = static_cast<QHBoxLayout*>(suggestions_->layout());
    row->addWidget(label(tr("Free:"), Text::Small, Tone::Muted));
    for (const QString& id : ids.mid(0, suggestionsShown)) {
        auto* use = button(id, Kind::Quiet);
        use->setAccessibleName(tr("Use the id %1").arg(id));
        connect(use, &QPushButton::clicked, this, [this, id] {
            idIsTyped_ = true;
            id_->setText(id);
            id_->setFocus();
        });
        row->addWidget(use);
    }
    row->addStretch();
    suggestions_->setVisible(!ids.isEmpty());
}

}  // namespace polyclinic::ui
