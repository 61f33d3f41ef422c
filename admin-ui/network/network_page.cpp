#include "network/network_page.h"

#include <QApplication>
#include <QButtonGroup>
#include <QCheckBox>
#include <QClipboard>
#include <QFileDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRadioButton>

#include "shell/words.h"
#include "widgets/clear_layout.h"
#include "widgets/icons.h"
#include "widgets/overlay.h"
#include "widgets/parts.h"
#include "widgets/qr_view.h"

namespace polyclinic::ui {
namespace {

constexpr auto path = "/admin/api/Network";

struct Choice {
    const char* value;
    QString name, words;
};

QButtonGroup* choices(QBoxLayout* into, const QList<Choice>& all) {
    auto* group = new QButtonGroup(into->parentWidget());
    for (int i = 0; i < all.size(); ++i) {
        auto* radio = new QRadioButton(all[i].name);
        radio->setProperty("value", QLatin1String(all[i].value));
        group->addButton(radio, i);
        into->addWidget(radio);
        auto* words = paragraph(all[i].words, Text::Small, Tone::Muted);
        words->setContentsMargins(30, 0, 0, 4);
        into->addWidget(words);
    }
    return group;
}

void choose(QButtonGroup* group, const QString& value) {
    for (auto* each : group->buttons())
        if (each->property("value").toString() == value) each->setChecked(true);
}

QWidget* withPicker(QLineEdit* edit, const QString& what) {
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    layout->addWidget(edit, 1);
    auto* pick = button(NetworkPage::tr("Choose…"));
    pick->setAccessibleName(NetworkPage::tr("Choose %1").arg(what));
    QObject::connect(pick, &QPushButton::clicked, edit, [edit, what] {
        const QString file = QFileDialog::getOpenFileName(edit, what, edit->text(), NetworkPage::tr("PEM files (*.pem *.crt *.cer *.key);;All files (*)"));
        if (!file.isEmpty()) edit->setText(file);
    });
    layout->addWidget(pick);
    return row;
}

QWidget* checkRow(const HealthItem& item) {
    Tone tone = Tone::Success;
    QString sign = "ok", word = NetworkPage::tr("Good");
    if (item.state == "warning") tone = Tone::Warning, sign = "warning", word = NetworkPage::tr("Look at this");
    if (item.state == "error") tone = Tone::Danger, sign = "error", word = NetworkPage::tr("Broken");
    if (item.state == "unknown") tone = Tone::Muted, sign = "info", word = NetworkPage::tr("Not tried");
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 4, 0, 4);
    layout->setSpacing(12);
    layout->addWidget(iconLabel(sign, tone), 0, Qt::AlignTop);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(paragraph(item.title, Text::Strong));
    words->addWidget(paragraph(item.detail, Text::Body, Tone::Muted));
    if (!item.remedy.isEmpty() && item.state != "ok") words->addWidget(paragraph(item.remedy));
    layout->addLayout(words, 1);
    layout->addWidget(label(word, Text::Small, tone), 0, Qt::AlignTop);
    return row;
}

}  // namespace

NetworkPage::NetworkPage(ApiClient& api)
    : ScrollPage(tr("Network and certificate"), tr("Who can reach the clinics, and whether their devices trust what they see")), api_(api) {
    save_ = button(tr("Save"), Kind::Primary);
    connect(save_, &QPushButton::clicked, this, &NetworkPage::save);
    header->addWidget(save_, 0, Qt::AlignTop);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(18);
    auto* left = new QVBoxLayout;
    left->setSpacing(18);
    auto* right = new QVBoxLayout;
    right->setSpacing(18);
    makeReach();
    makeCertificate();
    devices_ = new Card(tr("On another device"));
    devicesBody_ = new QVBoxLayout;
    devicesBody_->setSpacing(8);
    devices_->body->addLayout(devicesBody_);
    checks_ = new Card(tr("Checks"));
    auto* again = button(tr("Try now"), Kind::Quiet, "refresh");
    connect(again, &QPushButton::clicked, this, [this] { read(true); });
    checks_->header->addWidget(again);
    checksBody_ = new QVBoxLayout;
    checksBody_->setSpacing(6);
    checks_->body->addLayout(checksBody_);
    makeRisk();
    left->addWidget(reach_);
    left->addWidget(certificate_);
    left->addWidget(risk_);
    left->addStretch();
    right->addWidget(devices_);
    right->addWidget(checks_);
    right->addStretch();
    columns->addLayout(left, 1);
    columns->addLayout(right, 1);
    column->addLayout(columns);
    column->addStretch();
}

void NetworkPage::makeReach() {
    reach_ = new Card(tr("Reached from"));
    reaches_ = choices(reach_->body, {{"this-computer", tr("&This computer only"), tr("Nobody else can connect. How every installation begins.")},
                                      {"network", tr("The clinic's &network"), tr("Phones, tablets and computers on the same Wi-Fi or cable.")},
                                      {"internet", tr("The &Internet"), tr("Patients at home. Needs a name, a certificate for it, and a router or proxy that leads here.")}});
    address_ = new QLineEdit;
    address_->setPlaceholderText("https://clinic.example");
    addressField_ = new Field(tr("Public address"), address_, tr("Part of every address that patients and apps hold. Empty: made of this computer's address."));
    listen_ = new QLineEdit;
    listenField_ = new Field(tr("Listens at"), listen_, tr("Address and port; 0.0.0.0 is every network of this computer."));
    reach_->body->addWidget(addressField_);
    reach_->body->addWidget(listenField_);
    connect(reaches_, &QButtonGroup::idClicked, this, &NetworkPage::showFields);
}

void NetworkPage::makeCertificate() {
    certificate_ = new Card(tr("Certificate"));
    facts_ = paragraph({}, Text::Body, Tone::Muted);
    certificate_->body->addWidget(facts_);
    modes_ = choices(certificate_->body, {{"clinic", tr("The clinic's &own authority"), tr("Made here and renewed by itself. Devices warn until they trust the authority once.")},
                                          {"own", tr("A certificate from &files"), tr("From an authority that phones know. Renewed files are taken within a minute.")},
                                          {"proxy", tr("A reverse &proxy has it"), tr("nginx, Caddy or another program stands before this server and speaks TLS.")}});
    installed_ = new QCheckBox(tr("The clinic's devices trust its authority: it was installed on each"));
    certificate_->body->addWidget(installed_);
    file_ = new QLineEdit;
    key_ = new QLineEdit;
    proxies_ = new QLineEdit;
    file_->setAccessibleName(tr("Certificate file"));
    key_->setAccessibleName(tr("Key file"));
    fileField_ = new Field(tr("Certificate file"), withPicker(file_, tr("the certificate file")), tr("PEM, with the chain."));
    keyField_ = new Field(tr("Key file"), withPicker(key_, tr("the key file")), tr("PEM, without a passphrase."));
    proxiesField_ = new Field(tr("Addresses of the proxy"), proxies_, tr("Only these are believed about who asks. Commas between them; 127.0.0.1 for a proxy on this computer."));
    for (auto* each : {fileField_, keyField_, proxiesField_}) certificate_->body->addWidget(each);
    connect(modes_, &QButtonGroup::idClicked, this, &NetworkPage::showFields);
}

void NetworkPage::makeRisk() {
    risk_ = new Card(tr("Inviting patients all the same"));
    risk_->body->addWidget(paragraph(tr("Patients who learn to click a warning away will click the next one away too. As long as their phones do not trust "
                                        "the certificate, nobody is invited, unless you take the risk by name. Every clinic's activity keeps it."), Text::Body, Tone::Muted));
    riskTaken_ = paragraph({});
    risk_->body->addWidget(riskTaken_);
    riskForm_ = new QWidget;
    auto* form = new QVBoxLayout(riskForm_);
    form->setContentsMargins({});
    riskName_ = new QLineEdit;
    riskWords_ = new QLineEdit;
    form->addWidget(new Field(tr("Your full name"), riskName_));
    form->addWidget(new Field(tr("What risk, and why"), riskWords_));
    sign_ = button(tr("Take the risk"), Kind::Danger);
    form->addWidget(sign_, 0, Qt::AlignLeft);
    risk_->body->addWidget(riskForm_);
    takeBack_ = button(tr("Take it back"));
    risk_->body->addWidget(takeBack_, 0, Qt::AlignLeft);
    connect(sign_, &QPushButton::clicked, this, [this] { send({{"riskAccepted", QJsonObject{{"name", riskName_->text()}, {"words", riskWords_->text()}}}}); });
    connect(takeBack_, &QPushButton::clicked, this, [this] { send({{"riskAccepted", QJsonValue::Null}}); });
}

QString NetworkPage::chosen(const QButtonGroup* group) const {
    return group->checkedButton() ? group->checkedButton()->property("value").toString() : QString();
}

void NetworkPage::read(bool probe) {
    Call call;
    call.path = QLatin1String(path) + (probe ? "?probe=true" : "");
    whenDone(api_.channel().send(call), this, [this](const Result<Reply>& reply) {
        if (!reply) return messages().tell(reply.error());
        messages().clear();
        show(NetworkState::fromJson(reply->json));
    });
}

void NetworkPage::save() {
    QJsonArray proxies;
    for (const QString& each : proxies_->text().split(',', Qt::SkipEmptyParts)) proxies.append(each.trimmed());
    send({{"reach", chosen(reaches_)},
          {"publicUrl", address_->text().trimmed()},
          {"listen", listen_->text().trimmed()},
          {"certificate", QJsonObject{{"mode", chosen(modes_)}, {"file", file_->text()}, {"keyFile", key_->text()}, {"authorityInstalled", installed_->isChecked()}}},
          {"trustedProxies", proxies}});
}

void NetworkPage::send(QJsonObject wish) {
    save_->setEnabled(false);
    Call call;
    call.method = "PUT";
    call.path = QLatin1String(path);
    call.body = QJsonDocument(wish).toJson(QJsonDocument::Compact);
    whenDone(api_.channel().send(call), this, [this, wish](const Result<Reply>& reply) {
        save_->setEnabled(true);
        if (reply) {
            messages().clear();
            riskName_->clear();
            riskWords_->clear();
            emit changed();
            return show(NetworkState::fromJson(reply->json));
        }
        if (reply.error().status == 409 && reply.error().code == "business-rule" && !wish.contains("confirm")) {
            auto* question = new Question(tr("Change the address of clinics with patients?"), reply.error().sentence, tr("Change the address"), true, window());
            connect(question, &Question::confirmed, this, [this, wish] {
                QJsonObject sure = wish;
                sure["confirm"] = true;
                send(sure);
            });
            return question->open();
        }
        messages().tell(reply.error());
    });
}

void NetworkPage::show(const NetworkState& state) {
    state_ = state;
    emit certificateSeen(QByteArray::fromHex(state.fingerprint.toLatin1()));
    choose(reaches_, state.reach);
    choose(modes_, state.mode);
    address_->setText(state.publicUrl);
    address_->setEnabled(!state.fixed.contains("publicUrl"));
    addressField_->setHelp(state.fixed.contains("publicUrl")
                               ? tr("Given on the command line: %1").arg(state.base.toString())
                               : tr("Part of every address that patients and apps hold. Empty: made of this computer's address."));
    listen_->setText(state.listen);
    file_->setText(state.file);
    key_->setText(state.keyFile);
    proxies_->setText(state.proxies.join(", "));
    installed_->setChecked(state.authorityInstalled);
    facts_->setText(state.words.isEmpty() ? QString() : tr("For %1, by %2, until %3").arg(state.subject, state.issuer, QLocale().toString(state.expires.toLocalTime().date(), "d MMM yyyy")));
    facts_->setVisible(!state.words.isEmpty());
    const bool taken = !state.riskName.isEmpty();
    riskTaken_->setText(taken ? tr("%1 took the risk %2: %3").arg(state.riskName, when(state.riskAt), state.riskWords) : QString());
    riskTaken_->setVisible(taken);
    riskForm_->setVisible(!taken);
    takeBack_->setVisible(taken);
    risk_->setVisible(taken || !state.inviting);
    showFields();
    showDevices();
    showChecks();
}

void NetworkPage::showFields() {
    const bool outside = chosen(reaches_) != QLatin1String("this-computer");
    const QString mode = chosen(modes_);
    addressField_->setVisible(outside || !state_.publicUrl.isEmpty());
    listenField_->setVisible(outside);
    certificate_->setVisible(outside);
    installed_->setVisible(mode == "clinic");
    fileField_->setVisible(mode == "own");
    keyField_->setVisible(mode == "own");
    proxiesField_->setVisible(mode == "proxy");
}

void NetworkPage::showDevices() {
    clearLayout(devicesBody_);
    if (!state_.outside()) {
        devicesBody_->addWidget(paragraph(tr("To show a clinic's portal on a phone or tablet, let devices of the clinic's network connect."), Text::Body, Tone::Muted));
        auto* open = button(tr("Let devices on this network connect"), Kind::Primary, "qr");
        connect(open, &QPushButton::clicked, this, [this] { send({{"reach", "network"}}); });
        devicesBody_->addWidget(open, 0, Qt::AlignLeft);
        return;
    }
    const QString url = state_.base.toString() + (clinic_.isEmpty() ? QStringLiteral("/hello") : "/t/" + clinic_);
    auto* code = new QrView(url);
    code->setFixedSize(220, 220);
    code->setAccessibleName(tr("QR code of %1").arg(url));
    devicesBody_->addWidget(code, 0, Qt::AlignHCenter);
    auto* row = new QHBoxLayout;
    auto* text = paragraph(url, Text::Mono);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(text, 1);
    auto* copy = iconButton("copy", tr("Copy the address"));
    connect(copy, &QToolButton::clicked, this, [url] { QApplication::clipboard()->setText(url); });
    row->addWidget(copy, 0, Qt::AlignTop);
    devicesBody_->addLayout(row);
    if (state_.words.isEmpty()) return;
    devicesBody_->addWidget(line());
    devicesBody_->addWidget(paragraph(tr("Six words of the certificate"), Text::Strong));
    devicesBody_->addWidget(paragraph(state_.words, Text::Heading));
    devicesBody_->addWidget(paragraph(state_.mode == "clinic" && !state_.authorityInstalled
                                          ? tr("A device of yours warns at its first visit, since it does not know the clinic's authority. Open %1/hello on it: it must show the same words. There the authority can be installed.").arg(state_.base.toString())
                                          : tr("%1/hello shows the same words on every device.").arg(state_.base.toString()),
                                      Text::Small, Tone::Muted));
    auto* print = paragraph(tr("Fingerprint (SHA-256)") + "\n" + state_.fingerprint.toUpper(), Text::Small, Tone::Muted);
    print->setTextInteractionFlags(Qt::TextSelectableByMouse);
    // A line may break between any two pairs.
    print->setText(print->text().replace(':', QString(':') + QChar(0x200B)));
    devicesBody_->addWidget(print);
}

void NetworkPage::showChecks() {
    clearLayout(checksBody_);
    for (const HealthItem& item : state_.checks) {
        if (checksBody_->count() > 0) checksBody_->addWidget(line());
        checksBody_->addWidget(checkRow(item));
    }
}

}  // namespace polyclinic::ui
