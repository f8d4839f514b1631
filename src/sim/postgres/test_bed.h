// A tiny world for tests of the PostgreSQL model: a few hosts, a network that works unless a test
// cuts it.
#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "sim/postgres.h"

namespace holdfast::sim {

class TestBed;

/// One host with one member.
class TestHost : public PgEnvironment {
 public:
  TestHost(TestBed& bed, int member);

  Kernel& kernel() override;
  Prng& prng() override { return prng_; }
  MonoTime host_now() override { return host_time_of(kernel().now()); }
  MonoTime host_time_of(SimTime t) override { return t + 1h; }
  Duration extra_fsync() override { return slow_disk; }
  bool disk_full() override { return full; }
  const PgTiming& timing() override;
  Observer& observer() override;
  MemberRef self() override { return {0, member_}; }
  void send(int member, const PgMessage& message) override;
  Postgres* reachable_instance(int member) override;
  void changed() override { ++changes; }
  void client_done(WriteId write, ClientResult result) override { done[write] = result; }

  Postgres pg;
  bool up = true;
  bool full = false;
  Duration slow_disk{};
  int changes = 0;
  std::map<WriteId, ClientResult> done;

 private:
  TestBed& bed_;
  int member_;
  Prng prng_;
};

class TestBed : public Handler, public Observer {
 public:
  explicit TestBed(int members, std::uint64_t seed = 1);

  void run(Duration d) { kernel.run_until(kernel.now() + d); }
  Postgres& pg(int member) { return hosts[index(member)]->pg; }
  TestHost& host(int member) { return *hosts[index(member)]; }
  const core::PgObservation& see(int member) { return pg(member).observation(); }
  core::Incarnation who(int member) {
    return {static_cast<std::uint8_t>(member), see(member).life};
  }
  core::Pair pair(std::uint64_t id, std::initializer_list<int> members, int w);

  /// Gives a command and runs until it is done. True if it succeeded.
  bool command(int member, const core::PgCommand& command, Duration limit = 10s);
  bool prove(int member, const core::Pair& pair, Duration limit = 1s);
  void follow(int member, int leader, std::uint64_t epoch);
  /// Member 0 leads epoch 1 under `pair`, proven and open; all others stream from it.
  void start_all(const core::Pair& pair);
  WriteId write(int member, std::uint32_t bytes = 200);
  [[nodiscard]] bool acked(WriteId write) const {
    return results.contains(write) && results.at(write) == ClientResult::kAcked;
  }
  [[nodiscard]] bool holds(int member, WriteId write);
  void cut(int from, int to, bool off = true) { cut_[{from, to}] = off; }
  void isolate(int member, bool off = true);

  void on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b) override;
  void on_write_done(
      SimTime, MemberRef, Epoch, WriteId write, ClientResult result, bool cancelled) override;
  void on_read(SimTime, MemberRef, core::Incarnation, Epoch, Timeline, Lsn lsn) override;
  void post(int from, int to, const PgMessage& message);
  [[nodiscard]] bool reaches(int from, int to);

  Kernel kernel;
  PgTiming timing;
  Duration one_way = 250us;
  std::vector<std::unique_ptr<TestHost>> hosts;
  std::map<WriteId, ClientResult> results;
  std::vector<WriteId> cancelled_writes;
  Lsn last_read;
  std::uint64_t messages = 0;
  std::uint64_t seed;

 private:
  struct Envelope {
    int from = 0;
    int to = 0;
    PgMessage message;
  };
  static std::size_t index(int member) { return static_cast<std::size_t>(member); }

  std::vector<Envelope> envelopes_;
  std::vector<std::uint64_t> free_;
  std::map<std::pair<int, int>, bool> cut_;
  WriteId next_write_ = 1;
};

}  // namespace holdfast::sim
