// How a server is to run. Every member has a default that suits one workstation.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace polyclinic {

struct Settings {
    /// Everything that the program keeps; made with mode 0700. Empty: defaultDataDirectory().
    std::string dataDirectory;
    /// The clinics' listener, ADDRESS:PORT. Empty: 127.0.0.1:8080, or what the first run chose.
    std::string listen;
    /// The operators' listener. Empty: 127.0.0.1:8081, or what the first run chose.
    std::string operatorListen;
    /// Address that the world knows, without a closing slash. Empty: made of the clinics' listener.
    std::string publicUrl;
    /// Addresses or networks of proxies whose X-Forwarded-For is believed.
    std::vector<std::string> trustedProxies;
    /// Runtime login's address of a PostgreSQL that is there already. Empty: a private cluster in the data folder.
    std::string database;
    /// File of passwords for it, in libpq's format. Empty: libpq's usual place.
    std::string passwordFile;
    /// File of the installation key, which seals signing keys; all servers on one database need the same. Empty:
    /// installation.key in the data folder, made at the first start.
    std::string keyFile;
    /// PEM files for the clinics' listener; both or none.
    std::string tlsCertificate, tlsKey;
    /// Folders that $import may read. Empty: the home folder, /media, /mnt, /run/media, /srv and /tmp.
    std::vector<std::string> importFolders;
    /// Who the program becomes once it listens, when it was started as root. Empty: the data folder's owner,
    /// or postgres.
    std::string account;
    /// Adds a clinic with made-up patients.
    bool demo = false;
    /// Others may connect, where these and the stored settings let them. Not for the life of one command: it listens on
    /// this computer at a port of its own, and clinics that it makes get the addresses that a server would give them.
    bool opensToOthers = true;
    /// Give up root after start. The desktop does not.
    bool dropRoot = true;
    std::string logLevel = "info";
    std::string logFile;
    unsigned threads = 0;  // event loops; 0: one a core, at least two

    /// Connections to PostgreSQL for each event loop: short statements, and one a long search or transaction.
    unsigned quickConnections = 2, heavyConnections = 4;
    /// That all clinics with a database of their own have together.
    unsigned tenantConnections = 40;
    unsigned connectionQueue = 1000;    // requests that wait for one; more are refused at once
    unsigned connectionWaitMs = 5'000;  // then 503
    unsigned statementTimeoutMs = 10'000;
    /// Writes are refused while the data folder's disk has less than this free, before PostgreSQL itself must stop.
    unsigned reserveMb = 500;
};

/// $XDG_DATA_HOME/polyclinic, ~/.local/share/polyclinic, or /var/lib/polyclinic for root.
std::string defaultDataDirectory();

}  // namespace polyclinic
