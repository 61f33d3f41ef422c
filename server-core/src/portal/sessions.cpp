#include <algorithm>
#include <charconv>

#include "base/failure.h"
#include "portal/endpoints.h"

namespace polyclinic::portal {
namespace {

Task<http::Response> sessionsPage(const Call& call, Person person) {
    const auto& theme = person.theme;
    const auto& translations = person.translations();
    const auto now = call.clock.now();
    auto all = co_await call.accountService.sessionsOf(call.session, person.session.accountId);
    std::stable_partition(all.begin(), all.end(), [&](const auto& one) { return one.id == person.session.id; });
    auto entries = pages::list();
    for (const auto& one : all) {
        auto entry = pages::object();
        pages::put(entry, "device", one.device);
        entry.set("this", one.id == person.session.id);
        pages::put(entry, "started",
                   translations.text("session_started", {{"when", translations.recently(one.started, now, theme.timezone)}}));
        pages::put(entry, "seen", translations.text("session_seen", {{"when", translations.recently(one.lastSeen, now, theme.timezone)}}));
        pages::put(entry, "action", call.at("sessions/" + one.id + "/end"));
        pages::put(entry, "label", translations.text("sign_out_named", {{"device", one.device}}));
        entries.push_back(entry);
    }
    auto values = pages::object();
    pages::put(values, "title", translations.text("sessions_title"));
    values.set("entries", entries);
    values.set("others", all.size() > 1);
    const auto done = call.query("done");
    if (done == "ended") pages::put(values, "done", translations.text("session_ended"));
    if (done == "others") {
        const auto text = call.query("n");
        std::int64_t count = 0;
        std::from_chars(text.data(), text.data() + std::min<std::size_t>(text.size(), 6), count);
        pages::put(values, "done", translations.text("others_ended", {{"count", std::max<std::int64_t>(count, 0)}}));
    }
    co_return pages::render(theme, "portal_sessions", std::move(values));
}

Task<http::Response> end(const Call& call, Person person, const Form&) {
    if (call.id == person.session.id) {
        auto forget = co_await call.accountService.signOut(call.session, call.clientInfo());
        auto response = call.goTo("sign-in?notice=out");
        response.headers.add("Set-Cookie", std::move(forget));
        co_return response;
    }
    const bool ended = co_await call.accountService.endSession(call.session, person.session, call.id, call.clientInfo());
    if (!ended) throw Failure(FailureKind::notFound, "There is no such device.");
    co_return call.goTo("sessions?done=ended");
}

Task<http::Response> endAllOthers(const Call& call, Person person, const Form&) {
    const auto count = co_await call.accountService.endOtherSessions(call.session, person.session, call.clientInfo());
    co_return call.goTo("sessions?done=others&n=" + std::to_string(count));
}

}  // namespace

Task<http::Response> sessions(const Call& call) { return forPerson(call, "sessions", "sessions", sessionsPage); }
Task<http::Response> endSession(const Call& call) { return forPerson(call, end); }
Task<http::Response> endOthers(const Call& call) { return forPerson(call, endAllOthers); }

}  // namespace polyclinic::portal
