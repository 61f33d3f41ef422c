#include "sample_data/vocabulary.h"

namespace polyclinic::sample_data {

const std::vector<Medicine>& medicines() {
    static const std::vector<Medicine> all{
        {{"amlodipine-5", "Amlodipine 5 mg tablet"}, "5", "mg", 1, "One tablet in the morning"},
        {{"metformin-500", "Metformin 500 mg tablet"}, "500", "mg", 2, "One tablet with breakfast and one with dinner"},
        {{"salbutamol-inhaler", "Salbutamol 100 microgram inhaler"},
         "100",
         "ug",
         4,
         "One puff when breathing is tight, four times a day at most"},
        {{"levothyroxine-50", "Levothyroxine 50 microgram tablet"}, "50", "ug", 1, "One tablet before breakfast with water"},
        {{"simvastatin-20", "Simvastatin 20 mg tablet"}, "20", "mg", 1, "One tablet in the evening"},
        {{"paracetamol-500", "Paracetamol 500 mg tablet"}, "500", "mg", 3, "One tablet when it hurts, three times a day at most"},
        {{"amoxicillin-500", "Amoxicillin 500 mg capsule"}, "500", "mg", 3, "One capsule three times a day for seven days"},
        {{"ibuprofen-400", "Ibuprofen 400 mg tablet"}, "400", "mg", 2, "One tablet after a meal, twice a day"},
        {{"cetirizine-10", "Cetirizine 10 mg tablet"}, "10", "mg", 1, "One tablet in the evening"},
        {{"omeprazole-20", "Omeprazole 20 mg capsule"}, "20", "mg", 1, "One capsule before breakfast"},
        {{"hydrocortisone-cream", "Hydrocortisone 1 % cream"}, "1", "g", 2, "A thin layer on the skin, morning and evening"},
    };
    return all;
}

const std::vector<Illness>& illnesses() {
    static const std::vector<Illness> all{
        {{"high-blood-pressure", "High blood pressure"}, true, 0, 0},
        {{"diabetes-type-2", "Type 2 diabetes"}, true, 1, 4},
        {{"asthma", "Asthma"}, true, 2, 1},
        {{"underactive-thyroid", "Underactive thyroid"}, true, 3, 3},
        {{"high-cholesterol", "High cholesterol"}, true, 4, 5},
        {{"reflux", "Acid reflux"}, true, 9, 5},
        {{"common-cold", "Common cold"}, false, 5, 6},
        {{"sore-throat", "Sore throat"}, false, 6, 7},
        {{"ear-infection", "Infection of the middle ear"}, false, 6, 8},
        {{"sprained-ankle", "Sprained ankle"}, false, 7, 9},
        {{"low-back-pain", "Low back pain"}, false, 7, 10},
        {{"hay-fever", "Hay fever"}, false, 8, 6},
        {{"eczema", "Eczema"}, false, 10, 6},
        {{"migraine", "Migraine"}, false, 7, 6},
        {{"bladder-infection", "Infection of the bladder"}, false, 6, 3},
        {{"cut-on-hand", "Cut on the hand"}, false, 5, 11},
    };
    return all;
}

const std::vector<Term>& procedures() {
    static const std::vector<Term> all{
        {"ecg", "Electrocardiogram at rest"},
        {"spirometry", "Spirometry"},
        {"eye-test", "Test of sight"},
        {"blood-draw", "Taking of a blood sample"},
        {"foot-check", "Check of the feet"},
        {"diet-advice", "Advice on eating and drinking"},
        {"physical-check", "Physical examination"},
        {"throat-swab", "Throat swab"},
        {"ear-check", "Examination of the ears"},
        {"bandage", "Bandage of a joint"},
        {"exercise-advice", "Advice on movement"},
        {"stitches", "Stitching of a wound"},
        {"medicines-review", "Review of all medicines"},
        {"mood-screening", "Screening for low mood"},
    };
    return all;
}

const std::vector<Panel>& panels() {
    static const std::vector<Panel> all{
        {{"metabolic-panel", "Metabolic panel"},
         {{{"glucose", "Glucose in blood"}, "mmol/L", 1, 40, 60},
          {{"creatinine", "Creatinine in serum"}, "umol/L", 0, 55, 105},
          {{"sodium", "Sodium in serum"}, "mmol/L", 0, 135, 145},
          {{"potassium", "Potassium in serum"}, "mmol/L", 1, 35, 51}}},
        {{"lipid-panel", "Lipid panel"},
         {{{"cholesterol-total", "Total cholesterol in serum"}, "mmol/L", 2, 300, 520},
          {{"cholesterol-hdl", "HDL cholesterol in serum"}, "mmol/L", 2, 100, 220},
          {{"cholesterol-ldl", "LDL cholesterol in serum"}, "mmol/L", 2, 150, 340},
          {{"triglycerides", "Triglycerides in serum"}, "mmol/L", 2, 50, 170}}},
        {{"blood-count", "Blood count"},
         {{{"haemoglobin", "Haemoglobin in blood"}, "g/L", 0, 120, 170},
          {{"leukocytes", "Leukocytes in blood"}, "10*9/L", 1, 40, 100},
          {{"platelets", "Platelets in blood"}, "10*9/L", 0, 150, 400}}},
        {{"long-term-sugar", "Long-term blood sugar"}, {{{"hba1c", "Haemoglobin A1c"}, "%", 1, 40, 56}}},
    };
    return all;
}

const std::vector<Term>& vaccines() {
    static const std::vector<Term> all{
        {"influenza", "Influenza vaccine"},       {"tetanus-diphtheria", "Tetanus and diphtheria vaccine"},
        {"hepatitis-b", "Hepatitis B vaccine"},   {"measles-mumps-rubella", "Measles, mumps and rubella vaccine"},
        {"pneumococcal", "Pneumococcal vaccine"}, {"covid-19", "COVID-19 vaccine"},
    };
    return all;
}

const std::vector<Term>& allergens() {
    static const std::vector<Term> all{
        {"penicillin", "Penicillin"}, {"peanut", "Peanut"},     {"bee-sting", "Bee sting"},       {"latex", "Latex"},
        {"cow-milk", "Cow's milk"},   {"cat-hair", "Cat hair"}, {"birch-pollen", "Birch pollen"},
    };
    return all;
}

const std::vector<Term>& reactions() {
    static const std::vector<Term> all{
        {"hives", "Hives"}, {"swelling", "Swelling of the lips"}, {"wheezing", "Wheezing"}, {"runny-nose", "Runny nose"}};
    return all;
}

}  // namespace polyclinic::sample_data
