#include "tenants/edit_clinic_sheet.h"

#include <QComboBox>

#include "tenants/new_clinic_sheet.h"
#include "widgets/parts.h"

namespace polyclinic::ui {

EditClinicSheet::EditClinicSheet(ApiClient& api, const Tenant& tenant, QWidget* window)
    : Sheet(tenant.name, window, 560), api_(api), tenant_(tenant) {
    messages_ = new MessageBar;
    body()->addWidget(messages_);
    name_ = new QLineEdit(tenant.name);
    body()->addWidget(new Field(tr("&Name"), name_));
    auto* contact = new QHBoxLayout;
    contact->setSpacing(14);
    phone_ = new QLineEdit(tenant.phone);
    email_ = new QLineEdit(tenant.email);
    contact->addWidget(new Field(tr("&Phone"), phone_));
    contact->addWidget(new Field(tr("&E-mail"), email_));
    body()->addLayout(contact);
    timezone_ = new QComboBox;
    fillTimeZones(timezone_);
    if (!tenant.timezone.isEmpty()) timezone_->setCurrentText(tenant.timezone);
    language_ = new QComboBox;
    fillLanguages(language_);
    if (!tenant.language.isEmpty() && language_->findData(tenant.language) < 0) language_->addItem(tenant.language, tenant.language);
    if (!tenant.language.isEmpty()) language_->setCurrentIndex(language_->findData(tenant.language));
    auto* place = new QHBoxLayout;
    place->setSpacing(14);
    place->addWidget(new Field(tr("&Time zone"), timezone_));
    place->addWidget(new Field(tr("&Language"), language_));
    body()->addLayout(place);
    auto* cancel = button(tr("Cancel"));
    auto* saveButton = button(tr("Save"), Kind::Primary);
    foot()->addWidget(cancel);
    foot()->addWidget(saveButton);
    connect(cancel, &QPushButton::clicked, this, &Sheet::close);
    connect(saveButton, &QPushButton::clicked, this, &EditClinicSheet::save);
}

void EditClinicSheet::save() {
    if (name_->text().trimmed().isEmpty()) {
        messages_->tell(Tone::Danger, tr("A clinic needs a name."));
        name_->setFocus();
        return;
    }
    Tenant wanted = tenant_;
    wanted.name = name_->text().trimmed();
    wanted.phone = phone_->text().trimmed();
    wanted.email = email_->text().trimmed();
    wanted.timezone = timezone_->currentText();
    wanted.language = language_->currentData().toString();
    whenDone(api_.changeTenant(wanted), this, [this](const Result<Tenant>& tenant) {
        if (!tenant) {
            messages_->tell(tenant.error());
            return;
        }
        emit saved(*tenant);
        close();
    });
}

}  // namespace polyclinic::ui
