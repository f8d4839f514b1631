#include "adapters/sqlite/sqlite_store.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/sqlite/ledger.h"
#include "base/assert.h"

namespace holdfast::sqlite {
namespace {

using engine::StoreAnswer;
using engine::StoreOp;
using engine::StoreOutcome;

/// One thread that does one thing after the other.
class Worker {
 public:
  Worker() : thread_([this] { run(); }) {}
  ~Worker() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void add(std::function<void()> work) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(work));
    }
    changed_.notify_one();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      const std::function<void()> work = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      work();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::thread thread_;  ///< last: it uses all the others
};

constexpr std::size_t kPendingMax = 256;

class SqliteStore : public engine::Store {
 public:
  SqliteStore(net::Loop& loop, std::size_t clusters, SqliteConfig config, Ledger ledger)
      : loop_(loop),
        clusters_(clusters),
        config_(std::move(config)),
        ledger_(std::move(ledger)),
        state_(std::make_shared<State>()) {
    state_->problem = config_.problem;
  }

  void submit(int cluster,
              const StoreOp& op,
              std::function<void(const StoreAnswer&)> done) override {
    const bool writes = op.verb == engine::StoreVerb::kCas;
    begin(cluster, writes, std::move(done), [this, op](std::size_t i) {
      return ledger_.apply(i, op, loop_.now());
    });
  }

  void create(int cluster,
              core::RecordPtr first,
              std::function<void(const StoreAnswer&)> done) override {
    begin(cluster, true, std::move(done), [this, first](std::size_t i) {
      return ledger_.create(i, first, loop_.now());
    });
  }

  void watch(std::function<void(int, const core::RecordPtr&)> seen) override {
    state_->seen = std::move(seen);
    // Whoever changes the file is in this process: only what was there before has to be looked up.
    for (std::size_t i = 0; i < clusters_; ++i) {
      submit(static_cast<int>(i), {}, [weak = std::weak_ptr(state_), i](const StoreAnswer& it) {
        const auto state = weak.lock();
        if (state != nullptr && it.record != nullptr) state->seen(static_cast<int>(i), it.record);
      });
    }
  }

 private:
  struct Pending {
    std::function<void(const StoreAnswer&)> done;
    std::unique_ptr<net::Timer> timer;
  };
  /// What answers need on the loop's thread; gone with the store.
  struct State {
    std::map<std::uint64_t, Pending> pending;
    std::uint64_t last = 0;
    std::function<void(int, const core::RecordPtr&)> seen;
    std::function<void(const std::string&)> problem;
    std::string reported;

    void finish(std::uint64_t id, const StoreAnswer& answer) {
      const auto found = pending.find(id);
      if (found == pending.end()) return;  // it was given up on
      const auto done = std::move(found->second.done);
      pending.erase(found);
      done(answer);
    }
    /// The same trouble is told once in a row.
    void report(const std::string& what) {
      if (what == std::exchange(reported, what)) return;
      if (problem) problem(what);
    }
  };

  void begin(int cluster,
             bool writes,
             std::function<void(const StoreAnswer&)> done,
             std::function<Result<StoreAnswer>(std::size_t)> work) {
    HF_ASSERT(cluster >= 0 && static_cast<std::size_t>(cluster) < clusters_);
    const std::weak_ptr<State> weak = state_;
    const std::uint64_t id = ++state_->last;
    const auto give_up = [weak, id] {
      if (const auto state = weak.lock()) state->finish(id, {});
    };
    Pending& it = state_->pending[id];
    it.done = std::move(done);
    // A timer must not be destroyed by its own firing.
    it.timer = std::make_unique<net::Timer>(loop_, [this, give_up] { loop_.post(give_up); });
    it.timer->set(loop_.now() + config_.limit);
    if (state_->pending.size() > kPendingMax) return loop_.post(give_up);
    worker_.add([this, weak, id, cluster, writes, work = std::move(work)] {
      const Result<StoreAnswer> answer = work(static_cast<std::size_t>(cluster));
      loop_.post([weak, id, cluster, writes, answer] {
        if (const auto state = weak.lock()) tell(state, id, cluster, writes, answer);
      });
    });
  }

  static void tell(const std::shared_ptr<State>& state,
                   std::uint64_t id,
                   int cluster,
                   bool writes,
                   const Result<StoreAnswer>& answer) {
    if (!answer) state->report(answer.error().message);
    state->finish(id, answer ? *answer : StoreAnswer{});
    const bool changed = answer && writes && answer->outcome == StoreOutcome::kDone;
    if (changed && state->seen && state.use_count() > 1) state->seen(cluster, answer->record);
  }

  net::Loop& loop_;
  std::size_t clusters_;
  SqliteConfig config_;
  Ledger ledger_;  ///< of the worker's thread
  std::shared_ptr<State> state_;
  Worker worker_;  ///< last: it uses the ledger
};

}  // namespace

Result<std::unique_ptr<engine::Store>> open_store(net::Loop& loop,
                                                  const model::Site& site,
                                                  SqliteConfig config) {
  Result<Ledger> ledger = Ledger::open(site, config.path);
  if (!ledger) return tl::unexpected<Error>(ledger.error());
  std::unique_ptr<engine::Store> store = std::make_unique<SqliteStore>(
      loop, site.clusters.size(), std::move(config), std::move(*ledger));
  return store;
}

}  // namespace holdfast::sqlite
