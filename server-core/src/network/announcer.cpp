#include "network/announcer.h"

#include <systemd/sd-bus.h>

#include <cerrno>

#include "base/log.h"

namespace polyclinic::network {
namespace {

constexpr const char* avahi = "org.freedesktop.Avahi";
constexpr std::uint64_t patience = 2'000'000;  // microseconds a call
// Of avahi-common/defs.h: every interface, every protocol; states of a group.
constexpr std::int32_t everywhere = -1, established = 2, collided = 3, failed = 4;

struct Message {
    sd_bus_message* pointer = nullptr;
    ~Message() { sd_bus_message_unref(pointer); }
};

struct Error {
    sd_bus_error value = SD_BUS_ERROR_NULL;
    ~Error() { sd_bus_error_free(&value); }
};

}  // namespace

void Announcer::Release::operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }

Announcer::Announcer() = default;
Announcer::~Announcer() = default;

void Announcer::withdraw() {
    bus_.reset();
    group_.clear();
    state_ = "off";
}

void Announcer::announce(const std::string& name, std::uint16_t port) {
    if (bus_ && name == name_ && port == port_) {
        // Signals that nobody reads would pile up; a bus that has gone is opened again.
        int result = 0;
        while ((result = sd_bus_process(bus_.get(), nullptr)) > 0) {
        }
        std::int32_t state = failed;
        Error error;
        Message answer;
        if (result >= 0 &&
            sd_bus_call_method(bus_.get(), avahi, group_.c_str(), "org.freedesktop.Avahi.EntryGroup", "GetState", &error.value,
                               &answer.pointer, "") >= 0 &&
            sd_bus_message_read(answer.pointer, "i", &state) >= 0 && state != collided && state != failed)
            return;
    }
    withdraw();
    name_ = name;
    port_ = port;
    state_ = publish(name, port) || publish(name + " 2", port) ? "announced" : "not available";
    if (state_ != "announced") bus_.reset();
}

bool Announcer::publish(const std::string& name, std::uint16_t port) {
    bus_.reset();
    sd_bus* opened = nullptr;
    if (sd_bus_open_system(&opened) < 0) return false;
    bus_.reset(opened);
    sd_bus_set_method_call_timeout(opened, patience);
    const auto call = [&](const char* path, const char* interface, const char* member, Message& answer) {
        Error error;
        return sd_bus_call_method(opened, avahi, path, interface, member, &error.value, &answer.pointer, "") >= 0;
    };
    Message made, added;
    const char* group = nullptr;
    if (!call("/", "org.freedesktop.Avahi.Server", "EntryGroupNew", made) || sd_bus_message_read(made.pointer, "o", &group) < 0)
        return false;
    group_ = group;
    constexpr const char* groups = "org.freedesktop.Avahi.EntryGroup";
    Error error;
    Message wanted;
    const std::string path = "path=/hello";
    if (sd_bus_message_new_method_call(opened, &wanted.pointer, avahi, group, groups, "AddService") < 0 ||
        sd_bus_message_append(wanted.pointer, "iiussssq", everywhere, everywhere, 0u, name.c_str(), "_polyclinic._tcp", "", "",
                              unsigned(port)) < 0 ||
        sd_bus_message_open_container(wanted.pointer, 'a', "ay") < 0 ||
        sd_bus_message_append_array(wanted.pointer, 'y', path.data(), path.size()) < 0 ||
        sd_bus_message_close_container(wanted.pointer) < 0 ||
        sd_bus_call(opened, wanted.pointer, patience, &error.value, &added.pointer) < 0)
        return false;
    Message committed;
    return call(group_.c_str(), groups, "Commit", committed);
}

}  // namespace polyclinic::network
