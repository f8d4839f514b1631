// What the simulator tells its checkers: the truth, seen from outside all processes.
//
// Checkers never read the core's state; they judge by what clients were told, what WAL really
// holds, and what the store really holds.
#pragma once

#include <cstdint>

#include "core/agent/postgres.h"
#include "core/record/types.h"
#include "core/rule.h"
#include "sim/kernel.h"

namespace holdfast::sim {

struct Fault;

/// One client write. Ids are unique over the run and never 0.
using WriteId = std::uint64_t;

/// Names a cluster's member in the simulated site.
struct MemberRef {
  int cluster = 0;
  int member = 0;
};

enum class ClientResult : std::uint8_t {
  kAcked,     ///< the client was told that its commit is durable
  kRejected,  ///< certainly not applied
  kUnknown,   ///< the connection broke: it may have been applied
};

class Observer {
 public:
  virtual ~Observer() = default;

  /// A client asked for a write. `data_class` indexes Site::data_classes.
  virtual void on_write_sent(SimTime, int /*cluster*/, int /*data_class*/, WriteId) {}
  /// The commit record of a write is in the WAL of `at` (as incarnation `by`, on `timeline`, ending
  /// at `lsn`).
  virtual void on_write_logged(
      SimTime, MemberRef, core::Incarnation, Epoch, Timeline, Lsn, WriteId) {}
  /// The primary released the client's wait. `cancelled`: the wait was cancelled, not satisfied.
  virtual void on_write_done(SimTime, MemberRef, Epoch, WriteId, ClientResult, bool /*cancelled*/) {
  }
  /// A client read at an open primary and saw every write up to `lsn` on `timeline` of that
  /// member's history.
  virtual void on_read(SimTime, MemberRef, core::Incarnation, Epoch, Timeline, Lsn) {}
  /// A controller asked the store for the record that it accepts next.
  virtual void on_proposal(SimTime /*asked*/, int /*cluster*/) {}
  /// The store accepted a record (this is the linearization point).
  virtual void on_record(SimTime,
                         int /*cluster*/,
                         const core::RecordPtr& /*before*/,
                         const core::RecordPtr& /*after*/) {}
  /// A member finished promotion (or a start in place) as leader of an epoch on a timeline, forked
  /// at `lsn`.
  virtual void on_leading(
      SimTime, MemberRef, core::Incarnation, Epoch, Timeline, Lsn, bool /*in_place*/) {}
  /// Clients are let in, or not any more (closed, stopped, crashed).
  virtual void on_open(SimTime, MemberRef, core::Incarnation, Epoch, bool /*open*/) {}
  /// The core said something (an agent or a controller of `host`).
  virtual void on_core_event(SimTime, int /*cluster*/, int /*host*/, const core::Event&) {}
  /// A fault begins, or heals.
  virtual void on_fault(SimTime, const Fault&, bool /*begins*/) {}
  /// A controller measured how far a lossy candidate was behind (the reported exposure).
  virtual void on_exposure(SimTime, int /*cluster*/, Duration) {}
};

}  // namespace holdfast::sim
