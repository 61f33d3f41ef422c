// Two patients of one clinic and one of another, whose records bear canaries, and tokens of their apps.

#pragma once

#include "patient_token.h"
#include "short_server.h"

namespace polyclinic::test {

/// Of the patient `id` ("a1", "a2", "b1"): stands in every text of that patient's records and in nobody else's.
inline std::string canaryOfPatient(const std::string& id) { return "CANARY-PATIENT-" + id + "-"; }

class PatientRecords {
  public:
    PatientRecords();

    const std::string& api() const { return api_; }         // patient/smart-api of t-a
    const std::string& otherApi() const { return other_; }  // of t-b
    /// A token for the patient of t-a with these scopes.
    std::string token(const std::string& scopes, const std::string& patient = "a1",
                      const std::string& words = "launch/patient openid fhirUser") const;
    std::string plant(PatientToken wish) const;
    /// By t-a's own system.
    HttpAnswer asClinic(const std::string& method, const std::string& path, const std::string& body = {}) const;
    const ServerDatabase& database() const { return database_; }

    /// An Observation with that patient's canary; `code` of http://x.org. An empty id: none in the body.
    static std::string observation(const std::string& id, const std::string& patient, const std::string& code = "x");

  private:
    ServerDatabase database_;
    std::string api_, other_;
};

/// Made by the first caller.
PatientRecords& patientRecords();

/// Asks patient/smart-api of t-a; `path` is below the base.
HttpAnswer askPatientApi(const std::string& token, const std::string& method, const std::string& path, const std::string& body = {},
                         HttpHeaders more = {});

/// Whether anything of the patients a2, b1 stands anywhere in the answer.
inline bool holdsForeign(const HttpAnswer& answer) {
    const auto text = answer.everything();
    return text.find(canaryOfPatient("a2")) != text.npos || text.find(canaryOfPatient("b1")) != text.npos;
}

/// Status and body without what differs from request to request.
std::string comparable(HttpAnswer answer, const std::string& id);

}  // namespace polyclinic::test
