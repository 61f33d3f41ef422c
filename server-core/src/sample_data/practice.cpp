#include "sample_data/chart.h"
#include "sample_data/names.h"

namespace polyclinic::sample_data {
namespace {

std::string telephone(int line) {
    return Fields().text("system", "phone").text("value", "+1 555 0" + std::to_string(100 + line)).text("use", "work").object();
}

std::string clinicAddress() {
    return Fields()
        .text("use", "work")
        .raw("line", "[\"1 Sample Square\"]")
        .text("city", "Testbury")
        .text("postalCode", "00000")
        .text("country", "Exampleland")
        .object();
}

std::string identifier(const std::string& kind, const std::string& value) {
    return list({Fields().text("use", "official").text("system", "urn:polyclinic:demo:" + kind).text("value", value).object()});
}

void addOrganization(Practice& practice) {
    Fields fields;
    fields.raw("text", narrative("Sample Clinic, Testbury"))
        .raw("identifier", identifier("clinic", "C-1"))
        .raw("active", "true")
        .raw("type", list({conceptOf(hl7("organization-type"), {"prov", "Healthcare Provider"})}))
        .text("name", "Sample Clinic")
        .raw("telecom", list({telephone(0)}))
        .raw("address", list({clinicAddress()}));
    practice.resources.push_back({"Organization", practice.organization, resourceText("Organization", practice.organization, fields)});
}

void addLocation(Practice& practice) {
    Fields fields;
    fields.raw("text", narrative("Sample Clinic, consulting rooms"))
        .raw("identifier", identifier("location", "L-1"))
        .text("status", "active")
        .text("name", "Sample Clinic, consulting rooms")
        .text("mode", "instance")
        .raw("type", list({conceptOf(hl7("v3-RoleCode"), {"OF", "Outpatient facility"})}))
        .raw("telecom", list({telephone(1)}))
        .raw("address", clinicAddress())
        .raw("physicalType", conceptOf(hl7("location-physical-type"), {"bu", "Building"}))
        .raw("managingOrganization", shared("Organization", practice.organization, "Sample Clinic"));
    practice.resources.push_back({"Location", practice.location, resourceText("Location", practice.location, fields)});
}

void addDoctor(Practice& practice, Dice& dice, int number) {
    const Culture& culture = cultures()[static_cast<std::size_t>(number)];
    const bool woman = number % 2 == 0;
    const Name& family = dice.pick(culture.families);
    const Name& given = dice.pick(woman ? culture.women : culture.men);
    Staff doctor{dice.uuid(), "Dr. " + std::string(given.native) + " " + std::string(family.native)};

    const std::string name = Fields()
                                 .text("use", "official")
                                 .text("family", family.native)
                                 .raw("given", list({"\"" + std::string(given.native) + "\""}))
                                 .raw("prefix", "[\"Dr.\"]")
                                 .object();
    const std::string qualification = Fields().raw("code", conceptOf(hl7("v2-0360"), {"MD", "Doctor of Medicine"})).object();
    Fields fields;
    fields.raw("text", narrative(doctor.name + ", Sample Clinic"))
        .raw("identifier", identifier("staff", "D-" + std::to_string(number + 1)))
        .raw("active", "true")
        .raw("name", list({name}))
        .raw("telecom", list({telephone(number + 2)}))
        .raw("address", list({clinicAddress()}))
        .text("gender", woman ? "female" : "male")
        .raw("qualification", list({qualification}));
    practice.resources.push_back({"Practitioner", doctor.uuid, resourceText("Practitioner", doctor.uuid, fields)});
    practice.doctors.push_back(std::move(doctor));
}

}  // namespace

Practice makePractice(Dice dice) {
    Practice practice;
    practice.organization = dice.uuid();
    practice.location = dice.uuid();
    addOrganization(practice);
    addLocation(practice);
    for (int number = 0; number < 6; ++number) addDoctor(practice, dice, number);
    return practice;
}

}  // namespace polyclinic::sample_data
