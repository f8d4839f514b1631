// A model of the store: one member at each place, a leader among them, and a log that commits by
// majority.
//
// Every operation, reads included, passes through the log, so all are linearizable; each hop is a
// packet that can be lost, and then its caller learns nothing although the operation may have been
// applied. Elections are decided from outside, with what Raft guarantees: the new leader holds
// everything that was committed.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/ports.h"
#include "sim/network.h"
#include "sim/packets.h"
#include "sim/pool.h"

namespace holdfast::sim {

/// What the store needs of the site.
class StoreSite {
 public:
  virtual ~StoreSite() = default;
  virtual bool host_running(int host) = 0;
  virtual MonoTime host_now(int host) = 0;
  virtual Duration extra_fsync(int host) = 0;
  /// An answer has arrived at the controller of `place`. `caller` is what it gave to submit().
  virtual void store_answered(int place,
                              int cluster,
                              std::uint64_t caller,
                              std::uint64_t token,
                              const engine::StoreAnswer& answer) = 0;
  /// A watch shows a record to the controller of `place`.
  virtual void store_watched(int place, int cluster, const core::RecordPtr& record) = 0;
  /// The linearization point of a change that was asked for at `asked`.
  virtual void record_changed(int cluster,
                              SimTime asked,
                              const core::RecordPtr& before,
                              const core::RecordPtr& after) = 0;
};

class Store : public Handler {
 public:
  struct Place {
    int host = 0;        ///< where the place's store member and its controller live
    int leads_last = 0;  ///< of those that can lead, the member with the lowest number is wanted
  };

  /// `places`: those of controller_places(), in their order.
  Store(Kernel& kernel,
        Network& network,
        StoreSite& site,
        Prng prng,
        const std::vector<Place>& places,
        int clusters);

  /// The first records, and a leader. Call once.
  void begin(const std::vector<core::RecordPtr>& records);
  /// From the controller of `place`. Answered through the site, or never.
  void submit(
      int place, int cluster, std::uint64_t caller, std::uint64_t token, const engine::StoreOp& op);

  /// The member's process is gone, with its host or alone. A leader that died leads no more.
  void member_died(int place);
  void stop(int place);
  void restart(int place);
  /// All data is gone, and nothing is answered until `recover`. Counted.
  void lose();
  [[nodiscard]] int losses() const { return lost_; }
  /// One of several losses that overlap is over.
  void forgive_loss() { --lost_; }
  /// The last loss is over. Null records keep what a cluster had, if anything.
  void recover(const std::vector<core::RecordPtr>& records, Duration lease);

  /// Truth for checkers and recovery.
  [[nodiscard]] const core::RecordPtr& record(int cluster) const {
    return entries_[static_cast<std::size_t>(cluster)].record;
  }
  [[nodiscard]] int leader() const { return leader_; }  ///< place, or −1
  [[nodiscard]] std::uint64_t applied() const { return committed_; }
  [[nodiscard]] std::size_t under_way() const { return ops_.held(); }

  // For the site's packet sink: packets of kinds from kStoreFirst on.
  void on_packet(int to, Packet packet);
  void retain(Packet packet);
  void release(Packet packet);

  void on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b) override;

 private:
  enum Kind : std::uint32_t {
    kRequest = kStoreFirst,  ///< arg: op slot, here and in the next four
    kForward,
    kAnswerVia,  ///< leader to the entry member
    kAnswer,     ///< entry member to the controller
    kWatch,
    kAppend,  ///< arg: term << 40 | length
    kAck,     ///< arg: the same, and the place's number in the top byte
  };
  enum Timer : std::uint32_t { kMonitor = 0x200, kSynced };

  struct Lease {
    core::Incarnation holder;
    MonoTime expires = kLongAgo;  ///< on the leader's clock
    Duration length{};
  };
  struct Entry {
    core::RecordPtr record;
    Lease lease;
  };
  struct Op {
    int place = 0;
    int entry = 0;  ///< place of the member that took it
    int cluster = 0;
    SimTime asked{};
    std::uint64_t caller = 0;
    std::uint64_t token = 0;
    engine::StoreOp op;
    engine::StoreAnswer answer;
  };
  struct Member {
    int host = 0;
    int leads_last = 0;
    int stops = 0;
    std::uint64_t length = 0;  ///< how much of the log it holds, durably
    std::uint64_t match = 0;   ///< how much of it the leader knows of
  };

  [[nodiscard]] bool running(int place) const;
  [[nodiscard]] int members() const { return static_cast<int>(members_.size()); }
  [[nodiscard]] std::size_t majority() const { return members_.size() / 2 + 1; }
  Member& member(int place) { return members_[static_cast<std::size_t>(place)]; }
  [[nodiscard]] const Member& member(int place) const {
    return members_[static_cast<std::size_t>(place)];
  }
  [[nodiscard]] std::uint64_t log_end() const { return log_begin_ + log_.size(); }
  void hop(int from, int to, Carriage carriage, std::uint32_t kind, std::uint64_t arg);

  // store.cc
  void take(int place, std::uint64_t slot);
  void append(std::uint64_t slot);
  void replicate();
  void on_append(int place, std::uint64_t arg);
  void on_ack(std::uint64_t arg);
  void advance();
  void answer(std::uint64_t slot);

  // store_apply.cc
  void apply(std::uint64_t slot);
  void apply_cas(Op& op, Entry& entry);
  void apply_renewal(Op& op, Entry& entry);
  void tell_watchers(std::uint64_t slot);

  // store_election.cc
  void monitor();
  [[nodiscard]] bool leader_works() const;
  [[nodiscard]] int fittest() const;
  [[nodiscard]] bool electable(int place) const;
  void elect(int place);
  void drop_log(std::uint64_t from);

  Kernel& kernel_;
  Network& network_;
  StoreSite& site_;
  Prng prng_;
  std::vector<Member> members_;  ///< by place
  std::vector<Entry> entries_;   ///< by cluster
  Pool<Op> ops_;
  std::vector<std::uint64_t> log_;  ///< op slots that are not committed, from log_begin_ on
  std::uint64_t log_begin_ = 0;
  std::uint64_t committed_ = 0;
  std::uint64_t term_ = 1;
  int leader_ = -1;
  int lost_ = 0;
  SimTime elect_at_ = kNever;  ///< when a lost leader is replaced
};

}  // namespace holdfast::sim
