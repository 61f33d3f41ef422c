// The RESTful interactions, one file each (http://hl7.org/fhir/R4/http.html). Each takes the request and its
// caller's reach, and answers or throws Failure.

#pragma once

#include "base/task.h"
#include "records/scoped_reader.h"
#include "records/scoped_writer.h"
#include "rest/exchange.h"

namespace polyclinic::interactions {

// GET [base]/[type]/[id]
Task<http::Response> read(const rest::Exchange& exchange, records::ScopedReader& reader);
// GET [base]/[type]/[id]/_history/[vid]
Task<http::Response> vread(const rest::Exchange& exchange, records::ScopedReader& reader);
// GET [base]/[type]/[id]/_history
Task<http::Response> history(const rest::Exchange& exchange, records::ScopedReader& reader);
/// What a search asks for. Throws Failure(badRequest) for what is malformed or not offered, before any look.
fhir::SearchQuery searchOf(const rest::Exchange& exchange, const tenancy::TenantContext& tenant);
// GET [base]/[type]?..., POST [base]/[type]/_search
Task<http::Response> search(const rest::Exchange& exchange, records::ScopedReader& reader);
// POST [base]/[type], with If-None-Exist: conditional create
Task<http::Response> create(const rest::Exchange& exchange, records::ScopedWriter& writer);
// PUT [base]/[type]/[id]
Task<http::Response> update(const rest::Exchange& exchange, records::ScopedWriter& writer);
// DELETE [base]/[type]/[id]
Task<http::Response> remove(const rest::Exchange& exchange, records::ScopedWriter& writer);
// POST [base]: a Bundle of type transaction or batch
Task<http::Response> bundle(const rest::Exchange& exchange, records::ScopedReader& reader, records::ScopedWriter& writer);

}  // namespace polyclinic::interactions
