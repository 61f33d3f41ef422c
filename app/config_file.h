// The configuration file, read strictly: a file that was cut short or holds an unknown key is refused whole.

#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

/// The known name that differs least; empty when none is near.
std::string nearest(const std::string& word, const std::vector<std::string>& known);

/// What a command is about stands on the command line alone; only the server's own options are keys of a file.
void keepOutOfFiles(CLI::App& app, const CLI::App& serving);
/// Every key with its default, as a file that can be used; keys without one are commented out.
std::string defaultsOf(const CLI::App& app);

/// Throws CLI::ConfigError for what is no ordinary file of a configuration's size, before it is opened.
void demandFileOfConfiguration(const std::string& path);

class ConfigFile : public CLI::ConfigTOML {
  public:
    /// `app`: whose long options are the keys; outlives this.
    explicit ConfigFile(const CLI::App& app) : app_(app) {}

    /// Throws CLI::ConfigError whose text names the line or the key, and the near one.
    std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;

  private:
    void demandKnown(const CLI::ConfigItem& item) const;

    const CLI::App& app_;
};
