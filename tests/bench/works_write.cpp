#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "fhir/definitions/definitions.h"
#include "works.h"

namespace polyclinic::bench {
namespace {

constexpr int tracesEach = 64;  // one write of so many is read back after the load

/// An Observation with a quantity, drawn at random, with a new value and without id.
std::string newObservation(const Records& records, sample_data::Dice& dice) {
    for (;;) {
        const Finding& finding = dice.pick(records.findings);
        if (finding.hasQuantity) return withoutId(withValue(records.all[finding.record].json, dice.between(1, 9999)));
    }
}

/// The members behind meta: what was sent and what is stored must agree in them, byte for byte.
std::string behindMeta(const std::string& json) { return json.substr(json.find("\"status\":")); }

struct Trace {
    const Tenant* tenant;
    std::string target, sent;
};

std::uint64_t differing(const Stage& stage, const std::vector<Trace>& traces) {
    std::uint64_t count = 0;
    for (const auto& trace : traces) {
        const Answer answer = ask("GET", "http://" + stage.server.host + trace.tenant->api + trace.target,
                                  {{"Authorization", "Bearer " + trace.tenant->token}});
        if (answer.status != 200 || behindMeta(answer.body) != behindMeta(trace.sent)) ++count;
    }
    return count;
}

/// Row numbers of some Observations of the copy, as patterns for pgbench to write again.
std::vector<std::string> patterns(const Stage& stage, int count) {
    return stage.raw->rows(Raw::copyNumber, "SELECT rid FROM resource WHERE tenant_id = " + std::to_string(Raw::copyNumber) +
                                                " AND type = " + std::to_string(fhir::typeCode("Observation")) +
                                                " AND version = 1 ORDER BY md5(rid::text) LIMIT " + std::to_string(count));
}

class Create : public Operation {
  public:
    explicit Create(const Stage& stage) : Operation(stage), sent_(64), asked_(64) {}

    std::string next(unsigned connection) override {
        asked_[connection] = &dice_.pick(stage_.tenants);
        sent_[connection] = newObservation(stage_.records, dice_);
        return send("POST", *asked_[connection], "/Observation", sent_[connection]);
    }

    bool right(unsigned connection, const Answer& answer) override {
        const std::string location = answer.field("Location");
        const auto id = location.find("/Observation/");
        if (answer.status != 201 || id == std::string::npos) return false;
        if (++looks_ % tracesEach == 0) {
            traces_.push_back({asked_[connection], location.substr(id, location.find("/_history") - id), sent_[connection]});
        }
        return true;
    }

    std::uint64_t missing() override { return differing(stage_, std::exchange(traces_, {})); }

    std::vector<Script> scripts() override {
        std::vector<Script> all;
        for (const auto& rid : patterns(stage_, 100)) all.push_back({stage_.raw->createSql(rid, 0)});
        return all;
    }

  private:
    std::vector<std::string> sent_;
    std::vector<const Tenant*> asked_;
    std::vector<Trace> traces_;
    std::uint64_t looks_ = 0;
};

class Update : public Operation {
  public:
    explicit Update(const Stage& stage) : Operation(stage), asked_(64) {
        for (const auto& finding : stage.records.findings) {
            if (finding.hasQuantity) targets_.push_back({finding.record, std::vector<int>(stage.tenants.size(), 1)});
        }
    }

    std::string next(unsigned connection) override {
        auto& asked = asked_[connection];
        // A part of the records for every connection, so that no two write the same one.
        constexpr std::size_t parts = 16;
        asked.target = dice_.next() % (targets_.size() / parts) * parts + connection % parts;
        asked.tenant = dice_.next() % stage_.tenants.size();
        const Record& record = stage_.records.all[targets_[asked.target].record];
        asked.sent = withValue(record.json, dice_.between(1, 9999));
        const int version = targets_[asked.target].versions[asked.tenant];
        return send("PUT", stage_.tenants[asked.tenant], "/Observation/" + record.id, asked.sent, "W/\"" + std::to_string(version) + "\"");
    }

    bool right(unsigned connection, const Answer& answer) override {
        const auto& asked = asked_[connection];
        int& version = targets_[asked.target].versions[asked.tenant];
        if (answer.status != 200 || answer.field("ETag") != "W/\"" + std::to_string(version + 1) + "\"") return false;
        ++version;
        last_[{asked.tenant, asked.target}] = asked.sent;
        return true;
    }

    std::uint64_t missing() override {
        std::vector<Trace> traces;
        int number = 0;
        for (const auto& [key, sent] : std::exchange(last_, {})) {
            if (++number % tracesEach != 0) continue;
            traces.push_back({&stage_.tenants[key.first], "/Observation/" + stage_.records.all[targets_[key.second].record].id, sent});
        }
        return differing(stage_, traces);
    }

    /// History, the new version, nothing in the index: less than the server does when a value changes.
    std::vector<Script> scripts() override {
        const std::string tenant = std::to_string(Raw::copyNumber), type = std::to_string(fhir::typeCode("Observation"));
        const std::string names = stage_.raw->columns("resource_history");
        const std::size_t count = stage_.records.counts.at("Observation");
        return {{"\\set n random(" + std::to_string(firstNumber) + ", " + std::to_string(firstNumber + count - 1) +
                 ")\nWITH old AS MATERIALIZED (SELECT * FROM resource WHERE tenant_id = " + tenant + " AND type = " + type + " AND id = '" +
                 idStart + "' || :n::text FOR UPDATE), history AS (INSERT INTO resource_history (tenant_id, " + names +
                 ") SELECT tenant_id, " + names +
                 " FROM old) UPDATE resource r SET version = r.version + 1, updated = now(), content = "
                 "old.content FROM old WHERE r.tenant_id = " +
                 tenant + " AND r.type = " + type + " AND r.id = old.id;"}};
    }

  private:
    struct Target {
        std::size_t record;
        std::vector<int> versions;  // a tenant
    };
    struct Asked {
        std::size_t target, tenant;
        std::string sent;
    };
    std::vector<Target> targets_;
    std::vector<Asked> asked_;
    std::map<std::pair<std::size_t, std::size_t>, std::string> last_;
};

class TransactionOfTen : public Operation {
  public:
    explicit TransactionOfTen(const Stage& stage) : Operation(stage), asked_(64), sent_(64) {}

    std::string next(unsigned connection) override {
        asked_[connection] = &dice_.pick(stage_.tenants);
        sent_[connection].clear();
        std::string body = R"({"resourceType":"Bundle","type":"transaction","entry":[)";
        for (int entry = 0; entry < 10; ++entry) {
            sent_[connection].push_back(newObservation(stage_.records, dice_));
            if (entry > 0) body += ',';
            body += R"({"fullUrl":"urn:uuid:)" + dice_.uuid() + R"(","resource":)" + sent_[connection].back() +
                    R"(,"request":{"method":"POST","url":"Observation"}})";
        }
        return send("POST", *asked_[connection], "", body + "]}");
    }

    bool right(unsigned connection, const Answer& answer) override {
        if (answer.status != 200) return false;
        std::size_t created = 0, at = 0;
        while ((at = answer.body.find("\"status\":\"201", at)) != std::string::npos) {
            ++created;
            ++at;
        }
        if (created != 10) return false;
        if (++looks_ % (tracesEach / 4) == 0) {
            const auto bundle = nlohmann::json::parse(answer.body);
            for (std::size_t entry = 0; entry < 10; ++entry) {
                const std::string location = bundle["entry"][entry]["response"]["location"];
                const auto start = location.find("Observation/");
                traces_.push_back(
                    {asked_[connection], "/" + location.substr(start, location.find("/_history") - start), sent_[connection][entry]});
            }
        }
        return true;
    }

    std::uint64_t missing() override { return differing(stage_, std::exchange(traces_, {})); }

    std::vector<Script> scripts() override {
        const auto rids = patterns(stage_, 20);
        std::vector<Script> all;
        for (int script = 0; script < 4; ++script) {
            std::string sql = "\\startpipeline\nBEGIN;\n";
            for (int slot = 0; slot < 10; ++slot) {
                sql += stage_.raw->createSql(rids[static_cast<std::size_t>(script * 5 + slot) % rids.size()], slot) + "\n";
            }
            all.push_back({sql + "COMMIT;\n\\endpipeline"});
        }
        return all;
    }

  private:
    std::vector<const Tenant*> asked_;
    std::vector<std::vector<std::string>> sent_;
    std::vector<Trace> traces_;
    std::uint64_t looks_ = 0;
};

}  // namespace

std::unique_ptr<Operation> createOperation(const Stage& stage) { return std::make_unique<Create>(stage); }
std::unique_ptr<Operation> updateOperation(const Stage& stage) { return std::make_unique<Update>(stage); }
std::unique_ptr<Operation> transactionOperation(const Stage& stage) { return std::make_unique<TransactionOfTen>(stage); }

}  // namespace polyclinic::bench
