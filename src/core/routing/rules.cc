// Which member clients are sent to, row by row.
#include "core/routing/routing.h"

namespace holdfast::core::routing {
namespace {

bool is_newer(const View& v) {
  return v.opened != kNobody && v.opened_epoch() > v.state.memory.epoch;
}

bool renewed(const View& v) {
  return v.has_writer() && v.opened == v.state.memory.writer && is_newer(v);
}

bool succeeded(const View& v) {
  return v.has_writer() && v.opened != v.state.memory.writer && is_newer(v);
}

bool arrived(const View& v) { return !v.has_writer() && v.opened != kNobody; }

/// By its own word: it is heard, and not as the open leader of the epoch it was chosen for.
bool closed(const View& v) {
  if (!v.has_writer() || v.writer().heard == kLongAgo) return false;
  const MemberReport& said = v.writer().report;
  return said.state != PgState::kPrimary || !said.open || said.leads < v.state.memory.epoch;
}

bool silent(const View& v) {
  return v.has_writer() && since(v.writer().heard, v.now) >= silence_limit(v.policy);
}

bool outdated(const View& v) {
  return v.has_writer() && v.state.memory.newest > v.state.memory.epoch;
}

bool serves(const View& v) { return v.has_writer(); }

bool refused(const View& v) {
  for (const HeardMember& it : v.state.members) {
    if (it.report.open && it.report.leads < v.state.memory.newest) return true;
  }
  return false;
}

bool always(const View&) { return true; }

void move_to(View& v, RoutingStep& out, int member) {
  RoutingMemory& memory = v.state.memory;
  if (memory.writer != member) {
    out.moved = true;
    out.former = memory.writer;
    v.state.since = v.now;
  }
  memory.writer = member;
  if (member != kNobody) memory.epoch = v.opened_epoch();
}

void follow(View& v, RoutingStep& out) { move_to(v, out, v.opened); }

void refuse(View& v, RoutingStep& out) { move_to(v, out, kNobody); }

void stay(View&, RoutingStep&) {}

constexpr Row kRows[] = {
    {{"W100", "The writer opens for a newer epoch: clients stay, their sessions go on."},
     renewed,
     follow},
    {{"W110",
      "Another member opens for a newer epoch: clients go there, sessions to the former writer "
      "end."},
     succeeded,
     follow},
    {{"W120",
      "There is no writer, and a member is open for an epoch that nothing newer has ended: clients "
      "go there."},
     arrived,
     follow},
    {{"W130",
      "The writer says that it is closed and nobody else is open: its sessions end, connections "
      "are refused at once."},
     closed,
     refuse},
    {{"W140", "The writer is silent and nobody else is open: clients stay."}, silent, stay},
    {{"W150",
      "A newer record is to replace the writer, who is open until another is: clients stay."},
     outdated,
     stay},
    {{"W160", "The writer is heard and open: clients stay."}, serves, stay},
    {{"W170",
      "A member is open, but a newer record has ended its epoch: nobody is sent there, connections "
      "are refused at once."},
     refused,
     stay},
    {{"W199", "Nobody says that it is open: connections are refused at once."}, always, stay},
};

}  // namespace

std::span<const Row> rows() { return kRows; }

Duration silence_limit(const ClusterPolicy& policy) {
  return policy.timing.detection + (kHeartbeatsToRouters - 1) * policy.timing.heartbeat;
}

}  // namespace holdfast::core::routing
