// What the parts of a controller share among themselves.
#pragma once

#include "core/controller/controller.h"
#include "core/detection/evidence.h"
#include "core/durability/shape.h"

namespace holdfast::core::controller {

/// Everything a rule may look at, gathered once per step.
struct View {
  const ClusterPolicy& policy;
  ControllerState& state;
  MonoTime now;
  WallTime wall;
  SiteHint hint;
  Evidence evidence;

  [[nodiscard]] const Record& record() const { return *state.record; }
  [[nodiscard]] const MemberReport& report(Incarnation who) const {
    return state.members[who.member].report;
  }
  [[nodiscard]] bool fresh(int member) const { return is_fresh(policy, state, member, now); }
  /// How long this controller has known the record as it is.
  [[nodiscard]] Duration record_age() const { return since(state.record_since, now); }
};

struct Row {
  Rule rule;
  bool (*matches)(const View&);
  void (*act)(View&, ControllerStep&);
};

[[nodiscard]] std::span<const Row> steady_rows();
[[nodiscard]] std::span<const Row> sealing_rows();
[[nodiscard]] std::span<const Row> promoting_rows();
/// What is said before any row is looked at.
[[nodiscard]] std::span<const Rule* const> guard_rules();

/// Proposes the next record. The revision is set here; a write is under way from now on.
void propose(View& view, ControllerStep& out, Record next, bool lease_must_be_absent = false);
/// Tells people once per record, naming the rule.
void tell(View& view,
          ControllerStep& out,
          const Rule& rule,
          Incarnation subject = {},
          Duration amount = {});

// drafts.cc: the records that may come next.
[[nodiscard]] Record draft_sealing(const View& view, Cause cause, bool depose, bool automatic);
[[nodiscard]] Record draft_return(const View& view);
[[nodiscard]] Record draft_promoting(const View& view,
                                     const SealedMember& target,
                                     const SealedMembers& sealed,
                                     bool lossy);
[[nodiscard]] Record draft_steady(const View& view);

// change.cc: what the sync set should be.
/// The set to record next, if it differs from the newest pair and may be changed now.
[[nodiscard]] std::optional<Shape> wanted_change(const View& view);
[[nodiscard]] bool newest_is_proven(const View& view);
[[nodiscard]] Record draft_change(const View& view, const Shape& shape);
[[nodiscard]] MemberSet wanted_candidates(const View& view);

// permission.cc: may an automatic failover begin now?
enum class Permission : std::uint8_t {
  kYes,
  kHalted,
  kWindow,
  kSite,
  kSameCause,
  kZonePolicy,
  kApproval
};
/// Would a failover of this cause add to the row of those that had the same one? A target that was
/// lost on the way does not end the row.
[[nodiscard]] bool continues_row(const Record& record, Cause cause);
[[nodiscard]] Permission permission(const View& view, Cause cause, Incarnation successor);

}  // namespace holdfast::core::controller
