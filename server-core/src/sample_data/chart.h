// A record under construction: who it is about and the resources so far.

#pragma once

#include <string>
#include <vector>

#include "sample_data/dice.h"
#include "sample_data/fields.h"

namespace polyclinic::sample_data {

/// How resources of one record point at each other.
enum class Form {
    bundle,  // urn:uuid:..., resolved by whoever takes the transaction
    plain,   // Type/id, each resource with its id
};

struct Resource {
    std::string type;
    std::string uuid;
    std::string json;
};

struct Staff {
    std::string uuid;
    std::string name;
};

/// What all records of the clinic share; its ids are the same in both forms.
struct Practice {
    std::string organization, location;
    std::vector<Staff> doctors;
    std::vector<Resource> resources;
};

Practice makePractice(Dice dice);

struct Person {
    std::string uuid, name;
    bool woman = false;
    Day born;
    int heightMm = 0, weightHg = 0, systolic = 0, pulse = 0;  // in hundreds of grams the weight
};

/// A lasting illness and its medicine, seen again at later visits.
struct Lasting {
    std::size_t illness = 0;
    std::string condition;  // uuid
};

struct ClinicVisit {
    std::string uuid;
    Day day;
    int start = 0, end = 0;  // minutes since midnight
    const Staff* doctor = nullptr;
    std::string condition;  // uuid of what it was about; empty when nothing was found
    std::string reason;
};

class Chart {
  public:
    Chart(Dice dice, const Practice& practice, Form form) : dice(dice), practice(practice), form_(form) {}

    Dice dice;
    const Practice& practice;
    Person person;
    std::vector<Lasting> lasting;
    std::vector<Resource> resources;

    /// Adds a resource of these members behind resourceType, id and meta.
    void add(const std::string& type, const std::string& uuid, const Fields& fields);
    /// A Reference to a resource of this record.
    std::string own(const std::string& type, const std::string& uuid, const std::string& display = {}) const;
    std::string patient() const { return own("Patient", person.uuid, person.name); }
    std::string encounter(const ClinicVisit& clinicVisit) const { return own("Encounter", clinicVisit.uuid); }
    std::string doctor(const ClinicVisit& clinicVisit) const;

  private:
    Form form_;
};

/// A Reference by type and id, for what the practice shares.
std::string shared(const std::string& type, const std::string& uuid, const std::string& display);
/// The whole resource; without id where `id` is empty.
std::string resourceText(const std::string& type, const std::string& id, const Fields& fields);

/// The Patient and AllergyIntolerances.
void writePatient(Chart& chart, Day today);
/// One Encounter and everything that came of it.
void writeClinicVisit(Chart& chart, Day day);
/// Vital signs of a visit.
void writeVitalSigns(Chart& chart, const ClinicVisit& clinicVisit);
/// A DiagnosticReport with the Observations of one panel.
void writeLaboratory(Chart& chart, const ClinicVisit& clinicVisit);

}  // namespace polyclinic::sample_data
