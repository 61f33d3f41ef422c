// polyclinicd operator: the people and the programs that run the server.

#include <termios.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <optional>

#include "command_line.h"
#include "local_client.h"
#include "ordinary_file.h"

namespace polyclinic {
namespace {

constexpr std::size_t largestPasswordFile = 64 << 10;

/// From a file's first line, or from the terminal without echo, or from standard input's first line.
std::string readPassword(const std::string& file) {
    std::string password;
    if (!file.empty()) {
        constexpr std::size_t most = 1024;  // of a password
        if (const auto fault = faultOfFile(file, largestPasswordFile); !fault.empty())
            throw Fault{"The password file " + file + ' ' + fault + '.', "Name a file whose first line is the password.", 78};
        std::ifstream in(file);
        for (char c; password.size() <= most && in.get(c) && c != '\n';) password += c;
        if (in.bad() || password.empty() || password.size() > most)
            throw Fault{"The password file " + file + " cannot be read.", "Name a file whose first line is the password.", 78};
        return password;
    }
    const bool terminal = ::isatty(STDIN_FILENO);
    termios before{};
    if (terminal) {
        std::cerr << "Password (at least 12 characters): " << std::flush;
        ::tcgetattr(STDIN_FILENO, &before);
        auto quiet = before;
        quiet.c_lflag &= ~tcflag_t(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
    }
    std::getline(std::cin, password);
    if (terminal) {
        ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
        std::cerr << '\n';
    }
    return password;
}

nlohmann::json resources(const nlohmann::json& bundle) {
    auto all = nlohmann::json::array();
    for (const auto& entry : bundle["entry"]) all.push_back(entry["resource"]);
    return all;
}

/// The operator of that name; nothing, and why is told.
std::optional<nlohmann::json> find(LocalClient& client, const std::string& name, bool json) {
    const auto answer = client.call("GET", "/admin/api/Operator?username=" + encoded(name));
    if (!answer.succeeded()) return refuse(answer, json), std::nullopt;
    const auto found = resources(answer.body);
    if (!name.empty() && !found.empty()) return found.front();
    std::cerr << "There is no operator called " << name << ". See: polyclinicd operator list\n";
    return std::nullopt;
}

std::string pathOf(const nlohmann::json& person) { return "/admin/api/Operator/" + person.value("id", ""); }

int tellDone(const LocalAnswer& answer, bool json, const std::string& sentence) {
    if (!answer.succeeded()) return refuse(answer, json);
    if (!json) std::cout << sentence << '\n';
    return succeeded;
}

std::string day(const nlohmann::json& resource, const char* member) { return resource.value(member, std::string("never")).substr(0, 10); }

}  // namespace

int addOperator(const Settings& settings, const std::string& name, const std::string& passwordFile, bool json) {
    const auto password = readPassword(passwordFile);
    LocalClient client(settings);
    const auto answer = client.call("POST", "/admin/api/Operator", {{"username", name}, {"password", password}});
    if (!answer.succeeded()) return refuse(answer, json);
    std::cout << (json ? answer.body.dump() : "Operator " + name + " can sign in.") << '\n';
    return succeeded;
}

int listOperators(const Settings& settings, bool json) {
    LocalClient client(settings);
    const auto persons = client.call("GET", "/admin/api/Operator"), programs = client.call("GET", "/admin/api/OperatorClient");
    for (const auto& answer : {persons, programs})
        if (!answer.succeeded()) return refuse(answer, json);
    if (json) {
        std::cout << nlohmann::json{{"operators", resources(persons.body)}, {"programs", resources(programs.body)}}.dump() << '\n';
        return succeeded;
    }
    for (const auto& each : resources(persons.body))
        std::cout << each.value("username", "") << (each.value("disabled", false) ? "  off" : "") << "  last sign-in "
                  << day(each, "lastSignIn") << '\n';
    for (const auto& each : resources(programs.body))
        std::cout << "program " << each.value("name", "") << "  " << each.value("id", "") << "  last token " << day(each, "lastToken")
                  << '\n';
    return succeeded;
}

int setOperatorPassword(const Settings& settings, const std::string& name, const std::string& passwordFile, bool json) {
    LocalClient client(settings);
    const auto person = find(client, name, json);
    if (!person) return failed;
    const auto password = readPassword(passwordFile);
    const bool off = person->value("disabled", false);
    return tellDone(client.call("POST", pathOf(*person) + "/$change-password", {{"password", password}}), json,
                    "Operator " + name +
                        (off ? " has a new password, but is turned off and cannot sign in."
                             : " signs in with the new password; every sign-in before has ended."));
}

int removeOperator(const Settings& settings, const std::string& name, bool json) {
    LocalClient client(settings);
    const auto person = find(client, name, json);
    if (!person) return failed;
    return tellDone(client.call("DELETE", pathOf(*person)), json, "Operator " + name + " is removed.");
}

int addOperatorClient(const Settings& settings, const std::string& name) {
    LocalClient client(settings);
    const auto answer = client.call("POST", "/admin/api/OperatorClient", {{"name", name}});
    if (!answer.succeeded()) return refuse(answer, false);
    std::cout << answer.body.dump() << '\n';
    return succeeded;
}

int removeOperatorClient(const Settings& settings, const std::string& id, bool json) {
    LocalClient client(settings);
    return tellDone(client.call("DELETE", "/admin/api/OperatorClient/" + encoded(id)), json, "The program is removed.");
}

}  // namespace polyclinic
