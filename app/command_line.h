// The subcommands of polyclinicd but serve. Each answers its exit code.

#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/settings.h"

namespace polyclinic {

int addOperator(const Settings& settings, const std::string& name, const std::string& passwordFile, bool json);
/// People and programs.
int listOperators(const Settings& settings, bool json);
/// Of an operator who forgot it; ends their sign-ins.
int setOperatorPassword(const Settings& settings, const std::string& name, const std::string& passwordFile, bool json);
int removeOperator(const Settings& settings, const std::string& name, bool json);
int addOperatorClient(const Settings& settings, const std::string& name);
int removeOperatorClient(const Settings& settings, const std::string& id, bool json);
int createTenant(const Settings& settings, const std::string& id, const std::string& name, bool dedicated, bool json);
int listTenants(const Settings& settings, bool json);
int showTenant(const Settings& settings, const std::string& id, bool json);
int importPaths(const Settings& settings, const std::string& tenant, bool lenient, const std::vector<std::string>& paths, bool json);
/// `birthDate` is for a record that has none.
int inviteAccount(const Settings& settings, const std::string& tenant, const std::string& patient, const std::string& username,
                  const std::string& birthDate, bool json);
struct NewApp {
    std::string name, kind = "patient-app", scopes;
    std::vector<std::string> redirectUris;
    bool confidential = false, introspect = false;
};
int addApp(const Settings& settings, const std::string& tenant, const NewApp& app, bool json);
int showNetwork(const Settings& settings, bool probe, bool json);
/// `wanted`: the members of Network that are to change.
int setNetwork(const Settings& settings, const nlohmann::json& wanted, bool json);
int doctor(const Settings& settings, bool json);
/// Of one clinic, or of all and of the server where `tenant` is empty.
int verifyAudit(const Settings& settings, const std::string& tenant, bool json);

}  // namespace polyclinic
