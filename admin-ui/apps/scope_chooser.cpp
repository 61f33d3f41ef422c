#include "apps/scope_chooser.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QPlainTextEdit>
#include <QRadioButton>

#include "apps/scope_sentences.h"
#include "widgets/parts.h"

namespace polyclinic::ui {

ScopeChooser::ScopeChooser() {
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins({});
    all->setSpacing(8);
    identity_ = new QRadioButton(tr("Only &who signed in"));
    some_ = new QRadioButton(tr("&Some kinds of record"));
    all_ = new QRadioButton(tr("The whole &record, to read"));
    listed_ = new QRadioButton(tr("As the app's maker &lists them"));
    some_->setChecked(true);
    kindsArea_ = new QWidget;
    auto* grid = new QGridLayout(kindsArea_);
    grid->setContentsMargins(30, 0, 0, 4);
    grid->setVerticalSpacing(3);
    for (const RecordKind& kind : recordKinds()) {
        if (kind.type == "Practitioner" || kind.type == "Organization") continue;  // about nobody's health: no box
        QString labels = kind.type == "Patient" ? tr("name and contact") : kind.labels;
        labels[0] = labels[0].toUpper();
        auto* box = new QCheckBox(labels);
        box->setProperty("type", kind.type);
        box->setChecked(kind.type == "Patient");
        const int index = int(kindBoxes_.size());
        grid->addWidget(box, index / 2, index % 2);
        kindBoxes_ << box;
        connect(box, &QCheckBox::toggled, this, &ScopeChooser::choose);
    }
    write_ = new QCheckBox(tr("It may also &add and change these"));
    grid->addWidget(write_, grid->rowCount(), 0, 1, 2);
    offline_ = new QCheckBox(tr("It may &keep access while the patient does not use it"));
    text_ = new QPlainTextEdit;
    text_->setAccessibleName(tr("Scopes"));
    text_->setFont(fontOf(Text::Mono));
    text_->setPlaceholderText("launch/patient openid fhirUser patient/Observation.rs");
    text_->setTabChangesFocus(true);
    text_->setFixedHeight(76);
    all->addWidget(identity_);
    all->addWidget(some_);
    all->addWidget(kindsArea_);
    all->addWidget(all_);
    all->addWidget(listed_);
    all->addWidget(text_);
    all->addWidget(offline_);
    for (QRadioButton* each : {identity_, some_, all_, listed_}) {
        asOneChoice(each);
        connect(each, &QRadioButton::toggled, this, [this](bool on) {
            if (on) choose();
        });
    }
    connect(write_, &QCheckBox::toggled, this, &ScopeChooser::choose);
    connect(offline_, &QCheckBox::toggled, this, &ScopeChooser::choose);
    connect(text_, &QPlainTextEdit::textChanged, this, [this] {
        if (listed_->isChecked()) emit changed();
    });
    choose();
}

QString ScopeChooser::chosen() const {
    QStringList scopes{"openid", "fhirUser"};
    if (some_->isChecked() || all_->isChecked()) scopes.prepend("launch/patient");
    if (offline_->isChecked()) scopes << "offline_access";
    if (all_->isChecked()) scopes << "patient/*.rs";
    if (some_->isChecked()) {
        for (const QCheckBox* box : kindBoxes_) {
            const QString type = box->property("type").toString();
            if (box->isChecked()) scopes << "patient/" + type + (write_->isChecked() && type != "Patient" ? ".crus" : ".rs");
        }
    }
    return scopes.join(' ');
}

QString ScopeChooser::scopes() const { return listed_->isChecked() ? text_->toPlainText().simplified() : chosen(); }

void ScopeChooser::setScopes(const QString& scopes) {
    listed_->setChecked(true);
    text_->setPlainText(scopes);
}

void ScopeChooser::choose() {
    kindsArea_->setVisible(some_->isChecked());
    text_->setVisible(listed_->isChecked());
    offline_->setVisible(!listed_->isChecked());
    if (!listed_->isChecked()) text_->setPlainText(chosen());  // a start for who goes on by hand
    emit changed();
}

}  // namespace polyclinic::ui
