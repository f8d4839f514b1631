// Steps one cluster's controller and carries its decisions out: writes of the record, and what
// agents are told.
//
// It also keeps what needs no decision: records are pushed to agents when they change, a store read
// begun on a leader's heartbeat becomes that leader's proof, and a write without an answer ends as
// unknown.
#pragma once

#include <cstdint>

#include "base/inline_vec.h"
#include "engine/ports.h"

namespace holdfast::engine {

/// What every input carries.
struct Moment {
  MonoTime now;
  WallTime wall;
  core::SiteHint hint;
};

class ControllerDriver {
 public:
  /// `policy` and `ports` must outlive the driver. `rank`, from 0: which of the site's controllers
  /// this is. The first keeps leaders' proofs fresh, the others step in where it does not.
  ControllerDriver(const core::ClusterPolicy& policy, ControllerPorts& ports, int rank);

  /// A new process: it knows nothing and reads the store first.
  void start(const Moment& at);
  void tick(const Moment& at);
  void report(const Moment& at,
              int member,
              std::uint64_t heartbeat,
              const core::MemberReport& report);
  /// A watch showed this record.
  void seen(const Moment& at, const core::RecordPtr& record);
  void operate(const Moment& at, const core::OperatorCommand& command);
  void store_done(const Moment& at, std::uint64_t token, const StoreAnswer& answer);
  /// Another site file from now on; must outlive the driver or the next call.
  void use_policy(const core::ClusterPolicy& policy) { policy_ = &policy; }

  [[nodiscard]] const core::ControllerState& state() const { return state_; }
  [[nodiscard]] const core::RecordPtr& record() const { return state_.record; }
  /// The row that decided last, or null.
  [[nodiscard]] const core::Rule* rule() const { return step_.rule; }

 private:
  struct Pending {
    std::uint64_t token = 0;
    StoreVerb verb = StoreVerb::kRead;
    int member = -1;  ///< whose heartbeat it answers, or −1
    std::uint64_t heartbeat = 0;
    MonoTime begun = kLongAgo;
  };

  [[nodiscard]] core::RecordKey key() const;
  void step(const Moment& at, core::ControllerEvent event);
  void push_to_all(const core::RecordPtr& record);
  void begin(MonoTime now, const StoreOp& op, int member, std::uint64_t heartbeat);
  void begin_read(MonoTime now);
  void begin_proof(MonoTime now,
                   int member,
                   std::uint64_t heartbeat,
                   const core::MemberReport& report);
  /// Gives up operations that got no answer, and reads if nothing was read for long.
  void attend(const Moment& at);
  void set_timer(MonoTime now);

  const core::ClusterPolicy* policy_;
  ControllerPorts& ports_;
  int rank_;
  core::ControllerState state_;
  core::ControllerStep step_;
  InlineVec<Pending, 8> pending_;
  std::uint64_t tokens_ = 0;
  MonoTime op_begun_ = kLongAgo;     ///< the last store operation of this cluster
  MonoTime proof_begun_ = kLongAgo;  ///< the last operation that proves the leader's record
  core::RecordKey proof_for_;        ///< the record then
  MonoTime deadline_ = kNever;
};

}  // namespace holdfast::engine
