#include "desktop/under_way.h"

#include <QSet>
#include <QTimer>

namespace polyclinic::ui {
namespace {

constexpr int longestMs = 1000;

struct Asking {
    UnderWay found;
    int open = 1;
    std::function<void(UnderWay)> then;

    void tell() {
        if (then) std::exchange(then, nullptr)(found);
    }
    void answered() {
        if (--open == 0) tell();
    }
};

}  // namespace

void askUnderWay(ApiClient& api, QObject* context, std::function<void(UnderWay)> then) {
    auto asking = std::make_shared<Asking>();
    asking->then = std::move(then);
    QTimer::singleShot(longestMs, context, [asking] { asking->tell(); });
    whenDone(api.tenants(), context, [&api, context, asking](const Result<TenantList>& clinics) {
        if (clinics) {
            for (const Tenant& each : clinics->tenants) {
                ++asking->open;
                whenDone(api.sessions(each.id), context, [asking](const Result<QList<Session>>& sessions) {
                    QSet<QString> persons;
                    if (sessions) {
                        for (const Session& one : *sessions) persons << one.account;
                    }
                    asking->found.patients += int(persons.size());
                    asking->answered();
                });
            }
        }
        asking->answered();
    });
    ++asking->open;
    whenDone(api.jobs(), context, [asking](const Result<QList<Job>>& jobs) {
        if (jobs) {
            for (const Job& each : *jobs) asking->found.jobs += each.running();
        }
        asking->answered();
    });
}

}  // namespace polyclinic::ui
