// What can happen next in a world: every step of every process, every message, the client, time,
// and faults.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/inline_vec.h"
#include "sim/explore/stage.h"
#include "sim/explore/world.h"

namespace holdfast::sim::explore {

/// Name, what `a` and `b` are, and a sentence for the story. Up to kCommit: events that happen by
/// themselves, in the order in which the default schedule takes them.
enum class EventKind : Byte {
  kPersist,        ///< a: member
  kStep,           ///< a: member; its PostgreSQL goes on with a command
  kLook,           ///< a: member; its agent sees what changed
  kStartAgent,     ///< a: member
  kReplay,         ///< a: member; replay reaches the end of local WAL
  kConnect,        ///< a: member
  kConnectStale,   ///< a: member
  kCopy,           ///< a: member
  kHearReply,      ///< a: primary, b: standby
  kCloseSender,    ///< a: primary, b: standby
  kReloadFlag,     ///< a: primary
  kReloadSender,   ///< a: primary, b: standby
  kEndOldSenders,  ///< a: primary
  kApply,          ///< a: controller; its request reaches the store
  kAnswer,         ///< a: controller
  kLateApply,      ///< a: controller; a request it has given up reaches the store
  kLearn,          ///< a: controller; it reads the store
  kPush,           ///< a: controller, b: member
  kHear,           ///< a: controller, b: member
  kProof,          ///< a: controller, b: member
  kCommit,         ///< a: member
  // From here on: not by themselves.
  kTime,
  kHeal,
  kBoot,               ///< a: member
  kCrashPostgres,      ///< a: member
  kCrashAgent,         ///< a: member, b: Loss
  kCrashHost,          ///< a: member, b: Loss
  kCut,                ///< a, b: parties
  kCutOneWay,          ///< a cannot send to b
  kIsolate,            ///< a: member
  kOldRecord,          ///< a: member, b: 0: the record before the last one arrives, 1: the last of
                       ///< an older epoch
  kLoseAnswer,         ///< a: controller
  kDelayRequest,       ///< a: controller
  kRestartController,  ///< a: controller
  kSwitchover,         ///< a: member to lead
  kCount,
};

/// What goes down with a process.
enum class Loss : Byte { kUnsynced, kNothing, kCommand, kLastRecord };

struct Event {
  EventKind kind = EventKind::kTime;
  Byte a = 0;
  Byte b = 0;
  friend bool operator==(const Event&, const Event&) = default;
};

using Events = InlineVec<Event, 200>;

/// Bit per event that happens by itself; used to hold some back.
struct Held {
  std::array<std::uint32_t, 6> words{};

  [[nodiscard]] bool any() const { return *this != Held{}; }
  friend bool operator==(const Held&, const Held&) = default;
};

[[nodiscard]] bool holds(const Held& held, const Event& event);
void hold(Held& held, const Event& event);

struct FaultChoice {
  bool postgres = true;
  bool agents = true;
  bool hosts = true;
  bool cuts = true;
  bool messages = true;      ///< late records, lost answers, delayed requests
  bool controllers = true;   ///< restarts of controllers
  bool lying_disks = false;  ///< a host's crash may take the last confirmed record with it
};

/// Events that happen by themselves, in the default order. `thrifty`: a client writes once per
/// quantum to each leader that lets it in.
void natural_events(const World& world, const Stage& stage, bool thrifty, Events& out);
/// Whether time may pass now.
[[nodiscard]] bool may_pass(const World& world, const Stage& stage);
/// The ends of faults: hosts that come back, a network that heals.
void repairs(const World& world, Events& out);
void faults(const World& world, const Stage& stage, const FaultChoice& choice, Events& out);

/// Carries it out. `held` matters to the passing of time: what is held back is not delivered with
/// it.
void apply(World& world, Stage& stage, const Event& event, const Held& held);

// time.cc
void pass_time(World& world, Stage& stage, const Held& held);
[[nodiscard]] bool may_prove(const World& world, const Stage& stage, int controller, int member);
void give_proof(World& world, Stage& stage, int controller, int member);

// fault.cc
void apply_fault(World& world, Stage& stage, const Event& event);

// story.cc
[[nodiscard]] std::string sentence(const Event& event);
[[nodiscard]] std::string describe(const World& world, const Tables& tables);

}  // namespace holdfast::sim::explore
