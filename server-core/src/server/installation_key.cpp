#include "server/installation_key.h"

#include "base/encoding.h"
#include "base/random.h"
#include "base/run_blocking.h"
#include "base/small_file.h"
#include "db/tenant_session.h"

namespace polyclinic {
namespace {

/// Whether a server was started on this database before, with its key.
Task<bool> hasKey(db::Database& directory) {
    db::SystemSession session(directory);
    const auto rows = co_await session.run("SELECT 1 FROM installation WHERE name = 'key-check'", db::Params());
    co_return !rows.empty();
}

/// Throws StartFault for a key that is not the one of this database.
Task<void> checkKey(db::Database& directory, const KeyVault& vault) {
    const auto fingerprint = vault.mac("key-check", "installation");
    db::SystemSession session(directory);
    co_await session.run("INSERT INTO installation (name, value) VALUES ('key-check', $1) ON CONFLICT DO NOTHING",
                         std::move(db::Params().bytea(fingerprint)));
    const auto rows = co_await session.run("SELECT value FROM installation WHERE name = 'key-check'", db::Params());
    if (rows.text(0, 0) != fingerprint)
        throw StartFault{{"The installation key is not the one that this database was used with. Nothing was changed.",
                          "Copy installation.key from the data folder of the first server, or name it with --key-file.", 78}};
}

std::string masterKey(const DataFolder& folder, const Settings& settings, bool isNew) {
    std::optional<std::string> text;
    if (settings.keyFile.empty()) {
        text = folder.read("installation.key");
        if (!text && !isNew)
            throw StartFault{{"The installation key that this database was used with is not in the data folder. Nothing was changed.",
                              "Name its file with --key-file, or the settings that name it with --config.", 78}};
        if (!text) folder.write("installation.key", *(text = base64UrlEncode(randomBytes(32)) + "\n"));
    } else {
        auto file = readSmallFile(settings.keyFile, largestKeyFile);
        if (!file.fault.empty())
            throw StartFault{{"The installation key " + settings.keyFile + " " + file.fault + ".",
                              "Name with --key-file the file that holds its 43 characters.", 78}};
        text = std::move(file.bytes);
    }
    while (text->ends_with('\n')) text->pop_back();
    const auto key = base64UrlDecode(*text);
    if (!key || key->size() != 32)
        throw StartFault{{"The installation key cannot be read.", "Bring its file back from a copy; it holds 43 characters.", 78}};
    return *key;
}

}  // namespace

std::unique_ptr<KeyVault> openVault(Loop& loop, db::Database& directory, const DataFolder& folder, const Settings& settings) {
    const bool isNew = !runBlocking(loop, hasKey(directory));
    auto vault = std::make_unique<KeyVault>(masterKey(folder, settings, isNew));
    runBlocking(loop, checkKey(directory, *vault));
    return vault;
}

Task<std::string> sharedSecret(db::Database& directory, std::string name) {
    db::SystemSession session(directory);
    co_await session.run("INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                         std::move(db::Params().text(name).bytea(randomBytes(32))));
    const auto rows = co_await session.run("SELECT value FROM installation WHERE name = $1", std::move(db::Params().text(name)));
    co_return std::string(rows.text(0, 0));
}

}  // namespace polyclinic
