// The command line speaks to a running server through its operators' listener, with the token that only the same
// person can read; where none runs, it starts the core itself for as long as the command takes.

#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/server.h"

struct LocalAnswer {
    long status = 0;
    nlohmann::json body;  // null when there is none
    /// The sentences of an OperationOutcome, one a line.
    std::string sentences() const;
    bool succeeded() const { return status >= 200 && status < 300; }
};

/// What commands answer to the shell.
constexpr int succeeded = 0, failed = 1;

/// Tells what was refused; `failed`.
int refuse(const LocalAnswer& answer, bool json);

/// A name or an id as a part of a path or query, percent-encoded.
std::string encoded(const std::string& text);

class LocalClient {
  public:
    /// Attaches or starts. Throws Fault.
    explicit LocalClient(const polyclinic::Settings& settings);
    ~LocalClient();

    LocalAnswer call(const std::string& method, const std::string& path, const nlohmann::json& body = nullptr);
    const std::string& base() const { return base_; }

  private:
    std::unique_ptr<polyclinic::Server> own_;
    std::string operators_, base_, token_;
};
