// Patients who do not exist: the demo clinic, the load test, the training of the dictionary.
// The same seed and day give the same bytes on every machine. Everything is tagged
// {"system":"urn:polyclinic:sample","code":"sample"}. One thread at a time.

#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "sample_data/chart.h"

namespace polyclinic::sample_data {

struct Options {
    /// Records end on this day.
    Day today{std::chrono::year(2026) / 1 / 1};
    /// How far back they reach; 40 resources or so a patient a year.
    int years = 5;
    int visitsAYear = 4;
};

class SampleData {
  public:
    explicit SampleData(std::uint64_t seed, Options options = {});

    /// Transaction Bundle of the Organization, the Location and the Practitioners that all patients' resources point
    /// at by id: PUT entries, so that the ids hold. Store it first.
    std::string practiceBundle() const;
    /// The same as resources, each with its id.
    std::vector<std::string> practice() const;

    /// The next patient's transaction Bundle: POST entries, references inside it as urn:uuid.
    std::string nextPatientBundle();
    /// The next patient's resources, the Patient first, each with its id and with references Type/id: for NDJSON.
    std::vector<std::string> nextPatient();

  private:
    std::vector<Resource> next(Form form);

    std::uint64_t seed_;
    Options options_;
    Practice practice_;
    std::uint64_t patients_ = 0;
};

/// Years that make about `resources` come out of `patients` records with the default visits; 1 at least.
int yearsFor(int resources, int patients);

}  // namespace polyclinic::sample_data
