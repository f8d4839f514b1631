#include "sim/postgres/test_bed.h"

#include <algorithm>

namespace holdfast::sim {

TestHost::TestHost(TestBed& bed, int member)
    : pg(*this),
      bed_(bed),
      member_(member),
      prng_(mix64(bed.seed * 100 + static_cast<std::uint64_t>(member))) {}

Kernel& TestHost::kernel() { return bed_.kernel; }
const PgTiming& TestHost::timing() { return bed_.timing; }
Observer& TestHost::observer() { return bed_; }
void TestHost::send(int member, const PgMessage& message) { bed_.post(member_, member, message); }

Postgres* TestHost::reachable_instance(int member) {
  return bed_.reaches(member_, member) && bed_.reaches(member, member_) ? &bed_.pg(member)
                                                                        : nullptr;
}

TestBed::TestBed(int members, std::uint64_t seed_in) : seed(seed_in) {
  timing.stale_receiver_percent = 0;
  const core::Pair none;
  for (int i = 0; i < members; ++i) {
    hosts.push_back(std::make_unique<TestHost>(*this, i));
    const core::Incarnation me{static_cast<std::uint8_t>(i), static_cast<std::uint32_t>(100 + i)};
    hosts.back()->pg.bootstrap(me, i == 0, {0, 100}, none);
  }
}

core::Pair TestBed::pair(std::uint64_t id, std::initializer_list<int> members, int w) {
  core::Pair made;
  made.id = PairId{id};
  made.epoch = Epoch{1};
  made.primary = who(0);
  for (const int member : members) made.s.push_back(who(member));
  made.w = w;
  return made;
}

bool TestBed::command(int member, const core::PgCommand& command, Duration limit) {
  const SimTime until = kernel.now() + limit;
  pg(member).command(command);
  while (see(member).busy && kernel.now() < until) run(100us);
  return !see(member).busy && !see(member).failed;
}

bool TestBed::prove(int member, const core::Pair& pair, Duration limit) {
  const SimTime until = kernel.now() + limit;
  pg(member).command({.verb = core::PgVerb::kProve, .pair = pair});
  while (see(member).proven != pair.id && kernel.now() < until) run(100us);
  return see(member).proven == pair.id;
}

void TestBed::follow(int member, int leader, std::uint64_t epoch) {
  command(member, {.verb = core::PgVerb::kFollow, .epoch = Epoch{epoch}, .peer = who(leader)});
}

void TestBed::start_all(const core::Pair& pair) {
  command(0, {.verb = core::PgVerb::kStartPrimary, .epoch = Epoch{1}});
  for (int i = 1; i < static_cast<int>(hosts.size()); ++i) {
    command(i, {.verb = core::PgVerb::kStartStandby, .epoch = Epoch{1}});
    follow(i, 0, 1);
  }
  run(100ms);
  command(0, {.verb = core::PgVerb::kSetSync, .pair = pair});
  prove(0, pair);
  command(0, {.verb = core::PgVerb::kOpen});
}

WriteId TestBed::write(int member, std::uint32_t bytes) {
  const WriteId id = next_write_++;
  pg(member).client_write(id, bytes);
  return id;
}

bool TestBed::holds(int member, WriteId write) {
  const std::vector<WalEntry>& wal = pg(member).wal();
  return std::any_of(wal.begin(), wal.end(), [&](const WalEntry& e) { return e.write == write; });
}

bool TestBed::reaches(int from, int to) {
  return host(from).up && host(to).up && !cut_[{from, to}];
}

void TestBed::isolate(int member, bool off) {
  for (int i = 0; i < static_cast<int>(hosts.size()); ++i) {
    if (i == member) continue;
    cut(i, member, off);
    cut(member, i, off);
  }
}

void TestBed::post(int from, int to, const PgMessage& message) {
  ++messages;
  std::uint64_t slot = envelopes_.size();
  if (free_.empty()) {
    envelopes_.push_back({from, to, message});
  } else {
    slot = free_.back();
    free_.pop_back();
    envelopes_[slot] = {from, to, message};
  }
  kernel.in(one_way, *this, 1, slot);
}

void TestBed::on_event(std::uint32_t, std::uint64_t a, std::uint64_t) {
  const Envelope it = std::move(envelopes_[a]);
  free_.push_back(a);
  if (reaches(it.from, it.to)) pg(it.to).deliver(it.from, it.message);
}

void TestBed::on_write_done(
    SimTime, MemberRef, Epoch, WriteId write, ClientResult result, bool cancelled) {
  results[write] = result;
  if (cancelled) cancelled_writes.push_back(write);
}

void TestBed::on_read(SimTime, MemberRef, core::Incarnation, Epoch, Timeline, Lsn lsn) {
  last_read = lsn;
}

}  // namespace holdfast::sim
