#include "tenants/address_row.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QElapsedTimer>

#include "widgets/icons.h"
#include "widgets/overlay.h"
#include "widgets/parts.h"
#include "widgets/plain_text.h"
#include "widgets/qr_view.h"

namespace polyclinic::ui {
namespace {

class QrSheet : public Sheet {
  public:
    QrSheet(const QString& clinic, const QString& name, const QUrl& url, QWidget* window) : Sheet(clinic, window, 420) {
        body()->addWidget(label(name, Text::Body, Tone::Muted));
        auto* code = new QrView(url.toString());
        code->setFixedSize(330, 330);
        body()->addWidget(code, 0, Qt::AlignHCenter);
        auto* text = paragraph(url.toString(), Text::Mono, Tone::Muted);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        body()->addWidget(text);
    }
};

/// The page that says what stands at the address: of an authorization server its discovery document, of a FHIR base, which
/// itself answers nothing useful, the CapabilityStatement. What people open, and what is not known here, is a page itself.
QUrl selfDescription(const Endpoint& endpoint) {
    QUrl url = endpoint.url;
    if (endpoint.type.endsWith("-auth")) url.setPath(url.path() + "/.well-known/openid-configuration");
    if (endpoint.type.endsWith("-api")) url.setPath(url.path() + "/metadata");
    return url;
}

}  // namespace

QString endpointName(const QString& type) {
    if (type == "fhir-api") return AddressRow::tr("Records (FHIR API)");
    if (type == "system-auth") return AddressRow::tr("Sign-in for systems");
    if (type == "bulk-api") return AddressRow::tr("Bulk export");
    if (type == "patient-portal") return AddressRow::tr("Patient portal");
    if (type == "patient-auth") return AddressRow::tr("Sign-in for patients");
    if (type == "patient-smart-api") return AddressRow::tr("Patients' apps");
    if (type == "provider-auth") return AddressRow::tr("Sign-in for providers");
    if (type == "provider-smart-api") return AddressRow::tr("Providers' apps");
    return type;
}

AddressRow::AddressRow(ApiClient& api, const Endpoint& endpoint, const QString& clinic) : api_(api), endpoint_(endpoint), clinic_(clinic) {
    auto* labels = new QVBoxLayout(this);
    labels->setContentsMargins(0, 2, 0, 4);
    labels->setSpacing(4);
    auto* layout = new QHBoxLayout;
    layout->setSpacing(4);
    layout->addWidget(label(endpointName(endpoint.type), Text::Strong), 1);
    labels->addLayout(layout);
    auto* address = paragraph(endpoint.url.toString(), Text::Mono, Tone::Muted);
    address->setTextInteractionFlags(Qt::TextSelectableByMouse);
    labels->addWidget(address);
    result_ = new QWidget;
    auto* row = new QHBoxLayout(result_);
    row->setContentsMargins({});
    row->setSpacing(6);
    verdict_ = paragraph({}, Text::Small);
    row->addWidget(verdict_, 1);
    result_->hide();
    labels->addWidget(result_);

    const QString name = endpointName(endpoint.type);
    const auto add = [this, layout](const char* iconName, const QString& does, auto&& then) {
        auto* made = iconButton(QLatin1String(iconName), does);
        connect(made, &QToolButton::clicked, this, then);
        layout->addWidget(made);
    };
    add("copy", tr("Copy the address of %1").arg(name), [this] { QApplication::clipboard()->setText(endpoint_.url.toString()); });
    add("qr", tr("Show the QR code of %1").arg(name), [this] { showQr(); });
    add("external", tr("Open %1 in the browser").arg(name), [this] { QDesktopServices::openUrl(selfDescription(endpoint_)); });
    auto* check = button(tr("Test"));
    check->setAccessibleName(tr("Test %1").arg(name));
    connect(check, &QPushButton::clicked, this, &AddressRow::test);
    layout->addWidget(check);
}

QString AddressRow::verdict() const { return verdict_->text(); }

void AddressRow::test() {
    tell(Tone::Muted, tr("Asking…"));
    QElapsedTimer timer;
    timer.start();
    whenDone(api_.probe(selfDescription(endpoint_)), this, [this, timer](const Result<ApiClient::Probe>& probe) {
        const bool answers = probe && probe->cause.isEmpty();
        if (answers) {
            tell(Tone::Success, tr("Answers: %1, in %2 ms").arg(probe->status).arg(timer.elapsed()));
        } else if (probe && probe->status != 0) {
            tell(Tone::Danger, tr("Answers %1: %2").arg(probe->status).arg(probe->cause));
        } else {
            tell(Tone::Danger, probe ? probe->cause : probe.error().sentence);
        }
        emit tested(answers);
    });
}

void AddressRow::tell(Tone tone, const QString& labels) {
    delete std::exchange(sign_, nullptr);
    if (tone != Tone::Muted) {
        sign_ = iconLabel(tone == Tone::Success ? "ok" : "error", tone, 16);
        static_cast<QHBoxLayout*>(result_->layout())->insertWidget(0, sign_, 0, Qt::AlignTop);
    }
    verdict_->setText(cut(labels, longestText));
    setTone(verdict_, tone);
    result_->show();
}

void AddressRow::showQr() { (new QrSheet(clinic_, endpointName(endpoint_.type), endpoint_.url, this))->open(); }

}  // namespace polyclinic::ui
