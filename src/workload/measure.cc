#include "workload/measure.h"

#include <algorithm>
#include <utility>

namespace holdfast::workload {
namespace {

struct Bounds {
  MonoTime start{};
  MonoTime end{};
  std::optional<MonoTime> around;
};

/// The writes of one cluster or class: counts at once, times for later.
class Writes {
 public:
  explicit Writes(std::string name) { summary_.name = std::move(name); }

  void take(const Operation& op) {
    switch (op.outcome) {
      case Outcome::kAcknowledged:
        ++summary_.acknowledged;
        ends_.push_back(op.complete);
        break;
      case Outcome::kRefused: ++summary_.refused; break;
      case Outcome::kUnknown: ++summary_.unknown; break;
    }
  }

  WriteSummary finish(const Bounds& bounds) {
    std::sort(ends_.begin(), ends_.end());
    Gap gap{.from = bounds.start};
    bool is_first = true;
    for (const MonoTime end : ends_) {
      gap.to = end;
      note(gap, bounds, std::exchange(is_first, false));
      gap = Gap{.from = end};
    }
    gap.to = std::max(bounds.end, gap.from);
    gap.at_end = true;
    note(gap, bounds, is_first);
    // Never served: all of it was an outage.
    if (ends_.empty()) summary_.longest = gap;
    return std::move(summary_);
  }

 private:
  void note(const Gap& gap, const Bounds& bounds, bool is_first) {
    if (is_first) {
      summary_.first = gap;
    } else if (gap.length() > summary_.longest.length()) {
      summary_.longest = gap;
    }
    if (bounds.around && gap.from <= *bounds.around && *bounds.around < gap.to) {
      summary_.around = gap;
    }
  }

  WriteSummary summary_;
  std::vector<MonoTime> ends_;
};

Duration percentile(const std::vector<Duration>& sorted, std::size_t per_mille) {
  const std::size_t rank = (sorted.size() * per_mille + 999) / 1000;
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

Latencies latencies_of(std::vector<Duration> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  return {percentile(values, 500), percentile(values, 990), percentile(values, 999), values.back()};
}

}  // namespace

std::vector<ClusterSummary> summarise(const History& history, std::optional<MonoTime> around) {
  struct Cluster {
    ClusterSummary summary;
    Writes all;
    std::vector<Writes> classes;
    std::vector<Duration> latencies;
  };
  Bounds bounds{history.header.started, history.header.started, around};
  if (history.whole) bounds.end = history.ended;
  std::vector<Cluster> clusters;
  for (const RecordedCluster& each : history.header.clusters) {
    clusters.push_back({.summary = {}, .all = Writes(each.name), .classes = {}, .latencies = {}});
    for (const std::string& name : each.data_classes) clusters.back().classes.emplace_back(name);
  }
  for (const Operation& op : history.operations) {
    Cluster& cluster = clusters[op.cluster];
    if (!history.whole) bounds.end = std::max(bounds.end, op.complete);
    const bool acknowledged = op.outcome == Outcome::kAcknowledged;
    if (op.kind == OpKind::kRead) {
      ++(acknowledged ? cluster.summary.reads_answered : cluster.summary.reads_failed);
      continue;
    }
    cluster.all.take(op);
    if (op.data_class < cluster.classes.size()) cluster.classes[op.data_class].take(op);
    if (acknowledged) cluster.latencies.push_back(op.complete - op.invoke);
  }
  std::vector<ClusterSummary> result;
  for (Cluster& cluster : clusters) {
    cluster.summary.writes = cluster.all.finish(bounds);
    cluster.summary.latencies = latencies_of(std::move(cluster.latencies));
    for (Writes& each : cluster.classes) {
      cluster.summary.data_classes.push_back(each.finish(bounds));
    }
    result.push_back(std::move(cluster.summary));
  }
  return result;
}

}  // namespace holdfast::workload
