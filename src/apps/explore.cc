// `holdfast explore`: every behaviour of a small cluster, within bounds that are stated with the
// result.
#include "sim/explore/explore.h"

#include <chrono>
#include <cstdio>

#include "apps/commands.h"
#include "base/json_writer.h"
#include "sim/explore/judge.h"

namespace holdfast::apps {
namespace {

using Clock = std::chrono::steady_clock;
using sim::explore::ExploreOptions;
using sim::explore::ExploreResult;
using sim::explore::Violation;

double seconds_since(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

class TimeLimit : public sim::explore::Watch {
 public:
  explicit TimeLimit(double limit) : limit_(limit) {}
  bool go_on(const ExploreResult& so_far) override {
    const double now = seconds_since(start_);
    if (now - told_ >= 1.0) {
      told_ = now;
      std::fprintf(stderr, "\r%llu states   ", static_cast<unsigned long long>(so_far.states));
    }
    return limit_ <= 0 || now < limit_;
  }
  [[nodiscard]] double spent() const { return seconds_since(start_); }

 private:
  Clock::time_point start_ = Clock::now();
  double limit_;
  double told_ = 0;
};

ExploreOptions options_of(const ExploreCommand& command) {
  ExploreOptions options;
  options.full = command.full;
  options.depth = command.depth;
  options.delays = command.delays;
  options.faults = command.faults;
  options.faults_within = command.faults_within;
  options.quanta = command.quanta;
  options.switchovers = command.switchovers;
  options.slow_recovery = !command.fast_recovery;
  options.power_loss_protection = !command.lying_disks;
  options.choice.lying_disks = command.lying_disks;
  options.max_states = command.max_states;
  return options;
}

void print_json(const ExploreOptions& options, const ExploreResult& result, double seconds) {
  JsonWriter json;
  json.begin_object();
  json.field("full", options.full).field("depth", options.full ? options.depth : 0);
  json.field("delays", options.full ? 0 : options.delays).field("faults", options.faults);
  json.field("quanta", options.quanta).field("switchovers", options.switchovers);
  json.field("states", result.states).field("transitions", result.transitions);
  json.field("ends", result.ends).field("beyond", result.beyond);
  json.field("deepest", result.deepest).field("complete", result.complete);
  json.field("seconds", seconds);
  json.field("violation", sim::explore::violation_name(result.violation));
  if (result.violation != Violation::kNone) {
    json.field("story", sim::explore::tell_path(options, result));
  }
  json.end_object();
  std::printf("%s\n", json.text().c_str());
}

void print_text(const ExploreOptions& options, const ExploreResult& result, double seconds) {
  std::printf("%llu states, %llu transitions, longest path %d events, %.1f s (%.0f states/s)\n",
              static_cast<unsigned long long>(result.states),
              static_cast<unsigned long long>(result.transitions),
              result.deepest,
              seconds,
              seconds > 0 ? static_cast<double>(result.states) / seconds : 0.0);
  if (result.beyond > 0) {
    std::printf("%llu states were left out: they pass a bound of the model\n",
                static_cast<unsigned long long>(result.beyond));
  }
  if (result.violation == Violation::kNone) {
    std::puts(result.complete ? "Everything within these bounds was seen; no promise is broken."
                              : "Stopped before everything was seen; no promise is broken so far.");
    return;
  }
  std::printf("Broken: %s\n%s",
              sim::explore::violation_name(result.violation),
              sim::explore::tell_path(options, result).c_str());
}

}  // namespace

int command_explore(const ExploreCommand& command) {
  const ExploreOptions options = options_of(command);
  TimeLimit limit(command.seconds);
  const ExploreResult result = sim::explore::explore(options, &limit);
  std::fputs("\r", stderr);
  if (command.json) {
    print_json(options, result, limit.spent());
  } else {
    print_text(options, result, limit.spent());
  }
  return result.violation == Violation::kNone ? 0 : 1;
}

}  // namespace holdfast::apps
