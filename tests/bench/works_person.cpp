// What people and their apps do before any record is read: tokens, pages of the portal, sign-in. Nothing that
// PostgreSQL does alone is like it.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/encoding.h"
#include "works.h"

namespace polyclinic::bench {
namespace {

using Json = nlohmann::json;

constexpr int looksEach = 16;  // one answer of so many is taken apart

/// Each connection is one of the visitors.
class OfVisitor : public Operation {
  public:
    explicit OfVisitor(const Stage& stage) : Operation(stage), people_(stage.visits.people) {}
    std::vector<Script> scripts() override { return {}; }

  protected:
    std::string post(const std::string& target, Headers headers, const FormFields& fields) const {
        headers["Content-Type"] = "application/x-www-form-urlencoded";
        return requestText("POST", stage_.server.host, target, headers, encodeForm(fields));
    }
    std::string asApp(const std::string& endpoint, const FormFields& fields) const {
        return post(stage_.visits.auth + "/" + endpoint, {{"Authorization", stage_.visits.basic}}, fields);
    }
    Answer look(const std::string& target, const Headers& headers) const {
        return ask("GET", "http://" + stage_.server.host + target, headers);
    }

    std::vector<Visitor> people_;
};

class Introspect : public OfVisitor {
  public:
    using OfVisitor::OfVisitor;
    std::string next(unsigned connection) override { return asApp("introspect", {{"token", people_.at(connection).access}}); }
    bool right(unsigned connection, const Answer& answer) override {
        if (answer.status != 200 || answer.body.find("\"active\":true") == std::string::npos) return false;
        if (++looks_ % looksEach != 0) return true;
        const Json told = Json::parse(answer.body, nullptr, false);
        return told.is_object() && told.value("patient", "") == people_[connection].patient;
    }

  private:
    std::uint64_t looks_ = 0;
};

/// Each visitor's chain goes on with what its last answer brought.
class Refresh : public OfVisitor {
  public:
    explicit Refresh(const Stage& stage) : OfVisitor(stage), moved_(people_.size()) {}

    std::string next(unsigned connection) override {
        return asApp("token", {{"grant_type", "refresh_token"}, {"refresh_token", people_.at(connection).refresh}});
    }
    bool right(unsigned connection, const Answer& answer) override {
        const Json told = Json::parse(answer.body, nullptr, false);
        if (answer.status != 200 || !told.is_object()) return false;
        Visitor& visitor = people_[connection];
        const std::string access = told.value("access_token", ""), refresh = told.value("refresh_token", "");
        if (access.empty() || refresh.empty() || access == visitor.access || refresh == visitor.refresh) return false;
        visitor.access = access;
        visitor.refresh = refresh;
        moved_[connection] = true;
        return told.value("patient", "") == visitor.patient;
    }
    /// The newest access token of each chain opens the visitor's record.
    std::uint64_t missing() override {
        std::uint64_t count = 0;
        for (std::size_t i = 0; i < people_.size(); ++i) {
            if (!moved_[i]) continue;
            const Answer answer =
                look(stage_.visits.api + "/Patient/" + people_[i].patient, {{"Authorization", "Bearer " + people_[i].access}});
            if (answer.status != 200 || answer.body.find("\"id\":\"" + people_[i].patient + "\"") == std::string::npos) ++count;
        }
        return count;
    }

  private:
    std::vector<bool> moved_;
};

class SignInPage : public OfVisitor {
  public:
    using OfVisitor::OfVisitor;
    std::string next(unsigned) override { return requestText("GET", stage_.server.host, stage_.visits.portal + "/sign-in", {}, {}); }
    bool right(unsigned, const Answer& answer) override {
        return answer.status == 200 && answer.body.find("name=\"csrf_token\"") != std::string::npos &&
               answer.body.find("name=\"password\"") != std::string::npos;
    }
};

/// A page that leads to the app which this visitor, and nobody else, has let in.
class OwnPage : public OfVisitor {
  public:
    OwnPage(const Stage& stage, const char* page) : OfVisitor(stage), page_(stage.visits.portal + page) {
        const std::string link = "\"" + stage.visits.portal + "/apps/";
        for (const auto& visitor : people_) {
            const Answer home = demand(look(stage.visits.portal + "/home", {{"Cookie", visitor.cookies}}), 200, 200, "home page");
            const auto at = home.body.find(link);
            if (at == std::string::npos || home.body.find(visitor.name) == std::string::npos)
                throw std::runtime_error("not the visitor's page");
            links_.push_back(home.body.substr(at, home.body.find('"', at + 1) - at));
        }
    }
    std::string next(unsigned connection) override {
        return requestText("GET", stage_.server.host, page_, {{"Cookie", people_.at(connection).cookies}}, {});
    }
    bool right(unsigned connection, const Answer& answer) override {
        return answer.status == 200 && answer.body.find(links_[connection]) != std::string::npos &&
               answer.body.find(Visits::appName) != std::string::npos;
    }

  private:
    std::string page_;
    std::vector<std::string> links_;
};

/// Each visitor signs in again and again in one browser: the session before ends.
class SignIn : public OfVisitor {
  public:
    explicit SignIn(const Stage& stage) : OfVisitor(stage), moved_(people_.size()) {
        const std::string before = "name=\"csrf_token\" value=\"";
        for (const auto& visitor : people_) {
            const Answer page = demand(look(stage.visits.portal + "/sign-in", {{"Cookie", visitor.cookies}}), 200, 200, "sign-in page");
            const auto at = page.body.find(before);
            if (at == std::string::npos) throw std::runtime_error("no form on the sign-in page");
            const auto start = at + before.size();
            tokens_.push_back(page.body.substr(start, page.body.find('"', start) - start));
        }
    }

    std::string next(unsigned connection) override {
        const Visitor& visitor = people_.at(connection);
        return post(stage_.visits.portal + "/sign-in", {{"Cookie", visitor.cookies}},
                    {{"csrf_token", tokens_[connection]}, {"username", visitor.username}, {"password", Visits::password()}});
    }
    bool right(unsigned connection, const Answer& answer) override {
        if (answer.status != 303 || !answer.field("Location").ends_with("/home")) return false;
        moved_[connection] = true;
        return keep(people_[connection].cookies, answer.field("Set-Cookie"));
    }
    /// The newest session of each visitor shows the visitor's page.
    std::uint64_t missing() override {
        std::uint64_t count = 0;
        for (std::size_t i = 0; i < people_.size(); ++i) {
            if (!moved_[i]) continue;
            const Answer answer = look(stage_.visits.portal + "/home", {{"Cookie", people_[i].cookies}});
            if (answer.status != 200 || answer.body.find(people_[i].name) == std::string::npos) ++count;
        }
        return count;
    }

  private:
    /// Puts a new value in place of the old one; false when there is no new one.
    static bool keep(std::string& cookies, const std::string& line) {
        const std::string pair = line.substr(0, line.find(';'));
        const auto at = cookies.find(pair.substr(0, pair.find('=') + 1));
        if (pair.empty() || at == std::string::npos || cookies.find(pair) != std::string::npos) return false;
        cookies.replace(at, std::min(cookies.find(';', at), cookies.size()) - at, pair);
        return true;
    }

    std::vector<std::string> tokens_;  // of the forms
    std::vector<bool> moved_;
};

}  // namespace

std::unique_ptr<Operation> introspectOperation(const Stage& stage) { return std::make_unique<Introspect>(stage); }
std::unique_ptr<Operation> refreshOperation(const Stage& stage) { return std::make_unique<Refresh>(stage); }
std::unique_ptr<Operation> signInPageOperation(const Stage& stage) { return std::make_unique<SignInPage>(stage); }
std::unique_ptr<Operation> homePageOperation(const Stage& stage) { return std::make_unique<OwnPage>(stage, "/home"); }
std::unique_ptr<Operation> appsPageOperation(const Stage& stage) { return std::make_unique<OwnPage>(stage, "/apps"); }
std::unique_ptr<Operation> signInOperation(const Stage& stage) { return std::make_unique<SignIn>(stage); }

}  // namespace polyclinic::bench
