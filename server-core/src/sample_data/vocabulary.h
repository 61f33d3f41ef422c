// What the made-up clinic sees and gives: local codes with plain words, since the large medical code systems
// may not be handed on.

#pragma once

#include <vector>

#include "sample_data/fields.h"

namespace polyclinic::sample_data {

struct Medicine {
    Term term;
    const char* dose;  // number
    const char* unit;  // UCUM
    int timesADay;
    const char* instruction;
};

struct Illness {
    Term term;
    bool lasting;
    int medicine;   // index in medicines()
    int procedure;  // index in procedures()
};

struct Test {
    Term term;
    const char* unit;
    int decimals;
    int low, high;  // usual range, scaled by the decimals
};

struct Panel {
    Term term;
    std::vector<Test> tests;
};

const std::vector<Medicine>& medicines();
const std::vector<Illness>& illnesses();
const std::vector<Term>& procedures();
const std::vector<Panel>& panels();
const std::vector<Term>& vaccines();
const std::vector<Term>& allergens();
const std::vector<Term>& reactions();

}  // namespace polyclinic::sample_data
