// FHIR answers over HTTP (http://hl7.org/fhir/R4/http.html): bodies, ETag, Last-Modified, Location, Prefer.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "records/scoped_writer.h"
#include "records/stored_resource.h"
#include "rest/exchange.h"

namespace polyclinic::rest {

inline constexpr std::string_view fhirJson = "application/fhir+json; charset=utf-8";

/// The version of If-Match or If-None-Match; nothing when the header is absent. Throws Failure(badRequest) for text
/// that is no version tag of ours.
std::optional<std::int64_t> versionOfHeader(const http::Request& request, std::string_view header);

/// Throws Failure(notAcceptable) when neither _format nor Accept leaves room for JSON.
void demandJsonAccepted(const http::Request& request);
/// Throws Failure(unsupportedMediaType) for a body that does not say it is JSON.
void demandJsonBody(const http::Request& request);

/// 200 with the resource, or 304 when If-None-Match names its version.
http::Response resourceAnswer(const http::Request& request, const records::StoredResource& resource);
/// 201 or 200 after a write; the body as Prefer: return= asks.
http::Response writtenAnswer(const Exchange& exchange, records::Written written, const tenancy::TenantContext& tenant);
/// An OperationOutcome of one informational sentence.
std::string informationOutcome(std::string_view sentence);

}  // namespace polyclinic::rest
