#include "audit/operator_events.h"

namespace polyclinic::audit::operator_events {

Task<void> note(db::SystemSession session, OperatorEvent event) {
    db::Params params;
    params.timestamp(event.at).text(event.request).text(event.who).text(event.action).text(event.subject).text(event.address);
    co_await session.run("INSERT INTO operator_event (at, request, operator, action, subject, address) VALUES ($1, $2, $3, $4, $5, $6)",
                         std::move(params));
}

Task<std::vector<OperatorEvent>> events(db::SystemSession session, std::int64_t before, std::int64_t count, std::string who,
                                        std::string action) {
    db::Params params;
    params.int8(before).int8(count).text(who).text(action);
    const auto rows = co_await session.run(
        "SELECT number, at, request, operator, action, subject, address FROM operator_event"
        " WHERE number < $1 AND ($3 = '' OR operator = $3) AND ($4 = '' OR action = $4) ORDER BY number DESC LIMIT $2",
        std::move(params));
    std::vector<OperatorEvent> events;
    for (std::size_t i = 0; i < rows.rows(); ++i)
        events.push_back({rows.int8(i, 0), rows.timestamp(i, 1), std::string(rows.text(i, 2)), std::string(rows.text(i, 3)),
                          std::string(rows.text(i, 4)), std::string(rows.text(i, 5)), std::string(rows.text(i, 6))});
    co_return events;
}

}  // namespace polyclinic::audit::operator_events
