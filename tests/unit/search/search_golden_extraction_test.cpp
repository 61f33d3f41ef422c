// What every search parameter takes from every HL7 example, told by another engine (fhirpath.js), must be what
// extract() writes, once the told values have gone through the same rules of data types.

#include <QTest>
#include <algorithm>
#include <set>

#include "fhir/search/extract.h"
#include "fhir/search/index_values.h"
#include "fhir/search/parameters.h"
#include "fhir/search/reference_target.h"
#include "golden.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::fhir;

class SearchGoldenExtractionTest : public QObject {
    Q_OBJECT
  private slots:
    void extractsWhatFhirPathExtracts();
};

namespace {

using Rows = std::set<std::string>;

/// Rows of one parameter as texts. Systems of bare codes are left out: the told values have no type.
Rows textsOf(const IndexRows& rows, std::int32_t param, bool systems) {
    Rows texts;
    const auto add = [&](auto... parts) {
        std::string text;
        ((text += std::to_string(parts) + " "), ...);
        texts.insert(text);
    };
    for (const auto& r : rows.tokens)
        if (r.param == param && r.code != presentWithoutCode) add(r.code, systems ? r.system : 0);
    for (const auto& r : rows.strings)
        if (r.param == param) texts.insert(r.value + " " + std::to_string(r.exact));
    for (const auto& r : rows.dates)
        if (r.param == param) add(r.low.micros, r.high.micros);
    for (const auto& r : rows.references)
        if (r.param == param && r.target != 0) add(r.target, r.type, r.version);
    for (const auto& r : rows.numbers)
        if (r.param == param) add(r.low, r.high);
    for (const auto& r : rows.quantities)
        if (r.param == param) add(r.code, r.system, r.low, r.high);
    for (const auto& r : rows.uris)
        if (r.param == param) texts.insert(r.value);
    return texts;
}

DataType dataType(std::string_view told, ParameterType kind) {
    static const std::map<std::string_view, DataType> types{
        {"CodeableConcept", DataType::CodeableConcept}, {"Coding", DataType::Coding}, {"Identifier", DataType::Identifier},
        {"ContactPoint", DataType::ContactPoint}, {"HumanName", DataType::HumanName}, {"Address", DataType::Address},
        {"Period", DataType::Period}, {"Timing", DataType::Timing}, {"Range", DataType::Range}, {"Money", DataType::Money},
        {"SampledData", DataType::SampledData}, {"Quantity", DataType::Quantity}, {"Reference", DataType::Reference}};
    const auto at = types.find(told);
    if (at != types.end()) return at->second;
    return kind == ParameterType::date ? DataType::dateTime : DataType::string;
}

void indexTold(const json::Value& value, std::string_view told, const Parameter& parameter, IndexRows& rows) {
    const DataType type = dataType(told, parameter.kind);
    switch (parameter.kind) {
        case ParameterType::token: return indexToken(value, type, {}, parameter.id, rows);
        case ParameterType::string: return indexString(value, type, parameter.id, rows);
        case ParameterType::date: return indexDate(value, type, parameter.id, rows);
        case ParameterType::number: return indexNumber(value, type, parameter.id, rows);
        case ParameterType::quantity: return indexQuantity(value, type, parameter.id, rows);
        case ParameterType::uri: return indexUri(value, parameter.id, rows);
        case ParameterType::reference: {
            if (!value.stringAt("resourceType").empty()) {
                if (value.stringAt("id").empty()) return;  // nothing to refer to
                const auto text = std::string(value.stringAt("resourceType")) + "/" + std::string(value.stringAt("id"));
                const auto target = parseReference(text, {}, false);
                rows.references.push_back({parameter.id, target->target, target->type, 0});
                return;
            }
            const bool canonical = type != DataType::Reference;
            const auto target = parseReference(canonical ? value.text() : value.stringAt("reference"), {}, canonical);
            if (target) rows.references.push_back({parameter.id, target->target, target->type, target->version});
            return;
        }
        default: return;
    }
}

}  // namespace

void SearchGoldenExtractionTest::extractsWhatFhirPathExtracts() {
    const auto golden = test::goldenFolder() / "search-golden/hl7-examples-extraction.ndjson.gz";
    if (!std::filesystem::exists(golden)) QSKIP("../shared/testdata is not here");
    const auto examples = test::resourcesBelow(test::goldenFolder() / "hl7-r4-examples");
    std::map<std::string, IndexRows> extracted;
    for (const auto& [name, document] : examples) extracted[name] = extract(document.root());

    std::map<std::string, int> differing, ofUsCore;
    int compared = 0, missing = 0;
    for (const auto& line : test::gzipLines(golden)) {
        const auto document = json::Document::parse(line, {.depth = 128});
        const auto& told = document.root();
        const std::string name(told.stringAt("r"));
        const auto type = name.substr(0, name.find('/'));
        const auto* parameter = findParameter(type, told.stringAt("sp"));
        if (!parameter) {
            ++ofUsCore[type + "." + std::string(told.stringAt("sp"))];
            continue;
        }
        if (parameter->home != Kept::index || parameter->kind == ParameterType::composite) continue;
        const auto at = extracted.find(name);
        if (at == extracted.end()) {
            ++missing;
            continue;
        }
        IndexRows expected;
        const auto types = told.find("t")->items();
        const auto values = told.find("v")->items();
        for (std::size_t i = 0; i < values.size(); ++i)
            indexTold(values[i], types[std::min(i, types.size() - 1)].text(), *parameter, expected);
        const bool bare = types[0].text() == "String" || types[0].text() == "Boolean";
        const bool systems = parameter->kind != ParameterType::token || !bare;
        ++compared;
        if (textsOf(expected, parameter->id, systems) != textsOf(at->second, parameter->id, systems))
            ++differing[type + "." + std::string(parameter->code)];
    }
    for (const auto& [name, count] : differing) qWarning("differs: %s (%d)", name.c_str(), count);
    qInfo("%d of HL7's extractions compared, %zu parameters differ", compared, differing.size());
    QCOMPARE(missing, 0);
    // Parameters that only US Core defines.
    QVERIFY(ofUsCore == (std::map<std::string, int>{{"CareTeam.role", 1}, {"Encounter.discharge-disposition", 3}, {"Goal.description", 2}}));
    QVERIFY(compared > 9'000);
    // Three care plans whose scheduledString happens to read as a date: a string is none (R4, table of data types).
    QVERIFY(differing == (std::map<std::string, int>{{"CarePlan.activity-date", 3}}));
}

POLYCLINIC_TEST(SearchGoldenExtractionTest)
#include "search_golden_extraction_test.moc"
