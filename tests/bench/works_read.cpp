#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "fhir/definitions/definitions.h"
#include "fhir/search/parameters.h"
#include "sample_data/fields.h"
#include "works.h"

namespace polyclinic::bench {

using Json = nlohmann::json;

std::string Operation::get(const Tenant& tenant, const std::string& target) const {
    return requestText("GET", stage_.server.host, tenant.api + target,
                       {{"Authorization", "Bearer " + tenant.token}, {"Accept", "application/fhir+json"}}, {});
}

std::string Operation::send(std::string_view method, const Tenant& tenant, const std::string& target, const std::string& body,
                            const std::string& ifMatch) const {
    Headers headers{{"Authorization", "Bearer " + tenant.token}, {"Content-Type", "application/fhir+json"}};
    if (!ifMatch.empty()) headers["If-Match"] = ifMatch;
    return requestText(method, stage_.server.host, tenant.api + target, headers, body);
}

namespace {

constexpr int readsEach = 16;  // one answer of so many is compared with what was written
const std::string copyTenantOfReads = "tenant_id = " + std::to_string(Raw::copyNumber);

class Read : public Operation {
  public:
    explicit Read(const Stage& stage) : Operation(stage), asked_(64) {}

    std::string next(unsigned connection) override {
        auto& asked = asked_[connection];
        asked = {&dice_.pick(stage_.tenants), &dice_.pick(stage_.records.all)};
        return get(*asked.tenant, "/" + asked.record->type + "/" + asked.record->id);
    }

    bool right(unsigned connection, const Answer& answer) override {
        const auto& asked = asked_[connection];
        if (answer.status != 200) return false;
        if (++looks_ % readsEach != 0) return true;
        return withoutStamp(answer.body, asked.tenant->id) == asked.record->json;
    }

    std::vector<Script> scripts() override {
        std::vector<Script> all;
        for (const auto& [type, count] : stage_.records.counts) {
            all.push_back({"\\set n random(" + std::to_string(firstNumber) + ", " + std::to_string(firstNumber + count - 1) +
                               ")\nSELECT version, updated, content FROM resource WHERE " + copyTenantOfReads + " AND type = " +
                               std::to_string(fhir::typeCode(type)) + " AND id = '" + idStart + "' || :n::text AND NOT deleted;",
                           count});
        }
        return all;
    }

  private:
    struct Asked {
        const Tenant* tenant;
        const Record* record;
    };
    std::vector<Asked> asked_;
    std::uint64_t looks_ = 0;
};

/// A search with a fixed set of questions, the same ones on both sides.
class Search : public Operation {
  public:
    struct Question {
        std::string target, sql;
        std::vector<std::string> ids;  // of the answer, sorted
        bool wholeAnswer;              // ids are all matches; else only those that may appear
        std::size_t entries;           // how many come back
    };

    explicit Search(const Stage& stage) : Operation(stage), asked_(64) {}

    std::string next(unsigned connection) override {
        asked_[connection] = &dice_.pick(questions_);
        return get(dice_.pick(stage_.tenants), asked_[connection]->target);
    }

    bool right(unsigned connection, const Answer& answer) override {
        if (answer.status != 200) return false;
        if (++looks_ % readsEach != 0) return true;
        const Question& question = *asked_[connection];
        const Json bundle = Json::parse(answer.body, nullptr, false);
        if (bundle.is_discarded() || bundle.value("resourceType", "") != "Bundle") return false;
        if (!bundle.contains("entry")) return question.entries == 0;
        std::string before = "9999";
        std::size_t matches = 0;
        for (const auto& entry : bundle["entry"]) {
            const Json& resource = entry["resource"];
            if (resource["resourceType"] != "Observation") continue;
            ++matches;
            if (!std::binary_search(question.ids.begin(), question.ids.end(), resource.value("id", ""))) return false;
            const std::string date = resource.value("effectiveDateTime", "");
            if (sorted_ && date > before) return false;
            before = date;
        }
        return matches == question.entries;
    }

    std::vector<Script> scripts() override {
        std::vector<Script> all;
        for (const auto& question : questions_) all.push_back({question.sql});
        return all;
    }

  protected:
    void ask(Question question, std::size_t most) {
        std::sort(question.ids.begin(), question.ids.end());
        question.entries = std::min(most, question.ids.size());
        questions_.push_back(std::move(question));
    }
    const std::string& idOf(const Finding& finding) const { return stage_.records.all[finding.record].id; }

    std::vector<Question> questions_;
    std::vector<const Question*> asked_;
    bool sorted_ = false;
    std::uint64_t looks_ = 0;
};

class TokenAndDate : public Search {
  public:
    explicit TokenAndDate(const Stage& stage) : Search(stage) {
        sorted_ = true;
        const std::string code = std::to_string(fhir::parameterId("Observation", "code"));
        const std::string date = std::to_string(fhir::parameterId("Observation", "date"));
        for (int number = 0; number < 60; ++number) {
            const Finding& like = dice_.pick(stage_.records.findings);
            Question question;
            question.target = "/Observation?code=" + like.code + "&date=ge" + like.date + "&_count=20&_sort=-date";
            // Newest first along the dates, with the code's rows as a hashed set: a join would sort all matches.
            question.sql = "SELECT r.id, r.version, r.updated, r.content FROM (SELECT d.rid, d.low FROM index_date d WHERE d." +
                           copyTenantOfReads + " AND d.param = " + date + " AND d.high >= '" + like.date +
                           "' AND (d.rid IN (SELECT t.rid FROM index_token t WHERE t." + copyTenantOfReads + " AND t.param = " + code +
                           " AND t.code = " + std::to_string(indexHash(like.code)) +
                           ")) IS TRUE ORDER BY d.low DESC, d.rid LIMIT 20) d JOIN resource r ON r." + copyTenantOfReads +
                           " AND r.rid = d.rid AND NOT r.deleted ORDER BY d.low DESC, d.rid;";
            for (const auto& finding : stage_.records.findings) {
                if (finding.code == like.code && finding.date >= like.date) question.ids.push_back(idOf(finding));
            }
            ask(std::move(question), 20);
        }
    }
};

class Chart : public Search {
  public:
    explicit Chart(const Stage& stage) : Search(stage) {
        const std::string patient = std::to_string(fhir::parameterId("Observation", "patient"));
        const std::string category = std::to_string(fhir::parameterId("Observation", "category"));
        for (int number = 0; number < 60; ++number) {
            const std::string who = dice_.pick(stage_.records.findings).patient;  // Patient/id
            Question question;
            question.target = "/Observation?patient=" + who.substr(8) + "&category=vital-signs";
            for (const auto& finding : stage_.records.findings) {
                if (finding.patient == who && finding.category == "vital-signs") question.ids.push_back(idOf(finding));
            }
            const std::size_t most = pageOf(question);
            question.sql =
                "SELECT r.id, r.version, r.updated, r.content FROM index_reference p JOIN index_token c ON c." + copyTenantOfReads +
                " AND c.param = " + category + " AND c.code = " + std::to_string(indexHash("vital-signs")) +
                " AND c.system = " + std::to_string(indexHash(sample_data::hl7("observation-category"))) +
                " AND c.rid = p.rid JOIN resource r ON r." + copyTenantOfReads + " AND r.rid = p.rid AND NOT r.deleted WHERE p." +
                copyTenantOfReads + " AND p.param = " + patient + " AND p.target = " + std::to_string(indexHash(who.substr(8))) +
                " AND p.type = " + std::to_string(fhir::typeCode("Patient")) + " ORDER BY r.rid LIMIT " + std::to_string(most) + ";";
            ask(std::move(question), most);
        }
    }

  private:
    /// Without _count the server decides how much a page holds: asked once, so that both sides fetch as much.
    std::size_t pageOf(const Question& question) {
        if (page_ == 0 && question.ids.size() > 10) {
            const Tenant& tenant = stage_.tenants.front();
            const Answer answer = demand(bench::ask("GET", "http://" + stage_.server.host + tenant.api + question.target,
                                                    {{"Authorization", "Bearer " + tenant.token}}),
                                         200, 200, "chart");
            const std::size_t entries = Json::parse(answer.body).at("entry").size();
            page_ = entries < question.ids.size() ? entries : 0;
            return page_ ? page_ : question.ids.size();
        }
        return page_ ? page_ : std::max<std::size_t>(question.ids.size(), 1);
    }
    std::size_t page_ = 0;
};

class SkewedRead : public Operation {
  public:
    SkewedRead(const Stage& stage, std::vector<Place> places) : Operation(stage), places_(std::move(places)) {}

    std::string next(unsigned) override {
        const double draw = static_cast<double>(dice_.between(0, 999'999)) / 1e6;
        const Place& place = places_[static_cast<std::size_t>(std::pow(draw, 3) * static_cast<double>(places_.size()))];
        return get(place.tenant, "/" + place.target);
    }
    bool right(unsigned, const Answer& answer) override { return answer.status == 200; }
    std::vector<Script> scripts() override { return {}; }

  private:
    std::vector<Place> places_;
};

}  // namespace

std::unique_ptr<Operation> readOperation(const Stage& stage) { return std::make_unique<Read>(stage); }
std::unique_ptr<Operation> searchOperation(const Stage& stage) { return std::make_unique<TokenAndDate>(stage); }
std::unique_ptr<Operation> chartOperation(const Stage& stage) { return std::make_unique<Chart>(stage); }
std::unique_ptr<Operation> skewedReadOperation(const Stage& stage, std::vector<Place> places) {
    return std::make_unique<SkewedRead>(stage, std::move(places));
}

}  // namespace polyclinic::bench
