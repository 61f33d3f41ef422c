#include "config_file.h"

#include <algorithm>
#include <iterator>
#include <sstream>

#include "ordinary_file.h"

namespace {

constexpr std::size_t largestFile = 1 << 20;

/// Whether every quotation mark of a line is closed before its end or its comment.
bool isClosed(const std::string& line) {
    char open = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (open == '"' && c == '\\') {
            ++i;
        } else if (open) {
            if (c == open) open = 0;
        } else if (c == '"' || c == '\'') {
            open = c;
        } else if (c == '#') {
            break;
        }
    }
    return open == 0;
}

void demandWhole(const std::string& text) {
    // An empty file is what a full disk or a power cut leaves; one that wants all defaults need not exist.
    if (text.empty()) throw CLI::ConfigError("it is empty.");
    const auto isControl = [](unsigned char c) { return c == 0x7f || (c < 0x20 && c != '\n' && c != '\r' && c != '\t'); };
    if (std::any_of(text.begin(), text.end(), isControl)) throw CLI::ConfigError("it is no text.");
    std::istringstream lines(text);
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        const auto start = line.find_first_not_of(" \t\r");
        if (start == line.npos || line[start] == '#') continue;
        const auto where = "line " + std::to_string(number);
        if (!isClosed(line)) throw CLI::ConfigError(where + " ends within quotation marks.");
        const bool section = line[start] == '[' && line.find(']') != line.npos;
        if (!section && line.find('=') == line.npos) throw CLI::ConfigError(where + " is no \"key = value\".");
    }
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
    std::string best;
    std::size_t least = 4;
    for (const auto& name : known) {
        std::vector<std::size_t> row(name.size() + 1);
        for (std::size_t j = 0; j <= name.size(); ++j) row[j] = j;
        for (std::size_t i = 1; i <= word.size(); ++i) {
            std::size_t diagonal = row[0];
            row[0] = i;
            for (std::size_t j = 1; j <= name.size(); ++j) {
                const auto above = row[j];
                row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (word[i - 1] != name[j - 1])});
                diagonal = above;
            }
        }
        if (row.back() < least) {
            least = row.back();
            best = name;
        }
    }
    return best;
}

void keepOutOfFiles(CLI::App& app, const CLI::App& serving) {
    for (auto* sub : app.get_subcommands([](CLI::App*) { return true; })) {
        if (sub == &serving) continue;
        for (auto* option : sub->get_options()) option->configurable(false);
        keepOutOfFiles(*sub, serving);
    }
}

std::string defaultsOf(const CLI::App& app) {
    std::istringstream lines(app.config_to_str(true, true));
    std::string out;
    for (std::string line; std::getline(lines, line); out += line + '\n')
        if (line.ends_with("=\"\"") || line.ends_with("=\"[]\"") || line.ends_with("={}")) out += "# ";
    return out;
}

void demandFileOfConfiguration(const std::string& path) {
    if (const auto fault = faultOfFile(path, largestFile); !fault.empty()) throw CLI::ConfigError(path + ' ' + fault + '.');
}

std::vector<CLI::ConfigItem> ConfigFile::from_config(std::istream& input) const {
    std::string text(largestFile + 1, '\0');
    input.read(text.data(), std::streamsize(text.size()));
    text.resize(std::size_t(input.gcount()));
    if (text.size() > largestFile) throw CLI::ConfigError("it has more than " + std::to_string(largestFile) + " bytes.");
    demandWhole(text);
    std::istringstream again(text);
    auto items = CLI::ConfigTOML::from_config(again);
    for (const auto& item : items) demandKnown(item);
    return items;
}

void ConfigFile::demandKnown(const CLI::ConfigItem& item) const {
    if (item.name == "++" || item.name == "--") return;  // CLI11's marks of a section's begin and end
    const auto* app = &app_;
    for (const auto& section : item.parents) {
        const auto found = app->get_subcommands([&section](const CLI::App* one) { return one->get_name() == section; });
        if (found.empty()) throw CLI::ConfigError("there is no section [" + section + "].");
        app = found.front();
    }
    std::vector<std::string> known;
    for (const auto* option : app->get_options())
        if (option->get_configurable())
            for (const auto& name : option->get_lnames()) known.push_back(name);
    if (std::find(known.begin(), known.end(), item.name) != known.end()) return;
    const auto near = nearest(item.name, known);
    throw CLI::ConfigError("there is no key " + item.name + (near.empty() ? "." : ". Did you mean " + near + "?"));
}
