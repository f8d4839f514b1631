#include "sim/explore/explore.h"

#include <algorithm>
#include <deque>

#include "base/assert.h"
#include "sim/explore/judge.h"
#include "sim/explore/visited.h"
#include "sim/explore/wal.h"

namespace holdfast::sim::explore {
namespace {

constexpr int kQuantaToMend = 8;
constexpr int kEventsToMend = 3000;
constexpr std::uint64_t kAskEvery = 4096;

/// A state that waits to be expanded.
struct Item {
  World world;
  Held held;
  std::uint32_t node;
};

/// How a state was reached, by the cheapest way known.
struct Node {
  std::uint32_t parent = 0;
  PathStep step;
  std::uint16_t depth = 0;
  Byte cost = 0;
};

struct Hashed {
  World world;
  Held held;
};
static_assert(std::has_unique_object_representations_v<Hashed>);

Byte with_bits_swapped(Byte bits, int a, int b) {
  const unsigned both = (bits >> a ^ bits >> b) & 1U;
  return static_cast<Byte>(bits ^ (both << a | both << b));
}

/// The same world with the two controllers exchanged.
World mirrored(const World& world) {
  World image = world;
  std::swap(image.controller[0], image.controller[1]);
  std::swap(image.cut[kMembers], image.cut[kMembers + 1]);
  for (Byte& row : image.cut) row = with_bits_swapped(row, kMembers, kMembers + 1);
  return image;
}

class Search {
 public:
  Search(const ExploreOptions& options, Watch* watch)
      : options_(options),
        watch_(watch),
        stage_(small_policy(options.power_loss_protection), options.slow_recovery ? 300ms : 100ms) {
  }

  ExploreResult run();

 private:
  void expand(const Item& item);
  void expand_fully(const Item& item);
  void expand_by_schedule(const Item& item);
  void look_at_end(const Item& item);
  void branch(const Item& from, const PathStep& step, int cost);
  void add(World&& world, const Held& held, const Item& from, const PathStep& step, int cost);
  void fail(Violation what, std::uint32_t node);
  [[nodiscard]] Fingerprint fingerprint_of(const Hashed& state) const;
  [[nodiscard]] bool may_break(const Item& item) const;

  const ExploreOptions& options_;
  Watch* watch_;
  Stage stage_;
  Visited visited_;
  std::vector<Node> nodes_;
  std::vector<std::deque<Item>> layers_;  ///< by what was spent on delays
  ExploreResult result_;
  Events events_;
  Hashed scratch_{};
};

void Search::fail(Violation what, std::uint32_t node) {
  if (result_.violation != Violation::kNone) return;
  result_.violation = what;
  for (std::uint32_t i = node; i != 0; i = nodes_[i].parent) result_.path.push_back(nodes_[i].step);
  std::reverse(result_.path.begin(), result_.path.end());
}

/// The controllers are alike, so a world and its mirror image are one. The default schedule takes
/// controller 0 first, and so does the operator: there they are not alike.
Fingerprint Search::fingerprint_of(const Hashed& state) const {
  const Fingerprint plain = fingerprint(std::as_bytes(std::span(&state, 1)));
  if (!options_.full || options_.switchovers > 0) return plain;
  const Hashed image{mirrored(state.world), state.held};
  const Fingerprint other = fingerprint(std::as_bytes(std::span(&image, 1)));
  return other.high < plain.high ? other : plain;
}

bool Search::may_break(const Item& item) const {
  return options_.faults_within == 0 || nodes_[item.node].depth < options_.faults_within;
}

void Search::add(
    World&& world, const Held& held, const Item& from, const PathStep& step, int cost) {
  ++result_.transitions;
  scratch_.world = world;
  scratch_.held = held;
  if (held.any()) {
    // What cannot happen any more is not held back either.
    Events natural;
    natural_events(world, stage_, true, natural);
    scratch_.held = Held{};
    for (const Event& it : natural) {
      if (holds(held, it)) hold(scratch_.held, it);
    }
  }
  const Node node{from.node,
                  step,
                  static_cast<std::uint16_t>(nodes_[from.node].depth + 1),
                  static_cast<Byte>(cost)};
  bool fresh = false;
  const auto next = static_cast<std::uint32_t>(nodes_.size());
  const std::uint32_t at = visited_.find_or_add(fingerprint_of(scratch_), next, fresh);
  if (fresh) {
    nodes_.push_back(node);
    result_.deepest = std::max(result_.deepest, static_cast<int>(node.depth));
    const Violation violation = judge(world, stage_.tables());
    if (violation != Violation::kNone) return fail(violation, at);
    if (world.beyond != 0) {
      ++result_.beyond;
      return;
    }
  } else if (cost < nodes_[at].cost) {
    nodes_[at] = node;
  } else {
    return;
  }
  layers_[static_cast<std::size_t>(cost)].push_back({world, scratch_.held, at});
}

void Search::branch(const Item& from, const PathStep& step, int cost) {
  if (cost > options_.delays || result_.violation != Violation::kNone) return;
  World world = from.world;
  Held held = from.held;
  if (step.move == Move::kHold) {
    hold(held, step.event);
  } else if (step.move == Move::kRelease) {
    held = Held{};
  } else {
    apply(world, stage_, step.event, held);
  }
  add(std::move(world), held, from, step, cost);
}

void Search::expand_fully(const Item& item) {
  if (options_.depth > 0 && nodes_[item.node].depth >= options_.depth) {
    ++result_.ends;
    return;
  }
  natural_events(item.world, stage_, false, events_);
  if (may_pass(item.world, stage_)) events_.push_back({EventKind::kTime, 0, 0});
  repairs(item.world, events_);
  if (may_break(item)) faults(item.world, stage_, options_.choice, events_);
  for (const Event& it : events_) branch(item, {Move::kDo, it}, 0);
}

void Search::look_at_end(const Item& item) {
  ++result_.ends;
  if (!options_.mend || item.world.next_commit > kCommitsMax) return;
  if (mends(item.world, stage_, nullptr)) return;
  fail(Violation::kStuck, item.node);
  mends(item.world, stage_, &result_.path);
}

void Search::expand_by_schedule(const Item& item) {
  const int cost = nodes_[item.node].cost;
  natural_events(item.world, stage_, true, events_);
  const auto first = std::find_if(
      events_.begin(), events_.end(), [&](const Event& it) { return !holds(item.held, it); });
  const bool first_missing = first == events_.end();
  const bool passes = may_pass(item.world, stage_);
  const Event time{EventKind::kTime, 0, 0};
  if (!first_missing) {
    const Event next = *first;
    branch(item, {Move::kDo, next}, cost);
    branch(item, {Move::kHold, next}, cost + 1);
  } else if (item.held.any()) {
    branch(item, {Move::kRelease, {}}, cost);
    if (passes) branch(item, {Move::kDo, time}, cost + 1);
  } else if (passes) {
    branch(item, {Move::kDo, time}, cost);
  } else {
    look_at_end(item);
  }
  // A repair comes when all is quiet, or else it counts as a delay of everything else.
  const bool quiet = first_missing && !item.held.any();
  events_.clear();
  repairs(item.world, events_);
  for (const Event& it : events_) branch(item, {Move::kDo, it}, quiet ? cost : cost + 1);
  events_.clear();
  if (may_break(item)) faults(item.world, stage_, options_.choice, events_);
  for (const Event& it : events_) branch(item, {Move::kDo, it}, cost);
}

void Search::expand(const Item& item) {
  if (options_.full) {
    expand_fully(item);
  } else {
    expand_by_schedule(item);
  }
}

ExploreResult Search::run() {
  layers_.resize(static_cast<std::size_t>(options_.full ? 1 : options_.delays + 1));
  nodes_.push_back({});
  scratch_.world = warm_world(stage_, options_);
  bool fresh = false;
  visited_.find_or_add(fingerprint_of(scratch_), 0, fresh);
  layers_[0].push_back({scratch_.world, Held{}, 0});
  std::uint64_t taken = 0;
  bool stopped = false;
  for (std::size_t layer = 0; layer < layers_.size() && !stopped; ++layer) {
    while (!layers_[layer].empty() && !stopped) {
      const Item item = layers_[layer].front();
      layers_[layer].pop_front();
      if (nodes_[item.node].cost < layer) continue;
      expand(item);
      result_.states = visited_.size();
      stopped = result_.violation != Violation::kNone || result_.states >= options_.max_states ||
                (++taken % kAskEvery == 0 && watch_ != nullptr && !watch_->go_on(result_));
    }
  }
  result_.complete = !stopped;
  return result_;
}

/// The next event of the default schedule, time included; false if there is none.
bool next_event(const World& world, const Stage& stage, Event& next) {
  Events events;
  natural_events(world, stage, true, events);
  if (!events.empty()) {
    next = events[0];
    return true;
  }
  next = {EventKind::kTime, 0, 0};
  return may_pass(world, stage);
}

}  // namespace

bool mends(World world, Stage& stage, std::vector<PathStep>* path) {
  const auto take = [&](const Event& event) {
    apply(world, stage, event, Held{});
    if (path != nullptr) path->push_back({Move::kDo, event});
  };
  world.faults_left = 0;
  Events events;
  repairs(world, events);
  for (const Event& it : events) take(it);
  world.quanta_left = kQuantaToMend;
  world.commits_left = 1;
  const Byte acked = world.acked;
  Event next;
  for (int i = 0; i < kEventsToMend && next_event(world, stage, next); ++i) {
    take(next);
    if (world.beyond != 0 || world.acked != acked) return true;
  }
  return false;
}

World warm_world(Stage& stage, const ExploreOptions& options) {
  World world = stage.first_world();
  world.quanta_left = 4;
  world.commits_left = 1;
  Event next;
  while (next_event(world, stage, next)) apply(world, stage, next, Held{});
  HF_ASSERT(world.acked == 1 && world.violation == Violation::kNone);
  world.quanta_left = static_cast<Byte>(options.quanta);
  world.commits_left = static_cast<Byte>(options.commits);
  world.faults_left = static_cast<Byte>(options.faults);
  world.switchovers_left = static_cast<Byte>(options.switchovers);
  return world;
}

ExploreResult explore(const ExploreOptions& options, Watch* watch) {
  return Search(options, watch).run();
}

}  // namespace holdfast::sim::explore
