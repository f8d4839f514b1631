// What many seeds have shown together: mergeable, written as JSON and read back to resume.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/result.h"
#include "sim/histogram.h"
#include "sim/run.h"
#include "sim/seed_ranges.h"

namespace holdfast::sim {

struct SummaryViolation {
  std::uint64_t seed = 0;
  std::string checker;
  std::string text;
  std::int64_t time_us = 0;

  friend bool operator==(const SummaryViolation&, const SummaryViolation&) = default;
};

struct Summary {
  SeedRanges seeds;
  std::vector<SummaryViolation> violations;  ///< of the first so many failing seeds
  std::uint64_t failing_seeds = 0;
  std::uint64_t checked_twice = 0;  ///< seeds that were run twice and gave the same hash
  std::uint64_t events = 0;
  std::uint64_t simulated_ms = 0;
  std::uint64_t wall_ms = 0;  ///< summed over all workers
  std::uint64_t faults = 0;
  std::uint64_t failovers = 0;
  std::uint64_t writes = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t unknown = 0;
  std::uint64_t lost_lossily = 0;
  std::map<std::string, Histogram> outages;     ///< "kill-postgres registry"
  std::map<std::string, Histogram> healing;     ///< by style
  std::map<std::string, std::uint64_t> probes;  ///< how often each was hit, all of them named
  std::map<std::string, std::uint64_t> rules;   ///< in how many seeds each acted

  static constexpr std::size_t kViolationsKept = 200;

  void add(const model::Site& site, const SeedResult& result);
  void merge(const Summary& other);
  [[nodiscard]] double events_per_second() const;
  /// Probes that no seed has reached.
  [[nodiscard]] std::vector<std::string> missed() const;

  friend bool operator==(const Summary&, const Summary&) = default;
};

/// One line, `"type":"summary"` first.
[[nodiscard]] std::string to_json(const Summary& summary);
/// Reads what to_json wrote. Unknown fields are skipped.
[[nodiscard]] Result<Summary> summary_from_json(std::string_view text);

}  // namespace holdfast::sim
