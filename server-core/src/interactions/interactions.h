// The RESTful interactions, one file each (http://hl7.org/fhir/R4/http.html). Each takes the request and its
// caller's reach, and answers or throws Failure.

#pragma once

#include "base/task.h"
#include "interactions/exchange.h"
#include "records/scoped_reader.h"
#include "records/scoped_writer.h"

namespace polyclinic::interactions {

// GET [base]/[type]/[id]
Task<http::Response> read(const Exchange& exchange, records::ScopedReader& reader);
// GET [base]/[type]/[id]/_history/[vid]
Task<http::Response> vread(const Exchange& exchange, records::ScopedReader& reader);
// GET [base]/[type]/[id]/_history
Task<http::Response> history(const Exchange& exchange, records::ScopedReader& reader);
/// What a search asks for. Throws Failure(badRequest) for what is malformed or not offered, before any look.
fhir::SearchQuery searchOf(const Exchange& exchange, const tenancy::TenantContext& tenant);
// GET [base]/[type]?..., POST [base]/[type]/_search
Task<http::Response> search(const Exchange& exchange, records::ScopedReader& reader);
// POST [base]/[type], with If-None-Exist: conditional create
Task<http::Response> create(const Exchange& exchange, records::ScopedWriter& writer);
// PUT [base]/[type]/[id]
Task<http::Response> update(const Exchange& exchange, records::ScopedWriter& writer);
// DELETE [base]/[type]/[id]
Task<http::Response> remove(const Exchange& exchange, records::ScopedWriter& writer);
// POST [base]: a Bundle of type transaction or batch
Task<http::Response> bundle(const Exchange& exchange, records::ScopedReader& reader, records::ScopedWriter& writer);

}  // namespace polyclinic::interactions
