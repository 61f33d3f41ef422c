#include "network/network_page.h"

#include <QApplication>
#include <QButtonGroup>
#include <QCheckBox>
#include <QClipboard>
#include <QFileDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRadioButton>
#include <QTimer>

#include "overview/health_row.h"
#include "shell/words.h"
#include "widgets/clear_layout.h"
#include "widgets/icons.h"
#include "widgets/overlay.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"
#include "widgets/qr_view.h"

namespace polyclinic::ui {
namespace {

constexpr auto path = "/admin/api/Network";
constexpr int deviceLookMs = 2000;

struct Choice {
    const char* value;
    QString name, labels;
};

QButtonGroup* choices(QBoxLayout* into, const QList<Choice>& all) {
    auto* group = new QButtonGroup(into->parentWidget());
    for (int i = 0; i < all.size(); ++i) {
        auto* radio = new QRadioButton(all[i].name);
        radio->setProperty("value", QLatin1String(all[i].value));
        group->addButton(radio, i);
        into->addLayout(explained(radio, all[i].labels));
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
        const QString file =
            QFileDialog::getOpenFileName(edit, what, edit->text(), NetworkPage::tr("PEM files (*.pem *.crt *.cer *.key);;All files (*)"));
        if (!file.isEmpty()) edit->setText(file);
    });
    layout->addWidget(pick);
    return row;
}

}  // namespace

NetworkPage::NetworkPage(ApiClient& api)
    : ScrollPage(tr("Network and certificate"), tr("Who can reach the clinics, and whether their devices trust what they see")), api_(api) {
    undo_ = button(tr("Undo changes"));
    undo_->hide();
    connect(undo_, &QPushButton::clicked, this, &NetworkPage::fill);
    save_ = button(tr("Save"), Kind::Primary);
    save_->setEnabled(false);
    connect(save_, &QPushButton::clicked, this, &NetworkPage::save);
    header->addWidget(undo_, 0, Qt::AlignTop);
    header->addWidget(save_, 0, Qt::AlignTop);
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
    addColumns({reach_, certificate_, risk_}, {devices_, checks_});
    live_ = new QTimer(this);
    live_->setInterval(deviceLookMs);
    connect(live_, &QTimer::timeout, this, &NetworkPage::lookForDevices);
    // Nothing to change before it is known what there is.
    for (QWidget* each : {reach_, certificate_}) each->setEnabled(false);
    for (QLineEdit* each : {address_, listen_, file_, key_, proxies_})
        connect(each, &QLineEdit::textChanged, this, &NetworkPage::showFields);
    connect(installed_, &QCheckBox::toggled, this, &NetworkPage::showFields);
}

void NetworkPage::makeReach() {
    reach_ = new Card(tr("Reached from"));
    reachChoices_ =
        choices(reach_->body, {{"this-computer", tr("&This computer only"), tr("Nobody else can connect. How every installation begins.")},
                               {"network", tr("The clinic's &network"), tr("Phones, tablets and computers on the same Wi-Fi or cable.")},
                               {"internet", tr("The &Internet"),
                                tr("Patients at home. Needs a name, a certificate for it, and a router or proxy that leads here.")}});
    address_ = new QLineEdit;
    address_->setPlaceholderText("https://clinic.example");
    addressField_ = new Field(tr("Public address"), address_,
                              tr("Part of every address that patients and apps hold. Empty: made of this computer's address."));
    listen_ = new QLineEdit;
    listenField_ = new Field(tr("Listens at"), listen_, tr("Address and port; 0.0.0.0 is every network of this computer."));
    reach_->body->addWidget(addressField_);
    reach_->body->addWidget(listenField_);
    connect(reachChoices_, &QButtonGroup::idClicked, this, &NetworkPage::showFields);
}

void NetworkPage::makeCertificate() {
    certificate_ = new Card(tr("Certificate"));
    details_ = paragraph({}, Text::Body, Tone::Muted);
    certificate_->body->addWidget(details_);
    modes_ = choices(
        certificate_->body,
        {{"clinic", tr("The clinic's &own authority"),
          tr("Made here and renewed by itself. Devices warn until they trust the authority once.")},
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
    proxiesField_ = new Field(tr("Addresses of the proxy"), proxies_,
                              tr("Only these are believed about who asks. Commas between them; 127.0.0.1 for a proxy on this computer."));
    for (auto* each : {fileField_, keyField_, proxiesField_}) certificate_->body->addWidget(each);
    connect(modes_, &QButtonGroup::idClicked, this, &NetworkPage::showFields);
}

void NetworkPage::makeRisk() {
    risk_ = new Card(tr("Inviting patients all the same"));
    risk_->body->addWidget(
        paragraph(tr("Patients who learn to click a warning away will click the next one away too. As long as their phones do not trust "
                     "the certificate, nobody is invited, unless you take the risk by name. Every clinic's activity keeps it."),
                  Text::Body, Tone::Muted));
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
    connect(sign_, &QPushButton::clicked, this, [this] {
        send({{"riskAccepted", QJsonObject{{"name", riskName_->text()}, {"words", riskWords_->text()}}}});
    });
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

QJsonObject NetworkPage::form() const {
    QJsonArray proxies;
    for (const QString& each : proxies_->text().split(',', Qt::SkipEmptyParts)) proxies.append(each.trimmed());
    return {{"reach", chosen(reachChoices_)},
            {"publicUrl", address_->text().trimmed()},
            {"listen", listen_->text().trimmed()},
            {"certificate", QJsonObject{{"mode", chosen(modes_)},
                                        {"file", file_->text()},
                                        {"keyFile", key_->text()},
                                        {"authorityInstalled", installed_->isChecked()}}},
            {"trustedProxies", proxies}};
}

void NetworkPage::save() { send(form()); }

void NetworkPage::send(QJsonObject wanted) {
    save_->setEnabled(false);
    Call call;
    call.method = "PUT";
    call.path = QLatin1String(path);
    call.body = QJsonDocument(wanted).toJson(QJsonDocument::Compact);
    whenDone(api_.channel().send(call), this, [this, wanted](const Result<Reply>& reply) mutable {
        save_->setEnabled(true);
        if (reply) {
            messages().clear();
            riskName_->clear();
            riskWords_->clear();
            wanted.remove("confirm");
            if (wanted == form()) filled_ = wanted;  // nothing was typed meanwhile
            emit changed();
            return show(NetworkState::fromJson(reply->json));
        }
        if (reply.error().status == 409 && reply.error().code == "business-rule" && !wanted.contains("confirm")) {
            auto* question = new ConfirmSheet(tr("Change the address of clinics with patients?"), reply.error().sentence,
                                              tr("Change the address"), true, window());
            connect(question, &ConfirmSheet::confirmed, this, [this, wanted] {
                QJsonObject sure = wanted;
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
    // What somebody types or chooses stays until it is saved or taken back.
    if (filled_.isEmpty() || form() == filled_) fill();
    save_->setEnabled(true);
    for (QWidget* each : {reach_, certificate_}) each->setEnabled(true);
    address_->setEnabled(!state.fixed.contains("publicUrl"));
    addressField_->setHelp(state.fixed.contains("publicUrl")
                               ? tr("Given on the command line: %1").arg(state.base.toString())
                               : tr("Part of every address that patients and apps hold. Empty: made of this computer's address."));
    details_->setText(state.labels.isEmpty() ? QString()
                                             : tr("For %1, by %2, until %3")
                                                   .arg(cut(state.subject, longestName), cut(state.issuer, longestName),
                                                        QLocale().toString(state.expires.toLocalTime().date(), "d MMM yyyy")));
    details_->setVisible(!state.labels.isEmpty());
    const bool taken = !state.riskName.isEmpty();
    riskTaken_->setText(
        taken ? tr("%1 took the risk %2: %3").arg(cut(state.riskName, longestName), when(state.riskAt), cut(state.riskWords, longestText))
              : QString());
    riskTaken_->setVisible(taken);
    riskForm_->setVisible(!taken);
    takeBack_->setVisible(taken);
    risk_->setVisible(taken || !state.inviting);
    showFields();
    showDevices();
    showChecks();
}

void NetworkPage::fill() {
    choose(reachChoices_, state_.reach);
    choose(modes_, state_.mode);
    address_->setText(state_.publicUrl);
    listen_->setText(state_.listen);
    file_->setText(state_.file);
    key_->setText(state_.keyFile);
    proxies_->setText(state_.proxies.join(", "));
    installed_->setChecked(state_.authorityInstalled);
    filled_ = form();
    showFields();
}

void NetworkPage::showFields() {
    undo_->setVisible(form() != filled_);
    const bool outside = chosen(reachChoices_) != QLatin1String("this-computer");
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
        devicesBody_->addWidget(paragraph(
            tr("To show a clinic's portal on a phone or tablet, let devices of the clinic's network connect."), Text::Body, Tone::Muted));
        auto* open = button(tr("Let devices on this network connect"), Kind::Primary, "qr");
        connect(open, &QPushButton::clicked, this, [this] {
            choose(reachChoices_, "network");
            save();
        });
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
    if (state_.devices.isEmpty()) {
        devicesBody_->addWidget(paragraph(tr("Waiting for a device…"), Text::Strong, Tone::Muted));
    }
    for (const DeviceVisit& each : state_.devices) {
        auto* came = new QHBoxLayout;
        came->setSpacing(8);
        came->addWidget(iconLabel("ok", Tone::Success));
        came->addWidget(paragraph(tr("%1 connected, %2").arg(each.device, when(each.at)), Text::Body, Tone::Success), 1);
        devicesBody_->addLayout(came);
    }
    if (state_.labels.isEmpty()) return;
    devicesBody_->addWidget(line());
    devicesBody_->addWidget(paragraph(tr("Six words of the certificate"), Text::Strong));
    devicesBody_->addWidget(paragraph(state_.labels, Text::Heading));
    devicesBody_->addWidget(paragraph(state_.mode == "clinic" && !state_.authorityInstalled
                                          ? tr("A device of yours warns at its first visit, since it does not know the clinic's authority. "
                                               "Open %1/hello on it: it must show the same words. There the authority can be installed.")
                                                .arg(state_.base.toString())
                                          : tr("%1/hello shows the same words on every device.").arg(state_.base.toString()),
                                      Text::Small, Tone::Muted));
    auto* print = paragraph(tr("Fingerprint (SHA-256)") + "\n" + state_.fingerprint.toUpper(), Text::Small, Tone::Muted);
    print->setTextInteractionFlags(Qt::TextSelectableByMouse);
    // A line may break between any two pairs.
    print->setText(print->text().replace(':', QString(':') + QChar(0x200B)));
    devicesBody_->addWidget(print);
}

void NetworkPage::showEvent(QShowEvent* event) {
    ScrollPage::showEvent(event);
    live_->start();
}

void NetworkPage::hideEvent(QHideEvent* event) {
    ScrollPage::hideEvent(event);
    live_->stop();
}

void NetworkPage::lookForDevices() {
    if (!state_.outside()) return;
    Call call;
    call.path = QLatin1String(path);
    whenDone(api_.channel().send(call), this, [this](const Result<Reply>& reply) {
        if (!reply) return;  // the next look, or the person, will tell
        const auto devices = NetworkState::fromJson(reply->json).devices;
        if (devices == state_.devices) return;
        state_.devices = devices;
        showDevices();
    });
}

void NetworkPage::showChecks() {
    clearLayout(checksBody_);
    addHealth(checksBody_, state_.checks);
}

}  // namespace polyclinic::ui
