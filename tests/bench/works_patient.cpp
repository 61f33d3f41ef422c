// What it costs that a patient's app reaches that patient's records only: the same questions at both doors.

#include <algorithm>

#include "base/encoding.h"
#include "fhir/definitions/definitions.h"
#include "fhir/search/parameters.h"
#include "works.h"

namespace polyclinic::bench {
namespace {

const std::string copyTenant = "tenant_id = " + std::to_string(Raw::copyNumber);

/// "Observations whose subject or performer is the patient", of a row number.
std::string isOwn(const std::string& patient, const std::string& rid) {
    return "EXISTS (SELECT 1 FROM index_reference x WHERE x." + copyTenant + " AND x.param = ANY('{" +
           std::to_string(fhir::parameterId("Observation", "subject")) + "," +
           std::to_string(fhir::parameterId("Observation", "performer")) +
           "}'::int[]) AND x.target = " + std::to_string(indexHash(patient)) + " AND x.rid = " + rid +
           " AND x.type = " + std::to_string(fhir::typeCode("Patient")) + " OFFSET 0)";
}

class AtDoor : public Operation {
  public:
    AtDoor(const Stage& stage, bool own) : Operation(stage), own_(own) {
        for (const auto& finding : stage.records.findings)
            if (finding.patient == "Patient/" + stage.app.patient) findings_.push_back(&finding);
    }

  protected:
    std::string askFor(const std::string& target) const {
        if (!own_) return get(stage_.tenants[0], target);
        Tenant door = stage_.tenants[0];
        door.api = stage_.app.api;
        door.token = stage_.app.token;
        return get(door, target);
    }

    bool own_;
    std::vector<const Finding*> findings_;
};

class ReadAtDoor : public AtDoor {
  public:
    using AtDoor::AtDoor;
    std::string next(unsigned) override { return askFor("/Observation/" + stage_.records.all[dice_.pick(findings_)->record].id); }
    bool right(unsigned, const Answer& answer) override { return answer.status == 200; }
    std::vector<Script> scripts() override {
        std::vector<Script> all;
        for (std::size_t i = 0; i < std::min<std::size_t>(findings_.size(), 50); ++i)
            all.push_back({"SELECT r.version, r.updated, r.content FROM resource r WHERE r." + copyTenant + " AND r.type = " +
                           std::to_string(fhir::typeCode("Observation")) + " AND r.id = '" + stage_.records.all[findings_[i]->record].id +
                           "' AND NOT r.deleted" + (own_ ? " AND " + isOwn(stage_.app.patient, "r.rid") : "") + ";"});
        return all;
    }
};

class SearchAtDoor : public AtDoor {
  public:
    using AtDoor::AtDoor;
    std::string next(unsigned) override {
        return askFor("/Observation?patient=" + stage_.app.patient + "&code=" + dice_.pick(findings_)->code + "&_sort=-date&_count=20");
    }
    bool right(unsigned, const Answer& answer) override {
        return answer.status == 200 && answer.body.find("\"match\"") != std::string::npos;
    }
    std::vector<Script> scripts() override {
        std::vector<Script> all;
        for (std::size_t i = 0; i < std::min<std::size_t>(findings_.size(), 50); ++i)
            all.push_back(
                {"SELECT r.id, r.version, r.updated, r.content FROM index_reference s JOIN resource r ON r." + copyTenant +
                 " AND r.rid = s.rid JOIN index_date d ON d." + copyTenant +
                 " AND d.param = " + std::to_string(fhir::parameterId("Observation", "date")) + " AND d.rid = s.rid WHERE s." + copyTenant +
                 " AND s.param = " + std::to_string(fhir::parameterId("Observation", "patient")) +
                 " AND s.target = " + std::to_string(indexHash(stage_.app.patient)) + " AND EXISTS (SELECT 1 FROM index_token t WHERE t." +
                 copyTenant + " AND t.param = " + std::to_string(fhir::parameterId("Observation", "code")) + " AND t.code = " +
                 std::to_string(indexHash(findings_[i]->code)) + " AND t.rid = s.rid OFFSET 0) ORDER BY d.low DESC, s.rid DESC LIMIT 20;"});
        return all;
    }
};

}  // namespace

std::unique_ptr<Operation> ownReadOperation(const Stage& stage) { return std::make_unique<ReadAtDoor>(stage, true); }
std::unique_ptr<Operation> sameReadOperation(const Stage& stage) { return std::make_unique<ReadAtDoor>(stage, false); }
std::unique_ptr<Operation> ownSearchOperation(const Stage& stage) { return std::make_unique<SearchAtDoor>(stage, true); }
std::unique_ptr<Operation> sameSearchOperation(const Stage& stage) { return std::make_unique<SearchAtDoor>(stage, false); }

}  // namespace polyclinic::bench
