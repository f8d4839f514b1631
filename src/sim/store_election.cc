// Who leads the store: found from outside, bound by what Raft guarantees.

#include <algorithm>

#include "base/assert.h"
#include "sim/store.h"

namespace holdfast::sim {
namespace {

constexpr Duration kElectionMin = 300ms;
constexpr Duration kElectionMax = 1s;

}  // namespace

void Store::member_died(int place) {
  if (leader_ != place) return;
  leader_ = -1;
  elect_at_ = kernel_.now() + prng_.between(kElectionMin, kElectionMax);
}

void Store::stop(int place) {
  ++member(place).stops;
  member_died(place);
}

void Store::restart(int place) { --member(place).stops; }

void Store::lose() {
  ++lost_;
  leader_ = -1;
  elect_at_ = kNever;
  drop_log(log_begin_);
  for (Member& it : members_) it.length = it.match = committed_;
}

void Store::monitor() {
  if (lost_ > 0) return;
  if (leader_ >= 0 && leader_works()) {
    elect_at_ = kNever;
    // Lost appends are sent again with the leader's heartbeat.
    if (committed_ < log_end()) replicate();
    return;
  }
  if (elect_at_ == kNever) elect_at_ = kernel_.now() + prng_.between(kElectionMin, kElectionMax);
  if (kernel_.now() < elect_at_) return;
  leader_ = -1;
  const int next = fittest();
  if (next >= 0) elect(next);
}

bool Store::leader_works() const {
  std::size_t heard = 0;
  for (int i = 0; i < members(); ++i) {
    const bool reaches = network_.open_both(member(leader_).host, member(i).host);
    if (running(i) && (i == leader_ || reaches)) ++heard;
  }
  return running(leader_) && heard >= majority();
}

bool Store::electable(int place) const {
  if (!running(place)) return false;
  std::size_t voters = 0;
  for (int i = 0; i < members(); ++i) {
    const bool reaches = i == place || network_.open_both(member(place).host, member(i).host);
    if (running(i) && reaches && member(place).length >= member(i).length) ++voters;
  }
  return voters >= majority();
}

int Store::fittest() const {
  int best = -1;
  for (int i = 0; i < members(); ++i) {
    if (!electable(i)) continue;
    if (best < 0 || member(i).leads_last < member(best).leads_last) best = i;
  }
  return best;
}

void Store::elect(int place) {
  leader_ = place;
  if (place < 0) return;
  ++term_;
  elect_at_ = kNever;
  drop_log(member(place).length);
  for (Member& it : members_) {
    it.length = std::min(it.length, member(place).length);
    it.match = 0;
  }
  member(place).match = member(place).length;
  // The new leader cannot know when a lease was last renewed: all run on for their full length.
  const MonoTime now = site_.host_now(member(place).host);
  for (Entry& entry : entries_) {
    if (entry.lease.holder.is_set()) entry.lease.expires = now + entry.lease.length;
  }
  replicate();
  advance();
}

/// Entries from `from` on are gone for good; their callers never learn it.
void Store::drop_log(std::uint64_t from) {
  HF_ASSERT(from >= committed_);
  while (log_end() > from) {
    ops_.release(log_.back());
    log_.pop_back();
  }
}

}  // namespace holdfast::sim
