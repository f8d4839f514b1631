#include "sim/explore/tables.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "base/hash.h"
#include "sim/explore/units.h"

namespace holdfast::sim::explore {
namespace {

constexpr std::size_t kFirstSlots = 1024;

std::uint64_t hash_of(std::span<const Byte> bytes) {
  Hasher hasher;
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, 8);
    hasher.add(word);
  }
  for (; i < bytes.size(); ++i) hasher.add(std::uint64_t{bytes[i]});
  return hasher.value();
}

/// Collects small values as bytes. Everything in this small world fits into one.
class Writer {
 public:
  template <class T>
  void id(T value) {
    byte(value.value);
  }
  void byte(std::uint64_t value) {
    HF_ASSERT(value < 256);
    bytes_.push_back(static_cast<Byte>(value));
  }
  void flag(bool value) { byte(value ? 1 : 0); }
  void who(core::Incarnation it) { byte(to_who(it)); }
  void rel(Rel value) { bytes_.push_back(static_cast<Byte>(value)); }
  void set(const core::MemberSet& members) {
    byte(members.size());
    for (const core::Incarnation& it : members) who(it);
  }
  void key(const core::RecordKey& it) {
    id(it.store);
    id(it.epoch);
    id(it.revision);
  }
  void pair(const core::Pair& it) {
    id(it.id);
    id(it.epoch);
    who(it.primary);
    set(it.s);
    byte(static_cast<std::uint64_t>(it.w));
  }
  [[nodiscard]] std::span<const Byte> bytes() const { return bytes_; }

 private:
  InlineVec<Byte, 250> bytes_;
};

void write(Writer& to, const core::Fork& fork) {
  to.id(fork.timeline);
  to.id(fork.start);
  to.id(fork.epoch);
}

void write(Writer& to, const core::Record& record) {
  to.key(record.key);
  to.byte(static_cast<std::uint64_t>(record.phase));
  to.who(record.primary);
  to.who(record.target);
  to.flag(record.depose);
  to.flag(record.lossy);
  to.byte(record.pairs.size());
  for (const core::Pair& pair : record.pairs) to.pair(pair);
  to.id(record.pair_last);
  to.set(record.candidates);
  to.set(record.candidates_pending);
  to.byte(record.lineage.size());
  for (const core::Fork& fork : record.lineage) write(to, fork);
  to.byte(record.set_aside.size());
  for (const core::SetAside& aside : record.set_aside) {
    write(to, aside.fork);
    to.id(aside.parent);
  }
  to.id(record.timeline_last);
  to.who(record.handover ? record.handover->to : core::Incarnation{});
  to.flag(record.halted);
  to.byte(static_cast<std::uint64_t>(record.cause));
  to.byte(record.failovers.size());  // the wall clock stands still, so their times are all the same
  to.byte(record.same_cause);
  to.byte(record.returns);
}

/// Ages are cut off as everywhere: what a report says beyond the thresholds is all the same.
Duration cut(Duration age) {
  return age == Duration::max() ? age
                                : std::clamp<Duration>(age, Duration::zero(), kOldest * kUnit);
}

Byte units(Duration age) {
  return age == Duration::max() ? Byte{255} : static_cast<Byte>(age / kUnit);
}

void write(Writer& to, const core::MemberReport& report) {
  to.who(report.self);
  to.flag(report.boot.is_set());
  to.key(report.record);
  to.byte(static_cast<std::uint64_t>(report.state));
  for (const bool flag : {report.open,
                          report.restarting,
                          report.fenced,
                          report.regressed,
                          report.able_to_seal,
                          report.sick,
                          report.drained,
                          report.sealed_final,
                          report.reboot_hold}) {
    to.flag(flag);
  }
  to.id(report.sealed);
  to.id(report.position.timeline);
  to.id(report.position.lsn);
  to.id(report.following);
  to.byte(static_cast<std::uint64_t>(report.wal));
  to.byte(units(report.wal_silence));
  to.id(report.timeline);
  to.id(report.leads);
  to.id(report.proven);
  to.id(report.barrier);
  to.byte(report.senders.size());
  for (const core::SenderReport& sender : report.senders) {
    to.who(sender.standby);
    to.id(sender.flushed);
    to.byte(units(sender.reply_age));
    to.byte(units(sender.behind));
    to.byte(units(sender.streaming_for));
  }
}

void write(Writer& to, const core::PgCommand& command) {
  to.byte(static_cast<std::uint64_t>(command.verb));
  to.id(command.epoch);
  to.who(command.peer);
  to.id(command.timeline);
  to.byte(command.life);
  to.pair(command.pair);
}

}  // namespace

std::uint32_t Interned::number(std::span<const Byte> bytes, bool& fresh) {
  if (slots_.size() < 2 * (starts_.size() + 1)) grow();
  const std::uint64_t hash = hash_of(bytes);
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = static_cast<std::size_t>(hash) & mask;
  while (slots_[slot] != 0) {
    const std::size_t i = slots_[slot] - 1U;
    const auto* start = bytes_.data() + starts_[i];
    if (hashes_[i] == hash && sizes_[i] == bytes.size() &&
        std::equal(bytes.begin(), bytes.end(), start)) {
      fresh = false;
      return slots_[slot];
    }
    slot = (slot + 1) & mask;
  }
  starts_.push_back(bytes_.size());
  sizes_.push_back(static_cast<std::uint32_t>(bytes.size()));
  hashes_.push_back(hash);
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  slots_[slot] = static_cast<std::uint32_t>(starts_.size());
  fresh = true;
  return slots_[slot];
}

void Interned::grow() {
  const std::size_t size = slots_.empty() ? kFirstSlots : slots_.size() * 2;
  slots_.assign(size, 0);
  for (std::size_t i = 0; i < hashes_.size(); ++i) {
    std::size_t slot = static_cast<std::size_t>(hashes_[i]) & (size - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (size - 1);
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

Tables::Tables() : records_(1), reports_(1), commands_(1) {}

std::uint32_t Tables::number(const core::Record& record) {
  Writer writer;
  write(writer, record);
  bool fresh = false;
  const std::uint32_t it = record_bytes_.number(writer.bytes(), fresh);
  if (fresh) records_.push_back(std::make_shared<const core::Record>(record));
  return it;
}

std::uint32_t Tables::number(const core::MemberReport& report) {
  core::MemberReport normal = report;
  normal.boot = BootId{report.boot.is_set() ? 1U : 0U};
  // Reports do not overtake each other here, so their order need not be told.
  normal.agent_started = MonoTime{};
  normal.heartbeat = 0;
  normal.wal_silence = cut(report.wal_silence);
  for (core::SenderReport& sender : normal.senders) {
    sender.reply_age = cut(sender.reply_age);
    sender.behind = cut(sender.behind);
    sender.streaming_for = cut(sender.streaming_for);
  }
  Writer writer;
  write(writer, normal);
  bool fresh = false;
  const std::uint32_t it = report_bytes_.number(writer.bytes(), fresh);
  if (fresh) reports_.push_back(normal);
  return it;
}

std::uint32_t Tables::number(const core::PgCommand& command) {
  Writer writer;
  write(writer, command);
  bool fresh = false;
  const std::uint32_t it = command_bytes_.number(writer.bytes(), fresh);
  if (fresh) commands_.push_back(command);
  return it;
}

PairCell to_cell(const core::Pair& pair) {
  PairCell cell;
  cell.id = static_cast<Byte>(pair.id.value);
  cell.epoch = static_cast<Byte>(pair.epoch.value);
  cell.primary = to_who(pair.primary);
  cell.w = static_cast<Byte>(pair.w);
  HF_ASSERT(pair.s.count() <= kPairMembersMax);
  std::size_t i = 0;
  for (const core::Incarnation& it : pair.s) cell.s[i++] = to_who(it);
  return cell;
}

}  // namespace holdfast::sim::explore
