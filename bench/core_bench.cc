// What the controller's core costs at scale, on one core: host reports, the loss of a zone, and the
// cost of one event as the number of clusters grows. Prints JSON; the median of several rounds.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "base/json_writer.h"
#include "core/controller/controller.h"
#include "core/site/scope.h"

namespace holdfast {
namespace {

constexpr int kRounds = 15;
constexpr std::uint32_t kLife = 7;

core::ClusterPolicy three_zones() {
  core::ClusterPolicy policy;
  policy.durability = model::Durability::kZone;
  policy.region_automatic = true;
  for (std::uint16_t zone = 0; zone < 3; ++zone) {
    core::MemberPolicy member;
    member.host = zone;
    member.zone = zone;
    policy.members.push_back(member);
  }
  return policy;
}

core::MemberReport report_of(const core::Record& record, int member, bool primary) {
  core::MemberReport report;
  report.self = {static_cast<std::uint8_t>(member), kLife};
  report.boot = BootId{9};
  report.record = record.key;
  report.sealed = record.key.epoch;
  report.position = {Timeline{1}, Lsn{1000}};
  report.timeline = Timeline{1};
  if (!primary) {
    report.state = core::PgState::kStandby;
    report.able_to_seal = true;
    report.following = record.key.epoch;
    report.wal = core::WalSeen::kFlowing;
    return report;
  }
  report.state = core::PgState::kPrimary;
  report.open = true;
  report.leads = record.key.epoch;
  report.proven = record.pair_last;
  for (std::uint8_t other = 1; other < 3; ++other) {
    report.senders.push_back({{other, kLife}, Lsn{1000}, 10ms, 60s});
  }
  return report;
}

/// Many clusters of three members, all healthy, as one controller sees them.
class World {
 public:
  explicit World(int clusters) : states_(static_cast<std::size_t>(clusters)) {
    const std::uint32_t lives[] = {kLife, kLife, kLife};
    record_ =
        std::make_shared<const core::Record>(core::bootstrap_record(policy_, lives, WallTime{}));
    read_store();
  }

  [[nodiscard]] int clusters() const { return static_cast<int>(states_.size()); }
  void pass(Duration time) { now_ += time; }
  /// The store shows every cluster's record, as of now.
  void read_store() {
    for (core::ControllerState& state : states_) {
      step(state, core::RecordRead{record_, now_});
    }
  }

  /// Every member of every cluster reports once. Returns the number of reports.
  int round(bool zone_lost) {
    for (core::ControllerState& state : states_) {
      for (int member = zone_lost ? 1 : 0; member < 3; ++member) {
        core::MemberReport report = report_of(*record_, member, member == 0);
        if (zone_lost) {
          report.wal = core::WalSeen::kSilent;
          report.wal_silence = 500ms;
        }
        step(state, core::ReportReceived{member, &report});
      }
    }
    return clusters() * (zone_lost ? 2 : 3);
  }

  /// One look at every cluster. Returns how many decided to fail over.
  int decide_all(const core::SiteHint& hint) {
    int decided = 0;
    for (core::ControllerState& state : states_) {
      core::step_controller(policy_, state, {now_, WallTime{}, hint, core::ControllerTick{}}, out_);
      if (out_.write) ++decided;
    }
    return decided;
  }

  [[nodiscard]] Duration detection() const { return policy_.timing.detection; }

 private:
  void step(core::ControllerState& state, core::ControllerEvent event) {
    core::step_controller(policy_, state, {now_, WallTime{}, {}, std::move(event)}, out_);
  }

  core::ClusterPolicy policy_ = three_zones();
  core::RecordPtr record_;
  std::vector<core::ControllerState> states_;
  core::ControllerStep out_;
  MonoTime now_{1h};
};

template <class Work>
double milliseconds(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  const auto end = std::chrono::steady_clock::now();
  return std::chrono::duration<double, std::milli>(end - begin).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// 5,000 hosts, one member each: one round of their reports.
double round_of_reports_ms() {
  World world(5000 / 3 + 1);
  std::vector<double> times;
  for (int i = 0; i < kRounds; ++i) {
    world.pass(100ms);
    times.push_back(milliseconds([&] { world.round(false); }));
  }
  return median(times) * 5000.0 / (world.clusters() * 3.0);
}

/// A zone with the primaries of 1,000 clusters is silent: every one of them is decided.
double zone_loss_ms(int clusters, int& decided) {
  std::vector<double> times;
  for (int i = 0; i < kRounds; ++i) {
    World world(clusters);
    const Duration beat = world.detection() / 5;
    for (int healthy = 0; healthy < 5; ++healthy) {
      world.round(false);
      world.pass(beat);
    }
    // The others go on reporting, the store is read once more; then the silence reaches the
    // detection time everywhere at once.
    for (int silent = 0; silent < 3; ++silent) {
      world.round(true);
      world.pass(beat);
    }
    world.read_store();
    world.pass(2 * beat);
    times.push_back(milliseconds([&] {
      core::SiteHint hint;
      hint.lost_zones = 1;
      decided = world.decide_all(hint);
    }));
  }
  return median(times);
}

double event_ns(int clusters) {
  World world(clusters);
  std::vector<double> times;
  for (int i = 0; i < kRounds; ++i) {
    world.pass(100ms);
    int reports = 0;
    const double ms = milliseconds([&] { reports = world.round(false); });
    times.push_back(ms * 1e6 / reports);
  }
  return median(times);
}

}  // namespace
}  // namespace holdfast

int main() {
  using namespace holdfast;
  JsonWriter json(2);
  int decided = 0;
  json.begin_object();
  json.field("bench", "core");
  json.field("note", "medians on a shared, noisy machine; one core");
  json.field("round_of_5000_host_reports_ms", round_of_reports_ms());
  json.field("round_of_5000_host_reports_asked_ms", 20);
  json.field("zone_loss_of_1000_clusters_ms", zone_loss_ms(1000, decided));
  json.field("zone_loss_of_1000_clusters_asked_ms", 10);
  json.field("zone_loss_clusters_decided", decided);
  json.key("event_ns_by_clusters").begin_object();
  for (const int clusters : {1, 10, 100, 1000})
    json.field(std::to_string(clusters), event_ns(clusters));
  json.end_object();
  json.end_object();
  std::printf("%s\n", json.text().c_str());
  return 0;
}
