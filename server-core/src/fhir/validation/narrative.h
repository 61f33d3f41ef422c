// The XHTML of Narrative.div: http://hl7.org/fhir/R4/narrative.html, rules txt-1 and txt-2.

#pragma once

#include <string_view>

namespace polyclinic::fhir {

/// What is wrong, as a sentence; empty: nothing. Demanded: well-formed XML, a div of the XHTML namespace
/// around it, only the elements and attributes that FHIR allows, no scripts, and some content. Refused too,
/// since an HTML parser reads them otherwise than an XML parser: document types, CDATA, processing
/// instructions. Linear time.
std::string_view narrativeFault(std::string_view div);

}  // namespace polyclinic::fhir
