#include "db/database.h"

#include <future>

#include "db/errors.h"
#include "db/query_class_pool.h"

namespace polyclinic::db {
namespace {

constexpr std::size_t pipelineDepth = 32;

std::vector<Statement> withFirst(const char* first, std::vector<Statement> statements) {
    statements.insert(statements.begin(), Statement{first, {}});
    return statements;
}

/// libpq refuses more, and the connection would go with it.
void demandSendable(const std::vector<Statement>& statements) {
    constexpr std::size_t mostParameters = 65'535;
    for (const auto& statement : statements)
        if (statement.params.size() > mostParameters)
            throw Failure(FailureKind::badRequest, "The request comes to more values than one statement can have.").withCode("too-costly");
}

/// Forgets the reaction on a peer's going when the wait is over, whichever way.
struct Watching {
    Disconnect* disconnect;
    ~Watching() {
        if (disconnect) disconnect->onGone(nullptr);
    }
};

}  // namespace

struct LoopPools {
    Loop* loop;
    QueryClassPool quick, heavy, control, write;

    LoopPools(Loop& loop, const ConnectionSettings& settings, const PoolSizes& sizes, LoadCounters& load, LoopBudget* connectionBudget)
        : loop(&loop),
          quick(loop, settings, sizes, sizes.quickPerLoop, pipelineDepth, load, connectionBudget),
          heavy(loop, settings, sizes, sizes.heavyPerLoop, 1, load, connectionBudget),
          control(loop, settings, sizes, sizes.controlPerLoop, 1, load, connectionBudget),
          write(loop, settings, sizes, sizes.writePerLoop, pipelineDepth, load, connectionBudget) {}

    QueryClassPool& queryClass(QueryClass queryClass) {
        switch (queryClass) {
            case QueryClass::quick:
                return quick;
            case QueryClass::heavy:
                return heavy;
            case QueryClass::control:
                return control;
            case QueryClass::write:
                return write;
        }
        return heavy;
    }
    void close() {
        quick.close();
        heavy.close();
        control.close();
        write.close();
    }
};

struct Database::Impl {
    ConnectionSettings settings;
    PoolSizes sizes;
    LoadCounters load;
    std::vector<std::unique_ptr<LoopPools>> loops;

    LoopPools& here() {
        for (const auto& pools : loops)
            if (pools->loop == &Loop::current()) return *pools;
        throw std::logic_error("a database is used on a loop that it does not know");
    }
};

Database::Database(std::string conninfo, std::span<Loop* const> loops, PoolSizes sizes, ConnectionBudget* connectionBudget)
    : conninfo_(std::move(conninfo)), impl_(std::make_unique<Impl>()) {
    impl_->settings.conninfo = conninfo_;
    impl_->settings.statementTimeout = sizes.statementTimeout;
    impl_->settings.preparedLimit = sizes.preparedLimit;
    impl_->settings.preparedBytes = sizes.preparedBytes;
    impl_->sizes = sizes;
    for (Loop* loop : loops)
        impl_->loops.push_back(std::make_unique<LoopPools>(*loop, impl_->settings, impl_->sizes, impl_->load,
                                                           connectionBudget ? &connectionBudget->of(*loop) : nullptr));
}

Database::~Database() = default;

Task<std::vector<Result>> Database::run(std::vector<Statement> statements, QueryClass queryClass, Disconnect* disconnect,
                                        Requester requester) {
    demandSendable(statements);
    if (disconnect && disconnect->gone()) throw connectionLost("the peer went away");
    auto& pool = impl_->here().queryClass(queryClass);
    const auto segment = std::make_shared<Segment>();
    segment->statements = std::move(statements);
    segment->requester = requester;
    Watching watching{disconnect};
    if (disconnect) disconnect->onGone([&pool, segment] { pool.abandon(segment); });
    pool.submit(segment);
    co_return co_await segment->done;
}

Database::Load Database::load() const { return {impl_->load.open, impl_->load.busy, impl_->load.waiting}; }

void Database::close() {
    for (const auto& pools : impl_->loops) {
        auto closed = std::make_shared<std::promise<void>>();
        auto future = closed->get_future();
        pools->loop->post([pools = pools.get(), closed] {
            pools->close();
            closed->set_value();
        });
        future.wait();
    }
}

struct Transaction::Impl {
    std::shared_ptr<Connection> connection;
    bool ended = false;

    ~Impl() {
        if (connection) connection->release(!ended);
    }

    Task<std::vector<Result>> send(std::vector<Statement> statements) {
        demandSendable(statements);
        const auto segment = std::make_shared<Segment>();
        segment->statements = std::move(statements);
        connection->send(segment);
        co_return co_await segment->done;
    }
};

Transaction::Transaction(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Transaction::Transaction(Transaction&&) noexcept = default;
Transaction& Transaction::operator=(Transaction&&) noexcept = default;
Transaction::~Transaction() = default;

Task<Transaction> Database::begin(std::vector<Statement> statements, QueryClass queryClass, Requester requester) {
    auto& pool =
        impl_->here().queryClass(queryClass == QueryClass::quick || queryClass == QueryClass::write ? QueryClass::heavy : queryClass);
    const auto segment = std::make_shared<Segment>();
    segment->requester = requester;
    segment->statements = withFirst("BEGIN", std::move(statements));
    auto transaction = std::make_unique<Transaction::Impl>();
    segment->keeper = &transaction->connection;
    pool.submit(segment);
    co_await segment->done;
    co_return Transaction(std::move(transaction));
}

Task<std::vector<Result>> Transaction::run(std::vector<Statement> statements) { return impl_->send(std::move(statements)); }

Task<std::vector<Result>> Transaction::runAndCommit(std::vector<Statement> statements) {
    statements.push_back({"COMMIT", {}});
    auto results = co_await impl_->send(std::move(statements));
    impl_->ended = true;
    results.pop_back();
    co_return results;
}

Task<void> Transaction::commit() { co_await runAndCommit({}); }

}  // namespace polyclinic::db
