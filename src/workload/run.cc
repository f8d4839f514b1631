#include "workload/run.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <thread>
#include <utility>

#include "workload/connection.h"
#include "workload/history_file.h"
#include "workload/http_client.h"
#include "workload/machine.h"
#include "workload/statements.h"

namespace holdfast::workload {
namespace {

constexpr Duration kTick = 100ms;  ///< between two flushes of the history

Result<void> prepare_once(const std::vector<Target>& targets, const Login& login, MonoTime until) {
  Result<Connection> connection = Connection::open(targets, login, until);
  if (!connection) return tl::unexpected(std::move(connection).error());
  for (const std::string& statement : table_statements()) {
    Result<std::vector<Row>> done = connection->ask(statement, {}, until);
    if (!done) return tl::unexpected(std::move(done).error());
  }
  return {};
}

/// Tries until it works: the site may be just coming up, and two may create the same table.
Result<void> prepare(const RecordedCluster& cluster,
                     const std::vector<Target>& targets,
                     const RunPlan& plan,
                     const std::atomic<bool>& stop) {
  const MonoTime until = boot_now() + plan.patience;
  for (;;) {
    const MonoTime now = boot_now();
    // One try must not use up all patience on a server that took the statement and hangs.
    Result<void> done = prepare_once(targets, plan.login, std::min(until, now + 3s));
    if (done) return done;
    if (boot_now() >= until || stop.load()) {
      Error error = std::move(done).error();
      error.message = "Cluster " + cluster.name + " cannot be prepared. " + error.message;
      return tl::unexpected(std::move(error));
    }
    std::this_thread::sleep_for(kTick);
  }
}

struct Counters {
  std::atomic<std::uint64_t> acknowledged{0}, refused{0}, unknown{0};
  std::atomic<std::int64_t> last_us{0};

  void take(const Operation& op) {
    if (op.kind == OpKind::kRead) return;
    switch (op.outcome) {
      case Outcome::kAcknowledged:
        ++acknowledged;
        last_us = op.complete.time_since_epoch().count();
        break;
      case Outcome::kRefused: ++refused; break;
      case Outcome::kUnknown: ++unknown; break;
    }
  }
};

/// The clients and what they share. They end before it does.
class Fleet {
 public:
  Fleet(const RunPlan& plan, HistoryFile& file) : plan_(plan), file_(file) {
    ports_.next_id = [this] { return first_id(plan_.run) + 1 + issued_.fetch_add(1); };
    ports_.record = [this](const Operation& op) {
      file_.append(op);
      counters_[op.cluster].take(op);
    };
  }

  ~Fleet() { stop(); }
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  void add(std::size_t cluster, const std::vector<Target>& targets, MonoTime now) {
    counters_.emplace_back().last_us = now.time_since_epoch().count();
    for (int i = 0; i < plan_.writers + plan_.readers; ++i) {
      ClientPlan client;
      client.kind = i < plan_.writers ? OpKind::kWrite : OpKind::kRead;
      client.client = static_cast<std::uint32_t>(plans_.size()) + 1;
      client.cluster = static_cast<std::uint16_t>(cluster);
      client.data_classes = plan_.clusters[cluster].data_classes;
      client.keys = plan_.keys;
      client.pace = plan_.pace;
      client.deadline = plan_.deadline;
      client.targets = targets;
      client.login = plan_.login;
      client.first_target = static_cast<std::size_t>(i);
      plans_.push_back(std::move(client));
    }
  }

  void start() {
    for (const ClientPlan& plan : plans_) {
      threads_.emplace_back([this, &plan] {
        if (!plan_.service) return run_client(plan, ports_, stop_);
        run_http_client(plan, ports_, *plan_.service, plan_.clusters[plan.cluster].name, stop_);
      });
    }
  }

  void stop() {
    stop_ = true;
    for (std::thread& each : threads_) each.join();
    threads_.clear();
  }

  [[nodiscard]] std::vector<Progress> progress(MonoTime now) const {
    std::vector<Progress> result;
    for (std::size_t i = 0; i < counters_.size(); ++i) {
      const Counters& each = counters_[i];
      result.push_back({plan_.clusters[i].name,
                        each.acknowledged,
                        each.refused,
                        each.unknown,
                        now - MonoTime(Duration(each.last_us))});
    }
    return result;
  }

 private:
  const RunPlan& plan_;
  HistoryFile& file_;
  ClientPorts ports_;
  std::atomic<bool> stop_{false};
  std::atomic<OpId> issued_{0};
  std::deque<Counters> counters_;  ///< by cluster
  std::deque<ClientPlan> plans_;
  std::vector<std::thread> threads_;
};

using Ways = std::vector<std::vector<Target>>;  ///< by cluster

Result<Ways> ways_in(const RunPlan& plan) {
  Ways ways;
  for (const RecordedCluster& cluster : plan.clusters) {
    std::vector<Target>& targets = ways.emplace_back();
    for (const std::string& proxy : plan.proxies) {
      Result<Target> target = resolve_proxy(proxy, cluster.place);
      if (!target) return tl::unexpected(std::move(target).error());
      targets.push_back(std::move(*target));
    }
  }
  return ways;
}

Result<void> watch(const RunPlan& plan,
                   const Fleet& fleet,
                   HistoryFile& file,
                   MonoTime started,
                   const std::atomic<bool>& stop,
                   const std::function<void(Duration, const std::vector<Progress>&)>& progress) {
  MonoTime next_progress = started + 1s;
  for (;;) {
    const MonoTime now = boot_now();
    const bool over = plan.duration != Duration(0) && now >= started + plan.duration;
    if (over || stop.load()) return {};
    if (Result<void> flushed = file.flush(); !flushed) return flushed;
    if (progress && now >= next_progress) {
      progress(now - started, fleet.progress(now));
      next_progress += 1s;
    }
    std::this_thread::sleep_for(kTick);
  }
}

}  // namespace

Result<History> run_workload(
    const RunPlan& plan,
    const std::atomic<bool>& stop,
    const std::function<void(Duration, const std::vector<Progress>&)>& progress) {
  const Result<Ways> ways = ways_in(plan);
  if (!ways) return tl::unexpected(ways.error());
  HistoryHeader header{.site = plan.site,
                       .run = plan.run,
                       .boot = boot_id(),
                       .started = {},
                       .started_wall = {},
                       .proxies = plan.proxies,
                       .clusters = plan.clusters};
  for (std::size_t i = 0; i < plan.clusters.size(); ++i) {
    Result<void> done = prepare(plan.clusters[i], (*ways)[i], plan, stop);
    if (!done) return tl::unexpected(std::move(done).error());
  }
  header.started = boot_now();
  header.started_wall = wall_now();
  Result<std::unique_ptr<HistoryFile>> file = HistoryFile::create(plan.history, header);
  if (!file) return tl::unexpected(std::move(file).error());
  Result<void> watched;
  MonoTime ended{};
  {
    Fleet fleet(plan, **file);
    for (std::size_t i = 0; i < plan.clusters.size(); ++i) {
      fleet.add(i, (*ways)[i], header.started);
    }
    fleet.start();
    watched = watch(plan, fleet, **file, header.started, stop, progress);
    // Operations under way may still end; the service is watched no longer.
    ended = boot_now();
  }
  if (watched) watched = (*file)->finish(ended);
  if (!watched) return tl::unexpected(std::move(watched).error());
  return read_history(plan.history);
}

}  // namespace holdfast::workload
