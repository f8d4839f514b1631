// What a drill has measured.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "workload/check/judge.h"
#include "workload/operation.h"

namespace holdfast::drill {

/// How long clients of one cluster waited for a write during one step: from the last
/// acknowledgement before to the first after the longest gap that begins in it.
struct Pause {
  std::string cluster;
  Duration longest{};
  Duration usual{};     ///< the longest before the first step, with nothing wrong
  bool at_end = false;  ///< no write was acknowledged afterwards
  std::int64_t acknowledged = 0;
};

/// Something a controller or an agent said, on the site's clock.
struct Said {
  WallTime at{};
  std::string cluster;
  std::string from;
  std::string rule;
  std::string text;
  std::uint64_t epoch = 0;
};

struct StepOutcome {
  std::string name;
  std::string title;
  MonoTime at{};  ///< when it took effect
  std::optional<Duration>
      over;                   ///< from then until the step's condition held; nothing: it never did
  std::vector<Pause> pauses;  ///< by cluster
  std::string trouble;        ///< what a command said that did not do its work
};

struct Lost {
  std::string cluster;
  std::size_t acknowledged = 0, refused = 0, unknown = 0;
  std::size_t lost = 0;  ///< acknowledged, and not there
  bool allowed = false;  ///< by the site file, for this cluster
  bool fine = false;     ///< the verdict as a whole: order, undone reads and phantoms included
  std::vector<std::string> findings;
};

struct Outcome {
  std::string scenario;
  std::vector<StepOutcome> steps;
  std::vector<Lost> lost;  ///< by cluster
  std::vector<Said> said;
  Duration longest_stall{};  ///< of the machine while it was measured

  /// Every step came to its end, everybody was served again, and nothing was lost beyond policy.
  [[nodiscard]] bool good() const;
};

/// `from` and `until` bound the step; acknowledgements outside it end its gaps.
std::vector<Pause> measure_pauses(const workload::History& history, MonoTime from, MonoTime until);

}  // namespace holdfast::drill
