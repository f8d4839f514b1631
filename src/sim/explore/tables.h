// Numbers for what is too large to keep in every state: records, reports and commands.
//
// Equal contents get the same number, in the order in which they first appear, so a run always
// numbers alike. Number 0 stands for none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/agent/postgres.h"
#include "core/record/types.h"
#include "core/report.h"
#include "sim/explore/world.h"

namespace holdfast::sim::explore {

/// Byte strings to numbers, from 1 on.
class Interned {
 public:
  /// The number of these bytes; `fresh` tells whether they are new.
  std::uint32_t number(std::span<const Byte> bytes, bool& fresh);
  [[nodiscard]] std::size_t size() const { return starts_.size(); }

 private:
  void grow();

  std::vector<Byte> bytes_;
  std::vector<std::uint64_t> starts_;
  std::vector<std::uint32_t> sizes_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> slots_;
};

class Tables {
 public:
  Tables();

  std::uint32_t number(const core::Record& record);
  std::uint32_t number(const core::MemberReport& report);
  std::uint32_t number(const core::PgCommand& command);

  /// Null for 0.
  [[nodiscard]] const core::RecordPtr& record(std::uint32_t number) const {
    return records_[number];
  }
  /// The report an agent has not yet made for 0.
  [[nodiscard]] const core::MemberReport& report(std::uint32_t number) const {
    return reports_[number];
  }
  [[nodiscard]] const core::PgCommand& command(std::uint32_t number) const {
    return commands_[number];
  }
  [[nodiscard]] std::size_t records() const { return records_.size() - 1; }
  [[nodiscard]] std::size_t reports() const { return reports_.size() - 1; }

 private:
  Interned record_bytes_;
  Interned report_bytes_;
  Interned command_bytes_;
  std::vector<core::RecordPtr> records_;
  std::vector<core::MemberReport> reports_;
  std::vector<core::PgCommand> commands_;
};

[[nodiscard]] inline Who to_who(core::Incarnation it) {
  return it.is_set() ? static_cast<Who>((it.member << 5U) | (it.life & 31U)) : Who{0};
}
[[nodiscard]] inline core::Incarnation to_incarnation(Who who) {
  if (who == 0) return {};
  return {static_cast<std::uint8_t>(who >> 5U), who & 31U};
}
[[nodiscard]] inline int member_of(Who who) { return who >> 5U; }

[[nodiscard]] PairCell to_cell(const core::Pair& pair);

}  // namespace holdfast::sim::explore
