// The way of an operation: controller, entry member, leader, majority, and back.

#include "sim/store.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace holdfast::sim {
namespace {

constexpr Duration kMonitorEvery = 50ms;
constexpr Duration kFsync = 400us;
constexpr int kTermShift = 40;
constexpr int kPlaceShift = 56;
constexpr std::uint64_t kLengthMask = (std::uint64_t{1} << kTermShift) - 1;
constexpr std::uint64_t kTermMask = (std::uint64_t{1} << (kPlaceShift - kTermShift)) - 1;

}  // namespace

Store::Store(Kernel& kernel,
             Network& network,
             StoreSite& site,
             Prng prng,
             const std::vector<Place>& places,
             int clusters)
    : kernel_(kernel),
      network_(network),
      site_(site),
      prng_(prng),
      entries_(static_cast<std::size_t>(clusters)) {
  for (const Place& place : places) {
    Member it;
    it.host = place.host;
    it.leads_last = place.leads_last;
    members_.push_back(it);
  }
}

void Store::begin(const std::vector<core::RecordPtr>& records) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    entries_[i].record = records[i];
    site_.record_changed(static_cast<int>(i), kernel_.now(), nullptr, records[i]);
  }
  elect(fittest());
  kernel_.in(kMonitorEvery, *this, kMonitor);
}

bool Store::running(int place) const {
  const Member& it = member(place);
  return lost_ == 0 && it.stops == 0 && site_.host_running(it.host);
}

void Store::hop(int from, int to, Carriage carriage, std::uint32_t kind, std::uint64_t arg) {
  network_.send(member(from).host, member(to).host, carriage, {kind, arg});
}

void Store::submit(
    int place, int cluster, std::uint64_t caller, std::uint64_t token, const engine::StoreOp& op) {
  // The client library keeps to its own place's member and turns to the nearest other one it can
  // reach.
  int entry = -1;
  for (int i = 0; i < members(); ++i) {
    if (!running(i) || !network_.open_both(member(place).host, member(i).host)) continue;
    if (i == place) {
      entry = i;
      break;
    }
    const Duration away = network_.latency(member(place).host, member(i).host);
    const bool nearer =
        entry < 0 || away < network_.latency(member(place).host, member(entry).host);
    if (nearer) entry = i;
  }
  if (entry < 0) return;
  Op it;
  it.place = place;
  it.entry = entry;
  it.cluster = cluster;
  it.asked = kernel_.now();
  it.caller = caller;
  it.token = token;
  it.op = op;
  hop(place, entry, Carriage::kStream, kRequest, ops_.put(std::move(it)));
}

void Store::on_packet(int to, Packet packet) {
  int place = 0;
  while (member(place).host != to) ++place;
  if (packet.kind == kAnswer) {
    const Op& op = ops_[packet.arg];
    return site_.store_answered(op.place, op.cluster, op.caller, op.token, op.answer);
  }
  if (packet.kind == kWatch) {
    const Op& op = ops_[packet.arg];
    if (running(place)) site_.store_watched(place, op.cluster, op.answer.record);
    return;
  }
  if (!running(place)) return;
  switch (packet.kind) {
    case kRequest: return take(place, packet.arg);
    case kForward:
      if (place == leader_) append(packet.arg);
      return;
    case kAnswerVia:
      ops_.retain(packet.arg);
      return hop(place, ops_[packet.arg].place, Carriage::kStream, kAnswer, packet.arg);
    case kAppend: return on_append(place, packet.arg);
    case kAck: return on_ack(packet.arg);
    default: HF_ASSERT(false);
  }
}

void Store::retain(Packet packet) {
  if (packet.kind != kAppend && packet.kind != kAck) ops_.retain(packet.arg);
}

void Store::release(Packet packet) {
  if (packet.kind != kAppend && packet.kind != kAck) ops_.release(packet.arg);
}

void Store::take(int place, std::uint64_t slot) {
  if (leader_ < 0) return;
  if (place == leader_) return append(slot);
  ops_.retain(slot);
  hop(place, leader_, Carriage::kStream, kForward, slot);
}

void Store::append(std::uint64_t slot) {
  ops_.retain(slot);
  log_.push_back(slot);
  Member& leader = member(leader_);
  leader.length = log_end();
  leader.match = leader.length;
  replicate();
  advance();
}

void Store::replicate() {
  const std::uint64_t arg = term_ << kTermShift | log_end();
  for (int i = 0; i < members(); ++i) {
    if (i != leader_) hop(leader_, i, Carriage::kStream, kAppend, arg);
  }
}

void Store::on_append(int place, std::uint64_t arg) {
  if ((arg >> kTermShift & kTermMask) != (term_ & kTermMask) || leader_ < 0) return;
  // One append carries all that the follower lacks, as a leader's next index would see to.
  const Duration takes = kFsync + site_.extra_fsync(member(place).host);
  kernel_.in(takes, *this, kSynced, static_cast<std::uint64_t>(place), arg);
}

void Store::on_ack(std::uint64_t arg) {
  if ((arg >> kTermShift & kTermMask) != (term_ & kTermMask) || leader_ < 0) return;
  Member& from = member(static_cast<int>(arg >> kPlaceShift));
  from.match = std::max(from.match, arg & kLengthMask);
  advance();
}

void Store::advance() {
  while (committed_ < log_end()) {
    const std::size_t holders = static_cast<std::size_t>(std::count_if(
        members_.begin(), members_.end(), [&](const Member& it) { return it.match > committed_; }));
    if (holders < majority()) return;
    ++committed_;
    const std::uint64_t slot = log_.front();
    log_.erase(log_.begin());
    ++log_begin_;
    apply(slot);
    answer(slot);
    ops_.release(slot);
  }
}

void Store::answer(std::uint64_t slot) {
  const Op& op = ops_[slot];
  ops_.retain(slot);
  if (op.entry == leader_) {
    hop(leader_, op.place, Carriage::kStream, kAnswer, slot);
  } else {
    hop(leader_, op.entry, Carriage::kStream, kAnswerVia, slot);
  }
}

void Store::on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b) {
  if (kind == kMonitor) {
    monitor();
    kernel_.in(kMonitorEvery, *this, kMonitor);
    return;
  }
  // A follower's log is durable up to here. What an older leader sent is void.
  const int place = static_cast<int>(a);
  const std::uint64_t length = b & kLengthMask;
  if (!running(place) || leader_ < 0) return;
  if ((b >> kTermShift & kTermMask) != (term_ & kTermMask)) return;
  member(place).length = std::max(member(place).length, length);
  const std::uint64_t from = static_cast<std::uint64_t>(place) << kPlaceShift;
  hop(place, leader_, Carriage::kStream, kAck, from | b);
}

}  // namespace holdfast::sim
