// What the shell needs of the outside: disks, PostgreSQL, networks and timers, as small interfaces.
//
// The simulator and the real adapters stand behind the same ones. Nothing here blocks, and no port
// calls its driver back from inside a call: answers come later, through the driver's own functions.
#pragma once

#include <cstdint>

#include "core/agent/agent.h"
#include "core/controller/controller.h"

namespace holdfast::engine {

/// What one member's agent acts through.
class AgentPorts {
 public:
  virtual ~AgentPorts() = default;
  /// Writes the disk durably; then AgentDriver::persisted(token) is to be called.
  virtual void persist(const core::AgentDisk& disk, std::uint64_t token) = 0;
  virtual void postgres(const core::PgCommand& command) = 0;
  /// To every controller.
  virtual void send_report(const core::SendReport& report) = 0;
  virtual void send_promise_request(int to, const core::PromiseRequest& request) = 0;
  virtual void send_promise_grant(int to, const core::PromiseGrant& grant) = 0;
  virtual void arm_guardian(MonoTime deadline) = 0;
  virtual void event(const core::Event& event) = 0;
  /// A Tick is due at `deadline`; replaces the one before.
  virtual void set_timer(MonoTime deadline) = 0;
};

enum class StoreVerb : std::uint8_t {
  kRead,        ///< linearizable
  kCas,         ///< write `next` if the record's key is `expected`
  kRenewLease,  ///< renew the lease of `holder` if it leads `expected.epoch`; reads as well
};

struct StoreOp {
  StoreVerb verb = StoreVerb::kRead;
  core::RecordKey expected;
  core::RecordPtr next;
  /// kCas: fails while a lease runs, and gives it to next->target, if that is set.
  bool lease_must_be_absent = false;
  core::Incarnation holder;
  Duration lease{};
};

enum class StoreOutcome : std::uint8_t {
  kDone,
  kConflict,  ///< kCas only: nothing was written
  kUnknown,   ///< the connection broke: it may have been applied
};

struct StoreAnswer {
  StoreOutcome outcome = StoreOutcome::kUnknown;
  core::RecordPtr record;  ///< what the store holds, unless the outcome is unknown
  bool renewed = false;    ///< kRenewLease: the lease runs from now
};

/// What one cluster's controller acts through.
class ControllerPorts {
 public:
  virtual ~ControllerPorts() = default;
  /// Answered by ControllerDriver::store_done(token), or never.
  virtual void begin_store_op(const StoreOp& op, std::uint64_t token) = 0;
  virtual void push_record(int member, const core::RecordPtr& record) = 0;
  virtual void send_proof(int member, const core::StoreProof& proof) = 0;
  virtual void event(const core::Event& event) = 0;
  virtual void set_timer(MonoTime deadline) = 0;
};

}  // namespace holdfast::engine
