#include "sim/run.h"

#include <algorithm>
#include <memory>

#include "sim/checkers/liveness.h"
#include "sim/checkers/suite.h"
#include "sim/coverage.h"
#include "sim/story.h"
#include "sim/world.h"

namespace holdfast::sim {
namespace {

enum Stream : std::uint64_t { kPolicy = 1, kSpeed, kWorld, kPlan, kClients };

constexpr Duration kLook = 250ms;  ///< between two looks at whether everything is whole
constexpr Duration kOnCall = 2s;   ///< between two visits of the operator on call
constexpr Duration kStartLimit = 30s;

NetTiming randomise_network(Prng& prng) {
  NetTiming net;
  net.zone = prng.between(100us, 500us);
  net.region = prng.between(300us, 1500us);
  net.between = prng.between(4ms, 40ms);
  net.outside = prng.between(1ms, 8ms);
  net.jitter_percent = static_cast<int>(prng.between(0, 60));
  return net;
}

model::Site draw_site(const model::Site& site, const RunOptions& options, Prng prng) {
  model::Site drawn = site;
  if (!options.as_configured) randomise_policy(drawn, prng);
  return drawn;
}

SimOptions draw_speeds(std::uint64_t seed, const RunOptions& options, Prng prng) {
  SimOptions speeds;
  speeds.seed = mix64(seed);
  if (options.as_configured) return speeds;
  speeds.postgres = randomise_postgres(prng);
  speeds.net = randomise_network(prng);
  return speeds;
}

/// Everything of one run, built in the order in which the parts need each other.
class Run {
 public:
  Run(const model::Site& site, std::uint64_t seed, const RunOptions& options)
      : prng_(seed),
        site_(draw_site(site, options, prng_.fork(kPolicy))),
        options_(options),
        world_(site_, draw_speeds(seed, options, prng_.fork(kSpeed))),
        suite_(world_, ledger_),
        coverage_(world_),
        story_(site_),
        clients_(site_, world_.kernel(), world_.gateway(), ledger_, prng_.fork(kClients)),
        outage_bound_(suite_.bench(), clients_, site_) {
    result_.seed = seed;
    result_.style = style_of_seed(seed);
    world_.gateway().set_sink(clients_);
    if (options.story) world_.add_observer(story_);
    world_.add_observer(suite_.observer());
    world_.add_observer(coverage_);
    if (options.observer != nullptr) world_.add_observer(*options.observer);
    draw_plan();
  }

  SeedResult go() {
    const ProbeCounts before = probe_snapshot();
    if (world_.start(kStartLimit)) {
      endure();
      heal();
      judge();
    } else {
      add_violation("liveness", "the site does not start");
    }
    collect(before);
    return std::move(result_);
  }

 private:
  [[nodiscard]] SimTime now() { return world_.kernel().now(); }

  void draw_plan() {
    if (options_.plan != nullptr) {
      result_.plan = *options_.plan;
      return;
    }
    SwarmOptions swarm;
    swarm.style = result_.style;
    swarm.faults_max = options_.faults_max;
    swarm.length = options_.length;
    Prng prng = prng_.fork(kPlan);
    result_.plan = make_plan(site_, prng, swarm);
  }

  void add_violation(const char* checker, std::string text) {
    suite_.violations().push_back({now(), checker, std::move(text)});
  }

  void endure() {
    clients_.start();
    const Duration began = now().time_since_epoch();
    for (Fault fault : result_.plan.faults) {
      fault.when += began;
      world_.apply(fault);
    }
    const SimTime end = std::max(SimTime{result_.plan.length}, result_.plan.healed());
    world_.run_until(end + began);
    world_.heal_all();
  }

  void call_operator(int cluster, core::OperatorVerb verb) {
    Fault fault;
    fault.kind = FaultKind::kOperator;
    fault.when = now();
    fault.a = cluster;
    fault.b = static_cast<int>(verb);
    // With kAcceptLoss: the statement that the old primary is off for good.
    fault.amount = verb == core::OperatorVerb::kAcceptLoss ? 1 : 0;
    world_.apply(fault);
  }

  /// The directory of the last leader exists no more: nobody can bring it back.
  bool leader_is_gone(int cluster, const core::Record& record) {
    const core::Incarnation last = record.primary;
    return world_.observation({cluster, last.member}).life != last.life;
  }

  /// A person looks at every cluster that is not whole: resumes what was halted, approves what
  /// waits.
  void visit() {
    for (int i = 0; i < world_.clusters(); ++i) {
      const core::RecordPtr& record = suite_.chronicle().cluster(i).record;
      if (record == nullptr) continue;
      const bool open = suite_.chronicle().cluster(i).open_member >= 0;
      if (record->halted) call_operator(i, core::OperatorVerb::kResume);
      if (!open || record->phase != core::Phase::kSteady) {
        call_operator(i, core::OperatorVerb::kApprove);
        if (leader_is_gone(i, *record)) call_operator(i, core::OperatorVerb::kAcceptLoss);
      }
    }
  }

  void heal() {
    const SimTime began = now();
    SimTime next_visit = began + kOnCall;
    std::string why;
    do {
      world_.run_for(kLook);
      why = unsettled(suite_.bench(), clients_, now());
      if (why.empty()) break;
      if (now() < next_visit) continue;
      visit();
      next_visit = now() + kOnCall;
    } while (now() - began < kHealingBound);
    result_.healing = now() - began;
    if (!why.empty()) add_violation("liveness", "still not whole after healing: " + why);
  }

  void judge() {
    clients_.outages().finish(now());
    suite_.finish(now());
    outage_bound_.on_end(now());
    coverage_.finish(ledger_, suite_.chronicle());
  }

  void collect_writes() {
    result_.writes = ledger_.size();
    for (WriteId write = 1; write <= ledger_.size(); ++write) {
      const WriteFate& fate = ledger_.fate(write);
      result_.acknowledged += fate.acked() ? 1U : 0U;
      result_.unknown += fate.told_unknown ? 1U : 0U;
    }
    for (const Loss& loss : suite_.losses()) result_.lost_lossily += loss.writes;
    for (const int i : clients_.data_classes()) {
      const auto& data_class = site_.data_classes[static_cast<std::size_t>(i)];
      SeedOutage outage;
      if (result_.plan.faults.size() == 1) outage.kind = result_.plan.faults.front().kind;
      outage.cluster = static_cast<int>(data_class.cluster);
      outage.data_class = i;
      outage.longest = clients_.outages().longest(i, SimTime{}, now());
      for (WriteId write = 1; write <= ledger_.size(); ++write) {
        const WriteFate& fate = ledger_.fate(write);
        if (fate.data_class != i) continue;
        outage.acknowledged += fate.acked() ? 1U : 0U;
        outage.lost += fate.lost ? 1U : 0U;
      }
      result_.outages.push_back(outage);
    }
  }

  void collect(const ProbeCounts& before) {
    collect_writes();
    for (int i = 0; i < world_.clusters(); ++i) {
      const std::size_t epochs = suite_.chronicle().cluster(i).epochs.size();
      result_.failovers += epochs > 0 ? epochs - 1 : 0;
    }
    const ProbeCounts after = probe_snapshot();
    for (std::size_t i = 0; i < kProbes; ++i) result_.probes[i] = after[i] - before[i];
    for (const core::Rule* rule : coverage_.rules()) result_.rules.emplace_back(rule->id);
    std::sort(result_.rules.begin(), result_.rules.end());
    result_.simulated = now().time_since_epoch();
    result_.events = world_.kernel().events();
    Hasher hash;
    hash.add(world_.kernel().hash());
    hash.add(result_.events);
    hash.add(result_.acknowledged);
    hash.add(result_.writes);
    result_.hash = hash.value();
    result_.violations = suite_.violations();
    result_.story = story_.lines();
  }

  Prng prng_;
  const model::Site site_;
  const RunOptions options_;
  SeedResult result_;
  Ledger ledger_;
  World world_;
  Suite suite_;
  Coverage coverage_;
  Story story_;
  Clients clients_;
  SingleFaultOutage outage_bound_;
};

const std::string& first_checker(const SeedResult& result) {
  static const std::string kNone;
  return result.ok() ? kNone : result.violations.front().checker;
}

}  // namespace

SeedResult run_seed(const model::Site& site, std::uint64_t seed, const RunOptions& options) {
  const auto run = std::make_unique<Run>(site, seed, options);
  return run->go();
}

FaultPlan minimise(const model::Site& site,
                   const SeedResult& failed,
                   RunOptions options,
                   int tries) {
  FaultPlan smallest = failed.plan;
  options.story = false;
  const auto still_fails = [&](const FaultPlan& plan) {
    options.plan = &plan;
    return first_checker(run_seed(site, failed.seed, options)) == first_checker(failed);
  };
  // Halves first, then one by one: most plans have one or two faults that matter.
  std::size_t chunk = std::max<std::size_t>(smallest.faults.size() / 2, 1);
  while (tries > 0) {
    bool dropped = false;
    for (std::size_t i = 0; i < smallest.faults.size() && tries > 0; i += chunk, --tries) {
      FaultPlan plan = smallest;
      const auto first = plan.faults.begin() + static_cast<std::ptrdiff_t>(i);
      const std::size_t last = std::min(i + chunk, plan.faults.size());
      plan.faults.erase(first, plan.faults.begin() + static_cast<std::ptrdiff_t>(last));
      if (!still_fails(plan)) continue;
      smallest = std::move(plan);
      dropped = true;
      break;
    }
    if (dropped) continue;
    if (chunk == 1) break;
    chunk = std::max<std::size_t>(chunk / 2, 1);
  }
  return smallest;
}

std::string story_text(const model::Site& site, const SeedResult& result) {
  std::string text = "seed " + std::to_string(result.seed) + ": " +
                     std::to_string(result.plan.faults.size()) + " faults, " +
                     std::to_string(result.violations.size()) + " violations\n";
  for (const Fault& fault : result.plan.faults) {
    text += "  plan " + text_of(fault.when) + ' ' + text_of_fault(site, fault) + '\n';
  }
  for (const std::string& line : result.story) text += line + '\n';
  for (const Violation& it : result.violations) {
    text += "VIOLATION " + text_of(it.time) + ' ' + it.checker + ": " + it.text + '\n';
  }
  return text;
}

}  // namespace holdfast::sim
