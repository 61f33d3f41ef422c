#include "sample_data/sample_data.h"

#include <algorithm>

namespace polyclinic::sample_data {
namespace {

constexpr int resourcesAYear = 40;

std::string bundle(const std::vector<Resource>& resources, bool put) {
    std::vector<std::string> entries;
    for (const Resource& resource : resources) {
        Fields request;
        request.text("method", put ? "PUT" : "POST");
        request.text("url", put ? resource.type + "/" + resource.uuid : resource.type);
        entries.push_back(
            Fields().text("fullUrl", "urn:uuid:" + resource.uuid).raw("resource", resource.json).raw("request", request.object()).object());
    }
    return Fields().text("resourceType", "Bundle").text("type", "transaction").raw("entry", list(entries)).object();
}

std::vector<std::string> texts(const std::vector<Resource>& resources) {
    std::vector<std::string> all;
    for (const Resource& resource : resources) all.push_back(resource.json);
    return all;
}

}  // namespace

SampleData::SampleData(std::uint64_t seed, Options options) : seed_(seed), options_(options), practice_(makePractice(Dice(seed))) {}

std::string SampleData::practiceBundle() const { return bundle(practice_.resources, true); }
std::vector<std::string> SampleData::practice() const { return texts(practice_.resources); }
std::string SampleData::nextPatientBundle() { return bundle(next(Form::bundle), false); }
std::vector<std::string> SampleData::nextPatient() { return texts(next(Form::plain)); }

std::vector<Resource> SampleData::next(Form form) {
    // Every patient has dice of their own, so that a change in one record leaves the others as they were.
    Dice seeds(seed_ ^ (++patients_ * 0x9e3779b97f4a7c15u));
    Chart chart(Dice(seeds.next()), practice_, form);
    writePatient(chart, options_.today);

    std::vector<Day> days;
    for (int clinicVisit = 0; clinicVisit < options_.years * options_.visitsAYear; ++clinicVisit) {
        days.push_back(options_.today - std::chrono::days(chart.dice.between(1, options_.years * 365)));
    }
    std::sort(days.begin(), days.end());
    for (const Day day : days) {
        if (day > chart.person.born) writeClinicVisit(chart, day);
    }
    return std::move(chart.resources);
}

int yearsFor(int resources, int patients) { return std::max(1, resources / std::max(1, patients * resourcesAYear)); }

}  // namespace polyclinic::sample_data
