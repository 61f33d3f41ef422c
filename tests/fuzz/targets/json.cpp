#include "base/json.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <vector>

#include "access/access_scope.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "fhir/bundle.h"
#include "fhir/definitions/definitions.h"
#include "fhir/incoming.h"
#include "fhir/references.h"
#include "fhir/resource.h"
#include "fhir/search/extract.h"
#include "fhir/stored_form.h"
#include "targets.h"

namespace polyclinic::fuzz {
namespace {

const fhir::Owner owner{"clinic-a", "https://clinic.example/clinic-a/fhir", "https://clinic.example/clinic-a/patient"};

/// Tokens of text that is known to be JSON, read by other means than the parser's: strings unescaped, numbers as sent.
std::vector<std::string> tokensOf(std::string_view text) {
    std::vector<std::string> tokens;
    for (std::size_t i = 0; i < text.size();) {
        auto end = i + 1;
        if (text[i] == '"') {
            while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
            ++end;
            const auto lexeme = text.substr(i, end - i);
            tokens.push_back('"' + (lexeme.find('\\') == lexeme.npos ? std::string(lexeme.substr(1, lexeme.size() - 2))
                                                                     : nlohmann::json::parse(lexeme).get<std::string>()));
        } else if (std::string_view("{}[]:,").find(text[i]) != std::string_view::npos) {
            tokens.emplace_back(text.substr(i, 1));
        } else if (std::string_view(" \t\r\n").find(text[i]) == std::string_view::npos) {
            end = std::min(text.find_first_of(" \t\r\n{}[]:,\"", i), text.size());
            tokens.emplace_back(text.substr(i, end - i));
        }
        i = end;
    }
    return tokens;
}

bool holdsHugeNumber(const std::vector<std::string>& tokens) {
    return std::ranges::any_of(tokens, [](const auto& token) {
        return (token[0] == '-' || (token[0] >= '0' && token[0] <= '9')) && !std::isfinite(std::strtod(token.c_str(), nullptr));
    });
}

/// Nothing of the content may stand in what is told: no sentence of ours has a byte beyond ASCII, and few are long.
void demandQuiet(const Failure& failure) {
    demand(failure.kind() != FailureKind::internal, "No input is our own fault.");
    const auto quiet = [](const std::string& text) {
        return text.size() < 600 && std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
    };
    demand(quiet(failure.publicMessage()), "What is told is a sentence of ours.");
    demand(failure.issues().size() <= 101, "There are not more than a hundred issues.");
    for (const auto& issue : failure.issues()) demand(quiet(issue.diagnostics), "A diagnostic is a sentence of ours.");
}

/// Runs `work`; false when it refuses the input in the way that it may.
template <class Work>
bool accepted(const Work& work) {
    try {
        work();
        return true;
    } catch (const Failure& failure) {
        demandQuiet(failure);
        return false;
    }
}

template <class Row>
void demandSet(const std::vector<Row>& rows) {
    demand(std::adjacent_find(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return !(a < b); }) == rows.end(),
           "Index rows are sorted and stand there once.");
}

void demandRows(const fhir::IndexRows& rows) {
    demandSet(rows.tokens);
    demandSet(rows.strings);
    demandSet(rows.dates);
    demandSet(rows.references);
    demandSet(rows.numbers);
    demandSet(rows.quantities);
    demandSet(rows.uris);
    demandSet(rows.composites);
    for (const auto& row : rows.strings)
        demand(row.value.size() <= 1'000 && isUtf8(row.value), "An indexed string is at most 1,000 bytes of UTF-8.");
    for (const auto& row : rows.uris)
        demand(row.value.size() <= 2'000 && isUtf8(row.value), "An indexed URI is at most 2,000 bytes of UTF-8.");
    for (const auto& row : rows.dates) demand(row.low.micros <= row.high.micros, "A date's range has a beginning and an end.");
}

bool sameRows(const fhir::IndexRows& a, const fhir::IndexRows& b) {
    return a.tokens == b.tokens && a.strings == b.strings && a.dates == b.dates && a.references == b.references && a.numbers == b.numbers &&
           a.quantities == b.quantities && a.uris == b.uris && a.composites == b.composites;
}

void demandDecisions(const json::Value& resource) {
    const access::AccessScope app{{{0, 31}}, access::Compartment{"p1"}};
    if (access::mayWrite(app, resource, owner.base))
        demand(access::permits(app, resource, owner.base), "What an app may write it may read.");
    const access::AccessScope nobody{{{0, 31}}, access::Compartment{""}};
    demand(!access::permits(nobody, resource, owner.base) && !access::mayWrite(nobody, resource, owner.base),
           "An app of no patient reaches nothing.");
}

void resource(std::string_view input) {
    auto document = fhir::parseBody(input);
    const std::string type(document.root().stringAt("resourceType"));
    if (!accepted([&] { fhir::prepareResource(document, type, owner); })) return;
    demand(fhir::Definitions::r4().isResourceType(type), "Only resources of R4 are taken.");

    const auto stored = fhir::storedForm(document, {"id-1", owner.tenantId, 7, {1'700'000'000'000'000}});
    auto again = json::Document::parse(stored);
    demand(json::toString(again.root()) == stored, "The stored form is minified JSON.");
    const auto head = fhir::readHead(again.root());
    demand(head.type == type && head.id == "id-1" && head.versionId == "7", "The stored form says what it was stamped with.");
    const auto rows = fhir::extract(document.root(), owner.base);
    demandRows(rows);
    demand(sameRows(rows, fhir::extract(again.root(), owner.base)), "The stored form has the index rows of the resource.");
    demandDecisions(again.root());

    fhir::prepareResource(again, type, owner);
    demand(fhir::storedForm(again, {"id-1", owner.tenantId, 7, {1'700'000'000'000'000}}) == stored,
           "What was read can be written back and is the same.");
    auto foreign = json::Document::parse(stored);
    const fhir::Owner other{"clinic-b", "https://clinic.example/clinic-b/fhir"};
    demand(!accepted([&] { fhir::prepareResource(foreign, type, other); }), "No clinic takes what bears another's mark.");
}

void bundle(std::string_view input, bool tolerant) {
    fhir::Bundle bundle;
    const auto tolerate = tolerant ? fhir::Tolerate(demandQuiet) : fhir::Tolerate();
    if (!accepted([&] { bundle = fhir::parseBundle(input, owner, 200, tolerate); })) return;
    for (const auto& entry : bundle.entries) {
        if (entry.refusal) {
            demand(!bundle.isTransaction, "A transaction with a bad entry is refused as a whole.");
            demandQuiet(*entry.refusal);
            continue;
        }
        demand(fhir::Definitions::r4().isResourceType(entry.type), "An entry names a type of R4.");
        demand(entry.id.empty() || fhir::isId(entry.id) || entry.id.starts_with('_'), "An entry's id is an id.");
    }
    fhir::assignIds(bundle, tolerant);
    const auto targets = fhir::targetsOf(bundle);
    for (auto& entry : bundle.entries) {
        if (!entry.document) continue;
        demand(fhir::isId(entry.id), "What is written has an id.");
        fhir::rewriteLinks(*entry.document, targets);
        fhir::conditionalReferences(*entry.document);
        const auto text = json::toString(entry.document->root());
        demand(json::toString(json::Document::parse(text).root()) == text, "Rewritten links leave JSON behind.");
        if (!tolerant) demandRows(fhir::extract(entry.document->root(), owner.base));
    }
}

}  // namespace

void json(std::string_view input) {
    json::Document document;
    try {
        document = json::Document::parse(input);
    } catch (const json::SyntaxError& error) {
        const std::string_view reason = error.what();
        demand(error.offset() <= input.size(), "The place of a fault lies within the text.");
        const bool stricter = reason.find("twice") != reason.npos || reason.find("U+0000") != reason.npos ||
                              reason.find("order mark") != reason.npos || reason.find("deeply") != reason.npos;
        // The other reader takes NUL for the end of the text.
        if (!stricter && input.find('\0') == input.npos) demand(!nlohmann::json::accept(input), "What is refused as JSON is no JSON.");
        return;
    }
    const auto tokens = tokensOf(input);
    demand(nlohmann::json::accept(input) || holdsHugeNumber(tokens), "What is taken as JSON is JSON.");
    const auto written = json::toString(document.root());
    demand(tokens == tokensOf(written), "Accepted JSON is written token for token.");
    if (!document.root().isObject()) return;
    resource(input);
    if (document.root().stringAt("resourceType") != "Bundle") return;
    bundle(input, false);
    bundle(input, true);
}

}  // namespace polyclinic::fuzz
