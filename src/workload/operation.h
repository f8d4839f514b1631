// What clients did and were told: the operations of a history, as plain values.
//
// No files, no databases, no verdicts: those who write, read and judge histories share these words.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "model/site.h"

namespace holdfast::workload {

/// Names a write, and is the value it writes: no two writes of any run have the same one. 0: none.
using OpId = std::int64_t;
/// Drawn for each run; the upper half of the identifiers of its writes.
using Run = std::uint32_t;

inline constexpr int kRunShift = 32;
inline constexpr Run kRunMax = 0x7ffffffeU;

constexpr OpId first_id(Run run) { return static_cast<OpId>(run) << kRunShift; }
constexpr bool is_of_run(OpId id, Run run) { return (id >> kRunShift) == static_cast<OpId>(run); }

enum class OpKind : std::uint8_t { kWrite, kRead };

enum class Outcome : std::uint8_t {
  kAcknowledged,
  kRefused,  ///< certainly not applied
  kUnknown,  ///< no answer, or one that promises nothing: it may be applied at any later time
};

const char* outcome_name(Outcome outcome);

struct Operation {
  OpKind kind = OpKind::kWrite;
  Outcome outcome = Outcome::kUnknown;
  std::uint16_t cluster = 0;     ///< place in the header's clusters
  std::uint16_t data_class = 0;  ///< of a write: place in the cluster's data classes
  std::uint32_t client = 0;
  std::int32_t key = 0;
  OpId id = 0;        ///< what a write wrote, or what a read saw; 0: a read saw nothing
  MonoTime invoke{};  ///< not after the operation was sent
  /// When the answer was there or the client gave up; it then waits no longer, but the write may.
  MonoTime complete{};
  std::string why{};  ///< of one that is not acknowledged, for people

  friend bool operator==(const Operation&, const Operation&) = default;
};

struct RecordedCluster {
  std::string name;
  std::uint32_t place = 0;  ///< in the site file; ports follow from it
  model::Durability durability = model::Durability::kNone;
  bool lossy_takeover = false;
  std::vector<std::string> data_classes;  ///< those kept in it

  /// Whether policy lets acknowledged writes be lost.
  [[nodiscard]] bool may_lose() const {
    return lossy_takeover || durability == model::Durability::kNone;
  }

  friend bool operator==(const RecordedCluster&, const RecordedCluster&) = default;
};

struct HistoryHeader {
  std::string site;  ///< the application's name
  Run run = 0;
  std::string boot;  ///< of the machine whose boot-time clock all times are read from
  MonoTime started{};
  WallTime started_wall{};
  std::vector<std::string> proxies;  ///< "host" or "host:port", as they were given
  std::vector<RecordedCluster> clusters;

  friend bool operator==(const HistoryHeader&, const HistoryHeader&) = default;
};

struct History {
  HistoryHeader header;
  std::vector<Operation> operations;  ///< in the order in which they were completed
  /// Ends with the line that counts the operations. Without it the run was killed: operations
  /// that it did and had not written down may exist.
  bool whole = false;
  MonoTime ended{};  ///< of a whole one
};

}  // namespace holdfast::workload
