// The way of clients to the writer: which member of a cluster a router sends them to.
//
// It follows what members say of themselves, never what a controller plans: the member that opens
// for the newest epoch is the writer, and it stays the writer while everybody is silent. Nobody's
// safety rests on this: a member that is sent clients by mistake refuses them or cannot
// acknowledge.
#pragma once

#include <span>
#include <variant>
#include <vector>

#include "core/controller/controller.h"
#include "core/policy.h"
#include "core/report.h"
#include "core/rule.h"

namespace holdfast::core {

inline constexpr int kNobody = -1;

/// An agent tells routers what is new, and of the rest one heartbeat in so many.
inline constexpr int kHeartbeatsToRouters = 4;

/// What a router last heard of one member.
struct HeardMember {
  MonoTime heard = kLongAgo;  ///< when the report arrived, on this router's clock
  MemberReport report;
};

/// What outlives the router: kept beside it, so that a restart moves nobody.
struct RoutingMemory {
  int writer = kNobody;
  Epoch epoch;   ///< the leadership of `writer`; 0 = the proxy was found sending clients to it
  Epoch newest;  ///< the newest epoch that any member's record had

  friend bool operator==(const RoutingMemory&, const RoutingMemory&) = default;
};

struct RoutingState {
  RoutingMemory memory;
  MonoTime since = kLongAgo;                    ///< when `memory.writer` was chosen
  const Rule* rule = nullptr;                   ///< the row that decided last
  InlineVec<HeardMember, kMembersMax> members;  ///< one per policy member
};

struct RoutingTick {};
using RoutingEvent = std::variant<RoutingTick, ReportReceived>;

struct RoutingInput {
  MonoTime now;
  RoutingEvent event;
};

struct RoutingStep {
  const Rule* rule = nullptr;  ///< the row that decided
  bool moved = false;          ///< the writer is another one than before, or nobody
  int former = kNobody;        ///< sessions to this member must end now
  std::vector<Event> events;   ///< what is to be told; nothing while the same row decides
  MonoTime next_deadline = kNever;

  void clear() { *this = RoutingStep{}; }
};

/// A router that has heard nobody yet.
[[nodiscard]] RoutingState routing_state(const ClusterPolicy& policy,
                                         const RoutingMemory& memory,
                                         MonoTime now);

/// One step. `out` is cleared first. Total and deterministic; never throws.
void step_routing(const ClusterPolicy& policy,
                  RoutingState& state,
                  const RoutingInput& input,
                  RoutingStep& out);

namespace routing {

/// A member that is not heard for so long is silent.
[[nodiscard]] Duration silence_limit(const ClusterPolicy& policy);

/// Everything a row may look at.
struct View {
  const ClusterPolicy& policy;
  RoutingState& state;
  MonoTime now;
  int opened = kNobody;  ///< says that it is open, for the highest epoch; none that has ended

  [[nodiscard]] Epoch opened_epoch() const;
  /// What the present writer says of itself. Pre: there is one.
  [[nodiscard]] const HeardMember& writer() const;
  [[nodiscard]] bool has_writer() const { return state.memory.writer != kNobody; }
};

[[nodiscard]] View look(const ClusterPolicy& policy, RoutingState& state, MonoTime now);

struct Row {
  Rule rule;
  bool (*matches)(const View&);
  void (*act)(View&, RoutingStep&);
};

[[nodiscard]] std::span<const Row> rows();

}  // namespace routing
}  // namespace holdfast::core
