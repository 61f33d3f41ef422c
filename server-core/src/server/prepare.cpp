// Roles and databases on a PostgreSQL that an administrator runs, made through his address.

#include "base/failure.h"
#include "base/random.h"
#include "core/server.h"
#include "db/conninfo.h"
#include "db/migrate.h"
#include "db/tenant_login.h"
#include "server/data_folder.h"
#include "server/password_file.h"
#include "tenancy/tenant.h"

namespace polyclinic {
namespace {

constexpr const char* sharedDatabase = "polyclinic";
constexpr std::string_view secretWarning = "-- Passwords stand in this text: keep it as you keep a key.\n";

/// What `work` answers, or why it could not, in words for who called the command.
template <class Work>
Result<std::string> preparing(Work work) {
    try {
        return work();
    } catch (const StartFault& caught) {
        return caught.fault;
    } catch (const Failure& failure) {
        if (failure.kind() == FailureKind::notFound)
            return Fault{failure.publicMessage(), "First run: polyclinicd database prepare --admin-uri URI --write-passwords FILE", 78};
        return Fault{failure.publicMessage(), "The address must be a superuser's: postgresql://postgres@host/postgres", 78};
    }
}

/// The administrator's address, which may name files.
std::string checked(const std::string& adminUri) {
    if (const auto fault = db::unfitFile(adminUri); !fault.empty())
        throw StartFault{Fault{"The address names a file that cannot be used: " + fault + ".", "Correct --admin-uri.", 78}};
    return db::withVerifiedTls(adminUri);
}

}  // namespace

Result<std::string> prepareDatabase(const std::string& adminUri, const std::string& passwordFile, bool printOnly) {
    const db::Roles roles;
    PasswordFile::Passwords passwords;
    const auto passwordOf = [&](const std::string& role) {
        passwords.emplace_back(role, randomToken(24));
        return passwords.back().second;
    };
    const auto sql = db::rolesSql(roles, passwordOf);
    if (printOnly) return std::string(secretWarning) + sql;
    return preparing([&] {
        const auto admin = checked(adminUri);
        PasswordFile file(passwordFile, passwords);
        db::prepare(admin, sql, sharedDatabase, roles);
        file.putInPlace();
        return "The roles and the database polyclinic are ready; the passwords are in " + passwordFile + ".\n";
    });
}

Result<std::string> prepareTenantDatabase(const std::string& adminUri, const std::string& tenant, const std::string& passwordFile,
                                          bool printOnly) {
    if (!tenancy::isTenantId(tenant))
        return Fault{"A clinic's id has 2 to 63 small letters, digits and hyphens, and does not begin with a hyphen.", "Correct --tenant.",
                     64};
    const db::Roles roles;
    const auto password = randomToken(24);
    if (printOnly) {
        const auto name = db::tenantDatabaseName(sharedDatabase, tenant);
        return std::string(secretWarning) + "-- The file of passwords of every server needs this line:\n-- *:*:*:" + name + ':' + password +
               '\n' + db::tenantLoginSql(name, password) + db::tenantDatabaseSql(name, roles);
    }
    return preparing([&] {
        const auto admin = checked(adminUri);
        const auto name = db::preparedTenantName(admin, sharedDatabase, tenant);
        PasswordFile file(passwordFile, {{name, password}});
        db::prepareTenant(admin, name, password, roles);
        file.putInPlace();
        return "The clinic " + tenant + " has the database " + name + " and a login of that name; its password is in " + passwordFile +
               ".\n";
    });
}

}  // namespace polyclinic
