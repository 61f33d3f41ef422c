// The paper that a clinic hands to a patient: where to go, the code, until when, whom to call. Drawn alike on the
// screen, on paper and into a PDF.

#pragma once

#include "api_client/api_client.h"

class QPagedPaintDevice;
class QPainter;

namespace polyclinic::ui {

struct Slip {
    enum class Kind { Invitation, Reset };

    Kind kind = Kind::Invitation;
    QString clinic, phone, person, language;  // language: BCP 47; other than English is drawn beside English
    QByteArray timeZone;                      // IANA; the computer's own where it is not known
    OneTimeCode code;
};

/// The slip for somebody of this clinic.
Slip slipOf(const Tenant& tenant, Slip::Kind kind, const QString& person, const QString& language, const OneTimeCode& code);

/// The languages that a slip can be written in, by code.
QStringList slipLanguages();

/// Draws one slip, A5 upright, into the rectangle of the device.
void paintSlip(QPainter& painter, const QRect& page, const Slip& slip);

/// Each slip on a page of its own. The device is set to A5 without margins. False when the device cannot be drawn on.
bool writeSlips(QPagedPaintDevice& device, const QList<Slip>& slips);

}  // namespace polyclinic::ui
