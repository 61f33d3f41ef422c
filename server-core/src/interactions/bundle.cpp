// POST [base]: batch and transaction - http://hl7.org/fhir/R4/http.html#transaction

#include "fhir/bundle.h"

#include <chrono>

#include "base/failure.h"
#include "base/json.h"
#include "base/version_tag.h"
#include "fhir/definitions/definitions.h"
#include "fhir/outcome.h"
#include "fhir/resource.h"
#include "fhir/search/query.h"
#include "interactions/interactions.h"
#include "records/large_content.h"
#include "records/transaction_bundle.h"
#include "rest/answer_body.h"
#include "rest/answers.h"
#include "rest/incoming.h"

namespace polyclinic::interactions {
namespace {

constexpr std::size_t mostEntries = 5000;
constexpr int tries = 3;
constexpr std::size_t toldAtOnce = 200;  // entries; then others of this loop have their turn
/// Bytes of what GET entries tell; a few lines can ask for any number of large records.
constexpr std::uint64_t mostTold = 64 << 20;

Task<std::shared_ptr<fhir::Bundle>> parse(const rest::Exchange& exchange, const fhir::Owner& owner) {
    const auto work = [&exchange, &owner] {
        return std::make_shared<fhir::Bundle>(fhir::parseBundle(exchange.request.body, owner, mostEntries));
    };
    if (exchange.request.body.size() <= rest::largeBody) co_return work();
    co_return co_await exchange.workers.run(work);
}

/// What all searches of a Bundle may come to, in operands.
constexpr std::size_t mostSearched = 10 * fhir::mostOperands;

/// What the GET entries of a Bundle came to so far.
struct Reading {
    std::uint64_t bytes = 0;
    std::size_t searched = 0;                         // operands
    std::chrono::steady_clock::duration searching{};  // in searches and histories, which may look at much
};

records::BundleRules rulesOf(const rest::Exchange& exchange, std::size_t entries) {
    records::BundleRules rules;
    rules.cursorKey = exchange.cursorKey;
    rules.mostConditions = fhir::mostOperands;
    rules.bytes = exchange.request.body.size() / std::max<std::size_t>(1, entries);
    rules.workers = &exchange.workers;
    return rules;
}

void appendWritten(const rest::Exchange& exchange, const records::EntryOutcome& outcome, rest::AnswerBody& whole) {
    const auto& resource = outcome.resource;
    std::string& body = whole.text();
    const auto url = exchange.base + '/' + std::string(*fhir::typeName(resource.type)) + '/' + resource.id;
    const bool minimal = exchange.request.header("Prefer").find("return=minimal") != std::string_view::npos;
    body += '{';
    if (!resource.json.empty() || resource.large) {
        body += "\"fullUrl\":";
        json::writeString(url, body);
        if (!minimal) {
            body += ",\"resource\":";
            whole.add(resource);
        }
        body += ',';
    }
    body += "\"response\":{\"status\":\"" + std::to_string(outcome.status) + '"';
    if (outcome.status != 204) {
        body += ",\"location\":";
        json::writeString(resource.version ? url + "/_history/" + std::to_string(resource.version) : url, body);
    }
    if (resource.version) {
        body += ",\"etag\":";
        json::writeString(versionTag(resource.version), body);
        body += ",\"lastModified\":\"" + toInstant(resource.updated) + '"';
    }
    body += "}}";
}

void appendResponse(http::Response&& response, rest::AnswerBody& whole) {
    std::string& body = whole.text();
    body += '{';
    if ((response.source || !response.body.empty()) && response.status < 300) {
        body += "\"resource\":";
        whole.add(std::move(response));
        body += ',';
    }
    body += "\"response\":{\"status\":\"" + std::to_string(response.status) + '"';
    for (const auto& [name, value] : response.headers)
        if (name == "ETag" || name == "Location") {
            body += name == "ETag" ? ",\"etag\":" : ",\"location\":";
            json::writeString(value, body);
        }
    body += "}}";
}

void appendFailure(const Failure& failure, rest::AnswerBody& body) {
    body += "{\"response\":{\"status\":\"" + std::to_string(fhir::statusOf(failure.kind())) +
            "\",\"outcome\":" + fhir::operationOutcome(failure) + "}}";
}

/// The request that a GET entry stands for.
http::Request requestOf(const rest::Exchange& exchange, const fhir::BundleEntry& entry) {
    http::Request inner;
    inner.method = http::Method::get;
    inner.id = exchange.request.id;
    inner.query = entry.query;
    inner.path = entry.type + (entry.id.empty() ? "" : '/' + entry.id);
    inner.disconnect = exchange.request.disconnect;
    return inner;
}

rest::Exchange exchangeOf(const rest::Exchange& exchange, const http::Request& inner, const fhir::BundleEntry& entry) {
    return {inner, exchange.base, entry.type, entry.id, "", exchange.workers, exchange.cursorKey, exchange.searchTime};
}

Failure notOffered() {
    return Failure(FailureKind::badRequest, "An entry asks for something that this server does not offer.").withCode("not-supported");
}

Failure tooMuch() {
    return Failure(FailureKind::payloadTooLarge, "The answer to the whole Bundle is too large. Ask for this entry by itself.")
        .withCode("too-costly");
}

Failure tookTooLong() {
    return Failure(FailureKind::timedOut, "The searches of the whole Bundle take too long. Ask for this entry by itself.")
        .withCode("too-costly");
}

/// Throws where the searches up to this entry come to too much.
void countSearch(const rest::Exchange& exchange, const records::ScopedReader& reader, const fhir::BundleEntry& entry, Reading& reading) {
    const auto inner = requestOf(exchange, entry);
    reading.searched += 1 + searchOf(exchangeOf(exchange, inner, entry), reader.tenant()).cost();
    if (reading.searched > mostSearched)
        throw Failure::withIssues(FailureKind::badRequest,
                                  {{Issue::Severity::error, "too-costly", "The searches of the Bundle come to too much; send it in parts.",
                                    "Bundle.entry[" + std::to_string(entry.index) + "].request.url"}});
}

/// A GET entry that could never be answered stops a transaction before anything is written.
void demandAnswerable(const rest::Exchange& exchange, const records::ScopedReader& reader, const fhir::BundleEntry& entry,
                      Reading& reading) {
    if (!entry.rest.empty() && entry.rest != "_history" && !entry.rest.starts_with("_history/")) throw notOffered();
    if (entry.id.empty()) countSearch(exchange, reader, entry, reading);
}

Task<http::Response> get(const rest::Exchange& exchange, records::ScopedReader& reader, const fhir::BundleEntry& entry) {
    const auto inner = requestOf(exchange, entry);
    auto one = exchangeOf(exchange, inner, entry);
    if (entry.id.empty()) co_return co_await search(one, reader);
    if (entry.rest.empty()) co_return co_await read(one, reader);
    if (entry.rest == "_history") co_return co_await history(one, reader);
    if (entry.rest.starts_with("_history/")) {
        one.version = entry.rest.substr(9);
        co_return co_await vread(one, reader);
    }
    throw notOffered();
}

/// A transaction's reads come after its commit: one that finds nothing, or that is one too many, tells so in its own entry and
/// takes nothing back.
Task<rest::AnswerBody> getOrTell(const rest::Exchange& exchange, records::ScopedReader& reader, const fhir::BundleEntry& entry,
                                 Reading& reading) {
    using Clock = std::chrono::steady_clock;
    rest::AnswerBody body;
    const bool looks = entry.id.empty() || entry.rest == "_history";
    const auto begun = Clock::now();
    try {
        if (reading.bytes >= mostTold) throw tooMuch();
        if (looks && reading.searching >= exchange.searchTime) throw tookTooLong();
        auto response = co_await get(exchange, reader, entry);
        const auto size = response.source ? response.source->length().value_or(0) : response.body.size();
        if (reading.bytes + size > mostTold) throw tooMuch();
        appendResponse(std::move(response), body);
    } catch (const Failure& failure) {
        body.clear();
        appendFailure(failure, body);
    }
    if (looks) reading.searching += Clock::now() - begun;
    reading.bytes += body.size();
    co_return body;
}

/// Refused before anything is looked at.
void demandEntry(const access::AccessScope& scope, const fhir::BundleEntry& entry) {
    if (entry.method == "POST") access::demand(scope, {access::Verb::create, entry.type, {}, "transaction"});
    if (entry.method == "PUT") access::demand(scope, {access::Verb::update, entry.type, entry.id, "transaction"});
    if (entry.method == "DELETE") access::demand(scope, {access::Verb::remove, entry.type, entry.id, "transaction"});
    if (entry.method != "GET") return;
    const auto verb = entry.id.empty() ? access::Verb::search : access::Verb::read;
    const auto interaction = entry.rest == "_history" ? "history-instance" : entry.rest.starts_with("_history/") ? "vread" : "";
    access::demand(scope, {verb, entry.type, entry.id, interaction});
}

Task<rest::AnswerBody> transaction(const rest::Exchange& exchange, records::ScopedReader& reader, records::ScopedWriter& writer,
                                   std::shared_ptr<fhir::Bundle> bundle) {
    Reading reading;
    for (const auto& entry : bundle->entries) {
        demandEntry(reader.scope(), entry);
        if (entry.method == "GET") demandAnswerable(exchange, reader, entry, reading);
    }
    std::vector<records::EntryOutcome> outcomes;
    for (int attempt = 1;; ++attempt) {
        bool again = false;
        try {
            fhir::assignIds(*bundle, false);
            const auto rules = rulesOf(exchange, 1);
            outcomes = co_await records::carryOut(writer, *bundle, rules);
        } catch (const Failure& failure) {
            if (failure.kind() != FailureKind::conflict || attempt == tries) throw;
            again = true;
        }
        if (!again) break;
        co_await sleepFor(std::chrono::milliseconds(attempt * 10));
        // Links were rewritten to ids that this attempt had drawn: begin again from what was sent.
        bundle = co_await parse(exchange, rest::ownerOf(exchange, writer.tenant()));
    }
    rest::AnswerBody body;
    for (const auto& entry : bundle->entries) {
        if (!body.empty()) body += ',';
        if (entry.index % toldAtOnce == toldAtOnce - 1) co_await sleepFor(std::chrono::milliseconds(0));
        if (entry.method == "GET") {
            auto part = co_await getOrTell(exchange, reader, entry, reading);
            body.add(std::move(part));
        } else {
            records::setAside(outcomes[entry.index].resource, writer.tenant());
            appendWritten(exchange, outcomes[entry.index], body);
            outcomes[entry.index] = {};
        }
    }
    co_return body;
}

/// One entry of a batch, by itself.
Task<rest::AnswerBody> single(const rest::Exchange& exchange, records::ScopedReader& reader, records::ScopedWriter& writer,
                              fhir::BundleEntry& entry, std::size_t entries, Reading& reading) {
    rest::AnswerBody body;
    std::optional<access::AccessDenied> refusal;
    // The entry is moved away to be carried out.
    const auto method = entry.method;
    const auto type = fhir::Definitions::r4().isResourceType(entry.type) ? entry.type : std::string();
    const auto id = method != "POST" && fhir::isId(entry.id) ? entry.id : std::string();
    const auto failed = [&](const Failure& failure) {
        if (method == "GET") return;
        const auto verb = method == "PUT" ? access::Verb::update : method == "DELETE" ? access::Verb::remove : access::Verb::create;
        refusal = access::failedWrite({verb, type, id, "transaction"}, failure);
    };
    if (entry.refusal) {
        appendFailure(*entry.refusal, body);
        failed(*entry.refusal);
        if (refusal) co_await reader.noteDenied(*refusal);
        co_return body;
    }
    try {
        demandEntry(reader.scope(), entry);
        if (entry.method == "GET") {
            if (entry.id.empty()) countSearch(exchange, reader, entry, reading);
            body = co_await getOrTell(exchange, reader, entry, reading);
        } else {
            fhir::Bundle one;
            one.entries.push_back(std::move(entry));
            one.entries.front().index = 0;
            fhir::assignIds(one, false);
            const auto rules = rulesOf(exchange, entries);
            auto outcomes = co_await records::carryOut(writer, one, rules);
            records::setAside(outcomes.front().resource, writer.tenant());
            appendWritten(exchange, outcomes.front(), body);
        }
    } catch (const access::AccessDenied& failure) {
        body.clear();
        appendFailure(failure, body);
        refusal = failure;
    } catch (const Failure& failure) {
        body.clear();
        appendFailure(failure, body);
        failed(failure);
    }
    if (refusal) co_await reader.noteDenied(*refusal);
    co_return body;
}

}  // namespace

Task<http::Response> bundle(const rest::Exchange& exchange, records::ScopedReader& reader, records::ScopedWriter& writer) {
    rest::demandJsonAccepted(exchange.request);
    rest::demandJsonBody(exchange.request);
    const auto owner = rest::ownerOf(exchange, writer.tenant());
    auto parsed = co_await parse(exchange, owner);
    rest::AnswerBody body;
    body += R"({"resourceType":"Bundle","type":")";
    body += parsed->isTransaction ? "transaction-response\",\"entry\":[" : "batch-response\",\"entry\":[";
    if (parsed->isTransaction) {
        auto entries = co_await transaction(exchange, reader, writer, parsed);
        body.add(std::move(entries));
    } else {
        Reading reading;
        for (auto& entry : parsed->entries) {
            if (&entry != &parsed->entries.front()) body += ',';
            auto part = co_await single(exchange, reader, writer, entry, parsed->entries.size(), reading);
            body.add(std::move(part));
            entry = {};  // its document is needed no more
        }
    }
    body += "]}";
    auto response = http::Response::make(200, std::string(rest::fhirJson), {});
    body.moveInto(response);
    co_return response;
}

}  // namespace polyclinic::interactions
