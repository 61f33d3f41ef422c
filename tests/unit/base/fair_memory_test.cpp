#include "base/fair_memory.h"

#include <QTest>
#include <cctype>
#include <future>
#include <map>
#include <thread>

#include "base/failure.h"
#include "test_case.h"

using namespace polyclinic;

class FairMemoryTest : public QObject {
    Q_OBJECT
  private slots:
    void whatDoesNotFitWaitsItsTurn();
    void whoWaitsTooLongIsRefused();
};

namespace {

/// Who holds what, on a loop of its own.
class Holders {
  public:
    explicit Holders(std::chrono::milliseconds patience = std::chrono::minutes(5)) : memory_(10, patience) {}
    ~Holders() {
        loop_.stop();
        thread_.join();
    }
    void ask(std::size_t bytes, WorkOwner owner, char name) {
        loop_.post([this, bytes, owner, name] { spawn(hold(*this, bytes, owner, name)); });
    }
    void giveBack(char name) {
        loop_.post([this, name] { holds_.erase(name); });
    }
    /// The names of those that were given memory, in that order; of those refused, in capitals.
    std::string told() {
        std::promise<std::string> answer;
        // What was resumed by an earlier call has run when the second one of these does.
        loop_.post([&] { loop_.post([&] { answer.set_value(order_); }); });
        return answer.get_future().get();
    }

  private:
    static Task<void> hold(Holders& all, std::size_t bytes, WorkOwner owner, char name) {
        try {
            auto held = co_await all.memory_.take(bytes, owner);
            all.order_ += name;
            all.holds_.emplace(name, std::move(held));
        } catch (const Failure& failure) {
            if (failure.kind() == FailureKind::unavailable) all.order_ += char(std::toupper(name));
        }
    }
    Loop loop_;
    FairMemory memory_;
    std::map<char, FairMemory::Hold> holds_;
    std::string order_;
    std::thread thread_{[this] { loop_.run(); }};
};

}  // namespace

void FairMemoryTest::whatDoesNotFitWaitsItsTurn() {
    Holders holders;
    holders.ask(50, {1, 1}, 'a');  // more than there is: what a tenant has alone
    holders.ask(3, {1, 1}, 'b');
    holders.ask(3, {1, 1}, 'c');
    holders.ask(3, {1, 2}, 'd');
    QCOMPARE(holders.told(), std::string("a"));
    holders.ask(8, {2, 1}, 'e');  // another tenant has nothing yet
    holders.ask(1, {2, 1}, 'f');
    QCOMPARE(holders.told(), std::string("ae"));
    holders.giveBack('a');  // one of the first tenant, which has nothing; for more there is no room but f's
    QCOMPARE(holders.told(), std::string("aeb"));
    holders.giveBack('e');
    QCOMPARE(holders.told(), std::string("aebfdc"));  // tenants in turn, and d's client before c's
}

void FairMemoryTest::whoWaitsTooLongIsRefused() {
    Holders holders(std::chrono::milliseconds(50));
    holders.ask(10, {1, 1}, 'a');
    holders.ask(10, {1, 1}, 'b');
    QTRY_COMPARE_WITH_TIMEOUT(holders.told(), std::string("aB"), 60'000);
    // What would have been its turn is nobody's, and given back.
    holders.giveBack('a');
    holders.ask(10, {1, 1}, 'c');
    QTRY_COMPARE_WITH_TIMEOUT(holders.told(), std::string("aBc"), 60'000);
}

POLYCLINIC_TEST(FairMemoryTest)
#include "fair_memory_test.moc"
