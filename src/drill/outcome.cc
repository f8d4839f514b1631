#include "drill/outcome.h"

#include <algorithm>

namespace holdfast::drill {
namespace {

std::vector<MonoTime> acknowledgements(const workload::History& history, std::size_t cluster) {
  std::vector<MonoTime> times;
  for (const workload::Operation& it : history.operations) {
    const bool counts = it.kind == workload::OpKind::kWrite &&
                        it.outcome == workload::Outcome::kAcknowledged && it.cluster == cluster;
    if (counts) times.push_back(it.complete);
  }
  std::sort(times.begin(), times.end());
  return times;
}

}  // namespace

std::vector<Pause> measure_pauses(const workload::History& history, MonoTime from, MonoTime until) {
  std::vector<Pause> pauses;
  for (std::size_t i = 0; i < history.header.clusters.size(); ++i) {
    Pause pause;
    pause.cluster = history.header.clusters[i].name;
    MonoTime last = history.header.started;
    const auto consider = [&](MonoTime next, bool at_end) {
      if (last < from || last >= until || next - last <= pause.longest) return;
      pause.longest = next - last;
      pause.at_end = at_end;
    };
    for (const MonoTime at : acknowledgements(history, i)) {
      consider(at, false);
      last = at;
      if (at >= from && at < until) ++pause.acknowledged;
    }
    if (history.whole) consider(history.ended, true);
    pauses.push_back(std::move(pause));
  }
  return pauses;
}

bool Outcome::good() const {
  const bool came_through = std::all_of(steps.begin(), steps.end(), [](const StepOutcome& it) {
    return it.over && std::none_of(it.pauses.begin(), it.pauses.end(), [](const Pause& pause) {
             return pause.at_end && pause.longest > 1s;
           });
  });
  return came_through && !lost.empty() &&
         std::all_of(lost.begin(), lost.end(), [](const Lost& it) { return it.fine; });
}

}  // namespace holdfast::drill
