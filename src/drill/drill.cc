#include "drill/drill.h"

#include <algorithm>
#include <cstdio>
#include <thread>
#include <utility>

#include "codec/json_reader.h"
#include "drill/writers.h"
#include "workload/history_file.h"
#include "workload/machine.h"

namespace holdfast::drill {
namespace {

/// What takes effect and what clients see of it are stamped by different processes.
constexpr Duration kStamps = 100ms;

bool is_over(Until until, const SiteNow& now) {
  switch (until) {
    case Until::kServes: return now.all_serve();
    case Until::kFollowed: return now.all_followed();
    case Until::kWhole: return now.whole();
  }
  return false;
}

std::string seconds(Duration time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", to_ms(time) / 1000.0);
  return text;
}

/// When it took effect.
Result<MonoTime> carry_out(Twin& twin, const Step& step, std::string& trouble) {
  MonoTime at = workload::boot_now();
  if (step.heal) {
    const Result<std::vector<std::string>> healed = twin.lab().heal();
    if (!healed) return tl::unexpected(healed.error());
  }
  for (const lab::FaultRequest& fault : step.faults) {
    const Result<lab::Client::Inflicted> done = twin.lab().fault(fault);
    if (!done) return tl::unexpected(done.error());
    at = MonoTime(Duration(done->at_us));
  }
  if (step.command.empty()) return at;
  const Result<Spoken> done = twin.operate(step.command);
  if (!done) return tl::unexpected(done.error());
  if (done->code != 0) trouble = "holdfast " + step.command.front() + ": " + done->err;
  return at;
}

Result<StepOutcome> take_step(Twin& twin,
                              const DrillPlan& plan,
                              const Step& step,
                              const Progress& progress) {
  progress(step.title);
  StepOutcome outcome;
  const Result<MonoTime> at = carry_out(twin, step, outcome.trouble);
  if (!at) return tl::unexpected(at.error());
  outcome.name = step.name;
  outcome.title = step.title;
  outcome.at = *at;
  std::this_thread::sleep_for(plan.hold);
  if (twin.await([&](const SiteNow& now) { return is_over(step.until, now); }, plan.patience)) {
    outcome.over = workload::boot_now() - *at;
  }
  return outcome;
}

Result<std::vector<Lost>> judge(Twin& twin, const DrillPlan& plan) {
  const Result<Spoken> verdict =
      twin.run(twin.clinic(), {"verify", plan.history, "--stale-reads", "2s", "--json"});
  if (!verdict) return tl::unexpected(verdict.error());
  const Result<codec::Json> json = codec::parse_json(verdict->out);
  if (!json) return fail(Errc::kUnavailable, "holdfast verify: " + verdict->err);
  const auto count = [](const codec::Json& it, const char* name) {
    return static_cast<std::size_t>(it.at(name).integer());
  };
  std::vector<Lost> lost;
  for (const codec::Json& it : json->at("clusters").items) {
    Lost one;
    one.cluster = it.at("name").text;
    one.acknowledged = count(it, "acknowledged");
    one.refused = count(it, "refused");
    one.unknown = count(it, "unknown");
    one.lost = count(it.at("lost"), "rows");
    one.allowed = it.at("lost").at("allowed").text == "true";
    one.fine = it.at("fine").text == "true";
    for (const codec::Json& finding : it.at("findings").items)
      one.findings.push_back(finding.at("text").text);
    lost.push_back(std::move(one));
  }
  return lost;
}

/// The machine's longest stall since `since`.
Duration longest_stall(Twin& twin, MonoTime since) {
  const Result<codec::Json> status = twin.lab().status();
  std::int64_t longest = 0;
  if (!status) return {};
  for (const codec::Json& stall : status->at("stalls").items) {
    if (stall.items.size() != 2 || MonoTime(Duration(stall.items[0].integer())) < since) continue;
    longest = std::max(longest, stall.items[1].integer());
  }
  return Duration(longest);
}

void measure(const workload::History& history, Outcome& outcome) {
  const std::vector<Pause> usual =
      measure_pauses(history, history.header.started, outcome.steps.front().at - kStamps);
  for (std::size_t i = 0; i < outcome.steps.size(); ++i) {
    const bool last = i + 1 == outcome.steps.size();
    const MonoTime until = last ? kNever : outcome.steps[i + 1].at - kStamps;
    StepOutcome& step = outcome.steps[i];
    step.pauses = measure_pauses(history, step.at - kStamps, until);
    for (std::size_t cluster = 0; cluster < usual.size(); ++cluster)
      step.pauses[cluster].usual = usual[cluster].longest;
  }
}

/// Everything is undone, whichever way a drill ends.
class Healed {
 public:
  explicit Healed(lab::Client& client) : client_(client) {}
  ~Healed() {
    const auto healed = client_.heal();
    static_cast<void>(healed);
  }
  Healed(const Healed&) = delete;
  Healed& operator=(const Healed&) = delete;

 private:
  lab::Client& client_;
};

Result<std::vector<StepOutcome>> take_steps(Twin& twin,
                                            const DrillPlan& plan,
                                            const Scenario& scenario,
                                            const Progress& progress) {
  std::vector<StepOutcome> outcomes;
  for (const Step& step : scenario.steps) {
    Result<StepOutcome> taken = take_step(twin, plan, step, progress);
    if (!taken) return tl::unexpected(taken.error());
    progress(taken->over ? "  over after " + seconds(*taken->over)
                         : "  not over within " + seconds(plan.patience));
    outcomes.push_back(std::move(*taken));
  }
  return outcomes;
}

}  // namespace

Result<void> prepare_site(Twin& twin, Duration patience, const Progress& progress) {
  const Result<Spoken> created = twin.operate({"bootstrap"});
  if (!created) return tl::unexpected(created.error());
  if (created->code != 0) return fail(Errc::kUnavailable, "holdfast bootstrap: " + created->err);
  progress("the clusters are created; their standbys are copied");
  if (twin.await([](const SiteNow& now) { return now.whole(); }, patience)) return {};
  return fail(Errc::kTimeout,
              "the site is not protected as declared within " + seconds(patience) +
                  "; `holdfast lab exec HOST -- holdfast status` says what is missing");
}

Result<Outcome> run_drill(Twin& twin, const DrillPlan& plan, const Progress& progress) {
  const Result<SiteNow> now = twin.now();
  if (!now) return tl::unexpected(now.error());
  const std::string cluster = plan.cluster.empty() ? now->clusters.front().name : plan.cluster;
  const Result<Scenario> scenario = plan_scenario(plan.scenario, twin.site(), *now, cluster);
  if (!scenario) return tl::unexpected(scenario.error());
  const WallTime began = workload::wall_now();
  const MonoTime began_at = workload::boot_now();
  const Healed healed(twin.lab());
  Result<Writers> writers = Writers::start(twin, plan.history);
  if (!writers) return tl::unexpected(writers.error());
  progress("clients write to every cluster, one write every 10 ms each");
  std::this_thread::sleep_for(plan.before);
  Result<std::vector<StepOutcome>> steps = take_steps(twin, plan, *scenario, progress);
  std::this_thread::sleep_for(plan.after);
  if (Result<void> stopped = writers->stop(); !stopped) return tl::unexpected(stopped.error());
  if (!steps) return tl::unexpected(steps.error());
  Outcome outcome;
  outcome.scenario = plan.scenario;
  outcome.steps = std::move(*steps);
  outcome.longest_stall = longest_stall(twin, began_at);
  const Result<workload::History> history = workload::read_history(plan.history);
  if (!history) return tl::unexpected(history.error());
  measure(*history, outcome);
  progress("every acknowledged write is looked for in the databases");
  Result<std::vector<Lost>> lost = judge(twin, plan);
  if (!lost) return tl::unexpected(lost.error());
  outcome.lost = std::move(*lost);
  outcome.said = twin.said_since(began);
  return outcome;
}

}  // namespace holdfast::drill
